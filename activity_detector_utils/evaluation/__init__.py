"""How good predictions are: Turi Create's metrics, per sample, and by person or session.

May import ``base`` and ``windows``.
"""

from .baseline import Baseline, confusion_table, majority_baseline
from .groups import evaluate_by, session_decisions
from .metrics import METRICS, SMALLEST_PROBABILITY, evaluate

__all__ = [
    "METRICS",
    "SMALLEST_PROBABILITY",
    "Baseline",
    "confusion_table",
    "evaluate",
    "evaluate_by",
    "majority_baseline",
    "session_decisions",
]
