"""Exercises of chapter 1: collect and clean recordings."""

import numpy as np

from .grading import Check, number, texts
from .puzzles import DAMAGED, TURNED

_ACCELERATION, _ROTATION = ["accelX", "accelY", "accelZ"], ["rotX", "rotY", "rotZ"]


def _read_motion(frame):
    """Median length of the acceleration (g) and typical size of the rotation (rad/s)."""
    length = np.sqrt((frame[_ACCELERATION].astype(float) ** 2).sum(axis=1)).median()
    rotation = np.sqrt((frame[_ROTATION].astype(float) ** 2).to_numpy().mean())
    return float(length), float(rotation)


converted_recording = Check(
    "Bring the phone's recording to g and rad/s.",
    _read_motion,
    [
        (
            lambda a: a[0] > 5,
            "the acceleration is still in the phone's unit: a wrist mostly feels 1 g",
        ),
        (lambda a: not 0.8 < a[0] < 1.3, "a wrist mostly feels 1 g; is the factor used twice?"),
        (lambda a: a[1] > 20, "the rotation is still in the phone's unit"),
        (lambda a: not 0.5 < a[1] < 5, "the rotation is far too slow; is the factor used twice?"),
    ],
    "around 1 g at most times, which is gravity, and a few rad/s",
    "the converted frame",
)

damaged_sessions = texts(
    "Which recordings are damaged?",
    DAMAGED,
    hints=[
        (lambda a: not a & set(DAMAGED), "none of these; print report(damaged, rate=50)"),
        (lambda a: a > set(DAMAGED), "too many; which of them has a fault that you can name?"),
        (
            lambda a: a == set(DAMAGED) - {TURNED},
            "these three are right; the fourth looks like the other arm's",
        ),
        (lambda a: a < set(DAMAGED), "right so far, but there are four"),
    ],
    otherwise="some are right, some are not; the name after the indent is the session",
    correct="each has a fault that a model would have trained on without a word",
)

always_rest = number(
    "How often is a program right that always says rest_it?",
    0.40,
    0.50,
    hints=[
        (lambda a: 1 < a <= 100, "give a share between 0 and 1"),
        (lambda a: 0.24 < a < 0.26, "that would be true if all four activities were equally long"),
    ],
    otherwise="what share of all samples has the label rest_it?",
    correct="a model that reaches less has learned nothing; chapter 4 calls this the baseline",
)
