"""The report as files: the page, its figures, the scorecard."""

import json

from .page import html_page
from .scorecard import make_scorecard

PAGE = "index.html"


def report_files(result):
    """Make the files of a report.

    Parameters
    ----------
    result : TrainingResult

    Returns
    -------
    dict of str to bytes
        ``index.html`` (figures included), ``scorecard.json`` and a PNG for each figure.
    """
    from .drawing import draw_figures  # loads matplotlib, which scores do not need

    card = make_scorecard(result)
    figures = draw_figures(result)
    return {
        PAGE: html_page(card, figures).encode(),
        "scorecard.json": (json.dumps(card, indent=1, ensure_ascii=False) + "\n").encode(),
        **{name: image for name, (image, _) in figures.items()},
    }
