"""What smoothing wins and what it costs (chapter 6)."""

import matplotlib.pyplot as plt
import numpy as np

from ...app.figures.style import PALETTE, in_course_style

MEASURES = {
    "switches": "changes of the answer\nin 100 windows",
    "accuracy": "accuracy\n(share of windows)",
}
BESIDE = {"switches": (5, 5), "accuracy": (-26, 1)}  # where the second line leaves room, in points
MARKERS = ["o-", "s--", "^:"]
CLOSE = 0.05  # share of the axes


@in_course_style
def smoothing_and_delay(tables, seconds=1.0, ax=None, title=None):
    """Draw how calm and how right answers are, against how late they come.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Name of the app -> one row a setting: ``smoothing, delay`` (windows), ``switches,
        accuracy``, as :func:`~activity_detector_utils.streaming.tune_smoothing` returns them.
    seconds : float
        Length of a window.
    ax : sequence of 2 Axes, optional
    title : str, optional

    Returns
    -------
    sequence of 2 Axes
        Each point is a setting; the number beside it is the smoothing.
    """
    if ax is None:
        ax = plt.subplots(1, 2, figsize=(9.5, 4))[1]
    tables = {name: table.sort_values("smoothing") for name, table in tables.items()}
    for panel, (measure, text) in zip(ax, MEASURES.items(), strict=True):
        for place, (name, table) in enumerate(tables.items()):
            style = {"color": PALETTE[place * 3], "label": name}
            panel.plot(table["delay"] * seconds, table[measure], MARKERS[place], **style)
        panel.set(xlabel="delay after a change (s)", ylabel=text)
        panel.margins(0.14)
        for place, table in enumerate(tables.values()):
            offset = BESIDE[measure] if place else (-9, -15)
            _name_points(
                panel, table["smoothing"], table["delay"] * seconds, table[measure], offset
            )
    ax[0].legend()
    ax[0].figure.suptitle(title or "")
    return ax


def _name_points(ax, names, x, y, offset):
    """Write a number at each point that is not too close to the one named before."""
    size = np.array([np.diff(ax.get_xlim())[0], np.diff(ax.get_ylim())[0]])
    last = None
    for name, *point in zip(names, x, y, strict=True):
        point = np.array(point)
        if last is None or (np.abs(point - last) > CLOSE * size).any():
            ax.annotate(f"{name:g}", point, offset, textcoords="offset points")
            last = point
