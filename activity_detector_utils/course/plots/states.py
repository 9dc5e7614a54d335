"""What the LSTM's state does along a session (chapter 5)."""

import matplotlib.pyplot as plt
import numpy as np

from ...app.figures.style import PALETTE, activity_colors, in_course_style
from ...app.figures.style import label as safe_label

PANELS = {"cell": "cell", "hidden": "hidden", "forget_gate": "forget gate\n(share kept)"}
UNIT_COLORS = ["#000000", "#8E5BD0", "#8C8C8C"]  # none is the colour of an activity
SHOWN = 0.2  # probability that an activity must reach somewhere to be drawn


@in_course_style
def state_timeline(trace, classes, units=None, seconds=None, ax=None, title=None):
    """Draw answers, cell, hidden values and forget gates along one session.

    Parameters
    ----------
    trace : inspection.Trace
    classes : sequence
        ``model.classes``: the order of the probabilities.
    units : sequence of int, optional
        Which of the LSTM's units to draw; the three whose cells change most, if not given.
    seconds : float, optional
        Length of a window; without it the axis counts windows.
    ax : sequence of 4 Axes, optional
    title : str, optional

    Returns
    -------
    ndarray of Axes, shape (4,)
        A dashed line marks each change of activity.
    """
    if ax is None:
        ax = plt.subplots(4, 1, figsize=(9, 7.2), sharex=True, height_ratios=[1.3, 1, 1, 1])[1]
    units = most_active_units(trace) if units is None else units
    times = np.arange(len(trace.cell)) * (seconds or 1)
    colors = activity_colors(classes)
    for label, values in zip(classes, trace.probabilities.T, strict=True):
        if values.max() > SHOWN:
            ax[0].plot(times, values, color=colors[label], label=safe_label(label), linewidth=2.2)
    for panel, (name, text) in zip(ax[1:], PANELS.items(), strict=True):
        for unit, color in zip(units, UNIT_COLORS, strict=False):
            panel.plot(times, getattr(trace, name)[:, unit], color=color, label=f"unit {unit}")
        panel.set_ylabel(text)
    ax[0].set(ylim=(-0.03, 1.03), ylabel="probability")
    ax[3].set(ylim=(0, 1), xlabel="start of the window (s)" if seconds else "window")
    for panel in ax[:2]:
        panel.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    _mark_changes(ax, trace.activities, times)
    ax[0].figure.align_ylabels(ax)
    ax[0].set_title(title or "")
    return ax


def most_active_units(trace, n=3):
    """Units of the LSTM whose cells change most along a session, in ascending order."""
    return np.sort(np.argsort(-trace.cell.std(axis=0), kind="stable")[:n])


def _mark_changes(axes, activities, times):
    if activities is None:
        return
    for start in np.flatnonzero(activities[1:] != activities[:-1]) + 1:
        for panel in axes:
            panel.axvline(times[start], color=PALETTE[6], linestyle="--", linewidth=1.2)
