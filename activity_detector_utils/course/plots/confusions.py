"""Figures of recordings that a model confuses, side by side (chapter 4)."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

from ...app.figures.style import activity_colors, in_course_style, label, quantity


@in_course_style
def compare_sessions(
    sessions, features, rate=None, classes=None, source="userId", target="activity", ax=None
):
    """Draw sessions side by side, a column for each and a row for each feature.

    Parameters
    ----------
    sessions : list of DataFrame
        The rows of one session each, or a part of it, in time order.
    features : list of str
    rate : float, optional
        Samples a second (Hz); without it the axis counts samples.
    classes : sequence, optional
        All activities of the data: they fix the colours. Those shown, if not given.
    source, target : str
        Columns of the person and the activity, for the titles.
    ax : ndarray of Axes, shape (n_features, n_sessions), optional

    Returns
    -------
    ndarray of Axes, shape (n_features, n_sessions)
        All of a row share their scale.
    """
    if ax is None:
        shape = len(features), len(sessions)
        size = (1 + 2.6 * len(sessions), 1.2 + 1.4 * len(features))
        ax = plt.subplots(*shape, figsize=size, sharex=True, sharey="row", squeeze=False)[1]
    shown = {session[target].iloc[0] for session in sessions}
    colors = activity_colors({*shown, *([] if classes is None else classes)})
    for column, session in zip(ax.T, sessions, strict=True):
        activity = session[target].iloc[0]
        times = np.arange(len(session)) / (rate or 1)
        for panel, feature in zip(column, features, strict=True):
            panel.plot(times, session[feature], color=colors[activity])
            panel.yaxis.set_major_locator(MaxNLocator(4))
        column[0].set_title(label(f"{session[source].iloc[0]} {activity}"))
        column[-1].set_xlabel("time (s)" if rate else "sample")
    for panel, feature in zip(ax[:, 0], features, strict=True):
        unit = quantity(feature).partition(" (")[2]
        panel.set_ylabel(f"{feature}\n({unit}" if unit else feature)
    ax[0, 0].figure.align_ylabels(ax[:, 0])
    return ax
