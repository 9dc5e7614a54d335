"""The course's figures: one function each, axes in, axes out.

Every function draws in the course's style (``course.mplstyle``), makes its own figure where no axes
are given, and leaves ``plt.show()`` to the caller. For figures of your own in the same look:
``plt.style.use(plots.STYLE)``.
"""

from ...app.figures import (
    STYLE,
    activity_colors,
    compare_people,
    confusion_matrix,
    quantity,
    roc_curves,
    sample_counts,
    session,
    session_timeline,
    training_history,
)
from .confusions import compare_sessions
from .images import image_grid
from .network import network_picture
from .recurrence import loop_picture, lstm_cell_picture, unrolled_picture
from .repeats import epochs, learning_curves, repeated_scores, validation_curves
from .results import accuracy_against_cost, recorded_results
from .smoothing import smoothing_and_delay
from .splitting import promises, split_map
from .states import state_timeline
from .training import compare_runs, scores_by_setting
from .vocabulary import vocabulary
from .waves import waves

__all__ = [
    "STYLE",
    "accuracy_against_cost",
    "activity_colors",
    "compare_people",
    "compare_runs",
    "compare_sessions",
    "confusion_matrix",
    "epochs",
    "image_grid",
    "learning_curves",
    "loop_picture",
    "lstm_cell_picture",
    "network_picture",
    "promises",
    "quantity",
    "recorded_results",
    "repeated_scores",
    "roc_curves",
    "sample_counts",
    "scores_by_setting",
    "session",
    "session_timeline",
    "smoothing_and_delay",
    "split_map",
    "state_timeline",
    "training_history",
    "unrolled_picture",
    "validation_curves",
    "vocabulary",
    "waves",
]
