"""Train an activity classifier, use it, keep it: Turi Create's names on today's Python."""

from . import util
from .creation import create
from .model import ActivityClassifier
from .saved import load_model

__all__ = ["ActivityClassifier", "create", "load_model", "util"]
