"""Train an activity classifier, use it, keep it: Turi Create's names on today's Python.

May import ``base``, ``windows``, ``recordings``, ``splits``, ``networks``, ``evaluation`` and, to
write model files for apps and read them back, ``export``.
"""

from . import util
from .creation import create
from .model import ActivityClassifier
from .saved import load_model

__all__ = ["ActivityClassifier", "create", "load_model", "util"]
