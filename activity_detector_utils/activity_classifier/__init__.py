"""Train an activity classifier, use it, keep it: Turi Create's names on today's Python.

May import ``base``, ``windows``, ``recordings``, ``splits``, ``networks``, ``evaluation`` and, to
write model files for apps and read them back, ``export``.
"""

from . import util
from .creation import create
from .loading import load_model
from .model import ActivityClassifier

__all__ = ["ActivityClassifier", "create", "load_model", "util"]
