"""Exercises of chapter 0: the words of the course."""

from ...base.errors import ToolkitError
from .grading import Check, read_pair, read_text, text
from .puzzles import MYSTERY

# p03-pendulum-left has 1,142 samples.
windows_of_a_session = Check(
    "How many windows of 50 samples does p03-pendulum-left give, and how many are in the last?",
    read_pair,
    [
        (lambda a: a[0] == 22, "the samples that are left over make one more window"),
        (lambda a: a[0] != 23, "divide the number of samples by 50 and round up"),
        (lambda a: a[1] == 50, "the last window is not full: how many samples are left for it?"),
        (lambda a: a[1] == 8, "that is how many zeros fill the last window"),
        (lambda a: a[1] != 42, "take the samples of all full windows away from the session's"),
    ],
    "22 full windows, and one that holds the 42 samples left; zeros fill the rest of it",
    "two numbers: (windows, samples in the last one)",
)

quickest_person = text(
    "Whose recordings are the shortest, on average?",
    "p04",
    hints=[
        (lambda a: a == "p03", "that is the second shortest; compare the means once more"),
        (lambda a: a == "p01", "those are the longest"),
    ],
    otherwise="count the samples of each session, then take the mean for each person",
    correct="p04 and p03 need about 60 % of the others' time, so a model must cope with two tempos",
)


def _read_guesses(answer):
    guesses = {key.strip().upper(): read_text(value) for key, value in answer.items()}
    if set(guesses) != set(MYSTERY):
        raise ToolkitError("wants a guess for A, B and C")
    return guesses


def _n_right(guesses):
    return sum(guesses[letter] == activity for letter, activity in MYSTERY.items())


mystery_exercises = Check(
    "Which exercise is A, which is B, which is C?",
    _read_guesses,
    [
        (
            lambda a: not set(a.values()) <= set(MYSTERY.values()),
            "use the three names of the prompt, spelled as there",
        ),
        (lambda a: _n_right(a) == 0, "none is right yet; look at accelX, which lies along the arm"),
        (
            lambda a: _n_right(a) < 3,
            "some are right; in which exercise does the arm keep hanging, and what must accelX show"
            " then?",
        ),
    ],
    "gravity alone tells them apart: it shows where the arm points",
    "a dict such as {'A': 'trapezius', 'B': ..., 'C': ...}",
)
