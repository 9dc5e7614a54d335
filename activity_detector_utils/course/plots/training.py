"""Figures of training runs side by side (chapter 3)."""

import matplotlib.pyplot as plt
import pandas as pd

from ...app.figures.curves import LINE_STYLES
from ...app.figures.style import PALETTE, in_course_style


@in_course_style
def compare_runs(histories, measure="validation_accuracy", baseline=None, ax=None, title=None):
    """Draw one measure of several training runs, iteration by iteration.

    Parameters
    ----------
    histories : dict of str to DataFrame
        Name of the run -> its ``model.history``.
    measure : str
        A column of the histories.
    baseline : float, optional
        What needs no training; drawn as a grey line.
    ax : Axes, optional
    title : str, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.subplots(figsize=(7, 4))[1]
    for place, (name, history) in enumerate(histories.items()):
        style = {"color": PALETTE[place], "linestyle": LINE_STYLES[place % len(LINE_STYLES)]}
        ax.plot(history["iteration"], history[measure], **style, label=name)
    if baseline is not None:
        ax.axhline(baseline, color="#999999", linewidth=1, label="always the same activity")
    unit = "share of samples" if measure.endswith("accuracy") else "cross-entropy, nats"
    ax.set(xlabel="iteration", ylabel=f"{measure.replace('_', ' ')} ({unit})")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    ax.set_title(title or "")
    return ax


@in_course_style
def scores_by_setting(runs, setting, score="accuracy", ax=None, title=None):
    """Draw a score against the setting that was changed: a dot for each run, a line of means.

    Parameters
    ----------
    runs : DataFrame
        One row a run, with the columns `setting` and `score`.
    setting : str
        Column of the setting; its name labels the axis. Numbers get a logarithmic axis, names one
        place each, in order of appearance.
    score : str
        Column of shares of 1.
    ax : Axes, optional
    title : str, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.subplots(figsize=(7, 4))[1]
    values = list(dict.fromkeys(runs[setting]))
    numeric = pd.api.types.is_numeric_dtype(runs[setting])
    places = dict(zip(values, values if numeric else range(len(values)), strict=True))
    means = runs.groupby(setting, sort=numeric)[score].mean()
    x = [places[value] for value in means.index]
    line = {"linestyle": "-" if numeric else "none", "marker": "_", "markersize": 26}
    ax.plot(x, means, color=PALETTE[0], **line)
    ax.plot(runs[setting].map(places), runs[score], "o", color=PALETTE[3], label="one run")
    ax.plot([], [], color=PALETTE[0], marker="_", markersize=18, linestyle="none", label="mean")
    if numeric:
        ax.set_xscale("log")
        ax.minorticks_off()
    else:
        ax.set_xlim(-0.5, len(values) - 0.5)
    ax.set_xticks(list(places.values()), [f"{value}" for value in values])
    ax.set(xlabel=setting, ylabel=f"{score} (share of samples)")
    ax.legend()
    ax.set_title(title or "")
    return ax
