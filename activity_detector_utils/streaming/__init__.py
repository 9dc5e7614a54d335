"""Prediction while samples arrive, with the state carried, and answers that do not flicker.

May import ``base``, ``windows`` and, to tune the smoothing, ``activity_classifier``.
"""

from .smoothing import UNKNOWN, Smoother, tune_smoothing
from .stream import MAX_GAP, Prediction, StreamingClassifier

__all__ = [
    "MAX_GAP",
    "UNKNOWN",
    "Prediction",
    "Smoother",
    "StreamingClassifier",
    "tune_smoothing",
]
