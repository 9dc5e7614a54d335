"""Prediction while samples arrive, with the state carried, and answers that do not flicker.

May import ``base``, ``windows`` and, to tune the smoothing, ``activity_classifier``.
"""

from .answer import Prediction
from .smoothing import UNKNOWN, Smoother
from .stream import MAX_GAP, StreamingClassifier
from .tuning import tune_smoothing

__all__ = [
    "MAX_GAP",
    "UNKNOWN",
    "Prediction",
    "Smoother",
    "StreamingClassifier",
    "tune_smoothing",
]
