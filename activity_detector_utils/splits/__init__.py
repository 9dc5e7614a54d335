"""Keep people, or at least sessions, on one side of a split, and prove it.

Rows of one person resemble each other far more than rows of two people, so a random split of
rows or sessions reports how well a model knows people it has met. Split by source where there are
enough people (:func:`split_by_source`), by session only where there are not
(:func:`random_split_by_session`), and let :func:`audit` name whoever is on both sides.

May import ``base``.
"""

from .parts import Split, audit, count_samples, count_sessions
from .sessions import random_split_by_session, stratified_session_split
from .sources import split_by_source

__all__ = [
    "Split",
    "audit",
    "count_samples",
    "count_sessions",
    "random_split_by_session",
    "split_by_source",
    "stratified_session_split",
]
