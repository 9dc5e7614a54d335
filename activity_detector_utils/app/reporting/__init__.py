"""What a training run was worth: its scorecard, its figures and a one-page report."""

from .page import html_page
from .scorecard import Score, TrainingResult, make_scorecard, score
from .writing import report_files

__all__ = [
    "Score",
    "TrainingResult",
    "html_page",
    "make_scorecard",
    "report_files",
    "score",
]
