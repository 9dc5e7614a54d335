"""Figures that reports and chapters draw alike: one function each, axes in, axes out.

Every function draws in the course's style (``course.mplstyle``), makes its own figure where no axes
are given, and leaves ``plt.show()`` to the caller.
"""

from .curves import roc_curves, training_history
from .recordings import compare_people, session, session_timeline
from .style import STYLE, activity_colors, label, quantity
from .tables import confusion_matrix, sample_counts

__all__ = [
    "STYLE",
    "activity_colors",
    "compare_people",
    "confusion_matrix",
    "label",
    "quantity",
    "roc_curves",
    "sample_counts",
    "session",
    "session_timeline",
    "training_history",
]
