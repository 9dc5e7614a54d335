"""Exercises of chapter 9: linear models and LSTMs on film reviews."""

from ...base.errors import WrongType
from .grading import Check, number, text


def _read_numbers(answer):
    if isinstance(answer, str):
        raise WrongType("a text is no list of numbers")
    return [int(value) for value in answer]


review_as_numbers = Check(
    'What does Keras make of "the film was not bad" with num_words=8?',
    _read_numbers,
    [
        (lambda a: a == [1, 4, 5, 6, 7, 8], "8 is not below num_words, so it cannot stay"),
        (lambda a: a == [1, 4, 5, 6, 7, 0], "0 fills up; a rare word has a number of its own"),
        (lambda a: a == [1, 4, 5, 6, 7], "a rare word is replaced, not left out"),
        (lambda a: a[:1] == [1] and a[1:5] == [1, 2, 3, 4], "Keras adds 3 to each word's index"),
        (lambda a: a[:4] == [1, 2, 3, 4], "Keras adds 3 to each word's index, and begins with 1"),
        (lambda a: a[:4] == [4, 5, 6, 7], "a review begins with the number of the start"),
        (
            lambda a: a != [1, 4, 5, 6, 7, 2],
            "the start, then each word's index + 3; what reaches num_words becomes the rare word",
        ),
    ],
    "the film was not ?, and the word that decides is gone: num_words must be large enough",
    "a list of whole numbers",
)

parameters_of_a_smaller_lstm = number(
    "How many parameters has the first model with an LSTM of 50 units?",
    176_651,
    hints=[
        (lambda a: a == 213_301, "that is the model with 100 units"),
        (
            lambda a: a in (106_650, 106_650.5, 106_651),
            "the embedding does not shrink, and the LSTM not by one half",
        ),
        (lambda a: a == 16_651, "the embedding is missing"),
        (lambda a: a == 176_600, "the last layer is missing"),
        (
            lambda a: a == 164_201,
            "an LSTM has three gates and a candidate, each with weights of its own",
        ),
        (lambda a: a == 176_451, "each unit of a gate and of the candidate has a bias"),
        (lambda a: a == 176_650, "the last layer has a bias"),
        (lambda a: a == 166_651, "the gates and the candidate also see the old states"),
    ],
    otherwise="5000 * 32, then 4 * units * (32 + units + 1), then units + 1",
    correct="units fall to one half, the LSTM to less than a third, the whole by a sixth: most "
    "parameters are word vectors",
)

first_or_last_words = text(
    "Which 50 words tell more about the label?",
    "last",
    hints=[
        (lambda a: a == "first", "look at both scores again; a review often ends in a verdict"),
        (lambda a: a in ("both", "neither"), "their difference is larger than one point"),
    ],
    otherwise="answer with one of the two words of the prompt",
    correct="about 80 % against 76 %: the verdict stands at the end, so cut off the beginning",
)
