"""Where Turi Create's users look for the split by session."""

from ..splits import random_split_by_session

__all__ = ["random_split_by_session"]
