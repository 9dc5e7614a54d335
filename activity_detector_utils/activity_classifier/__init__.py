"""Train an activity classifier, use it, keep it: Turi Create's names on today's Python."""

from . import util
from .creation import create
from .saved import load_model
from .model import ActivityClassifier

__all__ = ["ActivityClassifier", "create", "load_model", "util"]
