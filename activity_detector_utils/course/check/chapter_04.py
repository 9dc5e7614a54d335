"""Exercises of chapter 4: evaluate the classifier."""

from .grading import PERCENT, Check, number, read_pair


def _near(value, wanted):
    return abs(value - wanted) < 0.006


chop_by_hand = Check(
    "What are recall and precision of chop?",
    read_pair,
    [
        (lambda a: max(a) > 1, "give shares between 0 and 1"),
        (lambda a: _near(a[0], 0.64) and _near(a[1], 0.8), "these two are the wrong way round"),
        (lambda a: not _near(a[0], 0.8), "recall: of all real chops, how many were called chop?"),
        (
            lambda a: _near(a[1], 80 / 85),
            "shakes are not all that was called chop by mistake",
        ),
        (
            lambda a: not _near(a[1], 0.64),
            "precision: of all that was called chop, whatever it was, how many were chops?",
        ),
    ],
    "few of the rests were called chop, but there are so many rests that precision suffers",
    "two numbers: (recall, precision)",
)

merged_accuracy = number(
    "How often is the model right when both raises are one activity?",
    0.86,
    0.999,
    hints=[
        PERCENT,
        (lambda a: a < 0.6, "give the new name to both: the truth and the predictions"),
        (
            lambda a: 0.6 <= a < 0.86,
            "that is the accuracy of seven activities, or nearly; a raise that was called "
            "another raise is right now",
        ),
    ],
    otherwise="compare the renamed truth with the renamed predictions, sample by sample",
    correct="sometimes the answer to a confusion is a question that asks for less",
)

decided_after_ten_seconds = number(
    "Which share of the sessions is decided right from the first 10 seconds?",
    0.6,
    0.999,
    hints=[
        (lambda a: 1 < a <= 28, "divide by the number of sessions"),
        PERCENT,
        (
            lambda a: a < 0.3,
            "do decisions and truth stand in the same order? Bring them to one index",
        ),
    ],
    otherwise="10 seconds are 500 samples of each session; sum up their probabilities only",
    correct="the first windows bring most of the evidence, and what is confused early stays so",
)
