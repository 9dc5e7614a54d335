"""Exercises of chapter 6: ship the model."""

from ...base.errors import ToolkitError
from .broken_apps import WHICH
from .grading import Check, number, read_text

numbers_to_keep = number(
    "How many numbers does the app keep from window to window?",
    400,
    hints=[
        (lambda a: a == 200, "the state has two parts"),
        (lambda a: a in (300, 350, 700), "the samples of the next window do not count"),
        (lambda a: a == 2, "those are the arrays; how many numbers are in them?"),
        (lambda a: a == 407, "the probabilities are not sent back into the file"),
    ],
    otherwise="which outputs go into the file again, and what are their shapes?",
    correct="hiddenOut and cellOut, under 2 kB; they are all that the app knows of the past",
)


def _read_apps(answer):
    apps = {key.strip().upper(): read_text(value) for key, value in answer.items()}
    if set(apps) != set(WHICH):
        raise ToolkitError("wants a mistake for A, B and C")
    return apps


def _n_right(apps):
    return sum(apps[letter] == mistake.lower() for letter, mistake in WHICH.items())


three_broken_apps = Check(
    "Which mistake has each of the apps A, B and C?",
    _read_apps,
    [
        (
            lambda a: _n_right(a) == 0,
            "none is right; make the mistake yourself, and compare class and probability of "
            "every window",
        ),
        (lambda a: _n_right(a) < 3, "some are right; the right ones agree in every window"),
    ],
    "whoever can repeat a mistake in the notebook has found it; so log what the app says",
    "a dict such as {'A': 'signs of Android', 'B': ..., 'C': ...}",
)

eight_bits = number(
    "In which share of the windows does the 8-bit file give another class?",
    0.0,
    0.01,
    hints=[
        (lambda a: a < 0, "a share cannot be negative"),
        (lambda a: a > 0.9, "count the windows that differ, not those that agree"),
        (lambda a: a >= 1, "divide by the number of windows"),
        (lambda a: 0.01 < a < 0.03, "that is a difference of probabilities, not of classes"),
    ],
    otherwise="compare the columns model_class and file_class, and take the mean",
    correct="fewer than one window in a hundred, for a quarter of the size or little more",
)
