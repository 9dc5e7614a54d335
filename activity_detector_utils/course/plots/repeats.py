"""Figures of Keras trainings: one run, and what a change does beside luck (chapters 7 and 8)."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from ...app.figures.curves import LINE_STYLES, training_history
from ...app.figures.style import PALETTE, in_course_style
from .training import compare_runs

MARKERS = "osD^v"
BOTH = "measured on"
GUESSING = {"color": "#777777", "linewidth": 1, "label": "guessing"}


@in_course_style
def epochs(history, n_classes, ax=None, title=None):
    """Draw accuracy and loss of every epoch, with what guessing gives.

    Parameters
    ----------
    history : DataFrame
        From :func:`activity_detector_utils.course.keras_trainings.history_table`.
    n_classes : int
        Guessing is right once in n_classes, and its loss is ln(n_classes).
    ax : pair of Axes, optional
        For accuracy and for loss.
    title : str, optional

    Returns
    -------
    ndarray of Axes, shape (2,)
    """
    axes = training_history(history, ax=ax, title=title)
    for panel, level in zip(axes, (1 / n_classes, np.log(n_classes)), strict=True):
        panel.axhline(level, **GUESSING)
        panel.set_xlabel("epoch")
    axes[0].set_ylabel("accuracy (share right)")
    axes[0].legend(loc="center right")
    return axes


@in_course_style
def validation_curves(histories, n_classes, ax=None, title=None):
    """Draw the validation accuracy of several networks, epoch by epoch.

    Parameters
    ----------
    histories : dict of str to DataFrame
        Name of the network -> its table from
        :func:`activity_detector_utils.course.keras_trainings.history_table`.
    n_classes : int
        Guessing is right once in n_classes.
    ax : Axes, optional
    title : str, optional

    Returns
    -------
    Axes
    """
    ax = compare_runs(histories, ax=ax, title=title)
    ax.axhline(1 / n_classes, **GUESSING)
    ax.set(xlabel="epoch", ylabel="validation accuracy (share right)")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return ax


@in_course_style
def repeated_scores(runs, setting, group=None, chance=None, ax=None, title=None):
    """Draw the scores after the last update: a mark for each run, a line through the means.

    Parameters
    ----------
    runs : DataFrame
        From :func:`activity_detector_utils.course.keras_trainings.compare`.
    setting : str
        Column along the axis, whose name labels it. Numbers get a logarithmic axis, names one
        place each, in order of appearance, and a dash for the mean.
    group : str, optional
        Column of the colours. Without it, training and test accuracy are drawn.
    chance : float or dict of setting to float, optional
        The score of guessing.
    ax : Axes, optional
    title : str, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.subplots(figsize=(8, 4))[1]
    last, group = _grouped(runs[runs["updates"] == runs["updates"].max()], setting, group)
    numeric = pd.api.types.is_numeric_dtype(last[setting])
    values = list(dict.fromkeys(last[setting]))
    places = dict(zip(values, values if numeric else range(len(values)), strict=True))
    groups = list(dict.fromkeys(last[group]))
    for number, name in enumerate(groups):
        scores = last.loc[last[group] == name].set_index(setting)["accuracy"]
        # Names have room beside each other; numbers have their one place.
        shift = 0 if numeric else 0.14 * (number - (len(groups) - 1) / 2)
        scores.index = scores.index.map(places) + shift
        _draw_scores(ax, scores, number, str(name), joined=numeric)
    if chance is not None:
        levels = chance if isinstance(chance, dict) else dict.fromkeys(values, chance)
        ax.plot(list(places.values()), [levels[value] for value in values], **GUESSING)
    _set_places(ax, places, numeric)
    measured = "accuracy" if group == BOTH else "test accuracy"
    ax.set(xlabel=setting, ylabel=f"{measured} (share right)")
    ax.legend(title=group, loc="center left", bbox_to_anchor=(1, 0.5))
    ax.set_title(title or "")
    return ax


@in_course_style
def learning_curves(runs, group, chance=None, ax=None, title=None):
    """Draw how the test accuracy grows: the mean over the seeds, and from least to most.

    Parameters
    ----------
    runs : DataFrame
        From :func:`activity_detector_utils.course.keras_trainings.compare`.
    group : str
        Column of the colours, in order of appearance.
    chance : float, optional
        The score of guessing.
    ax : Axes, optional
    title : str, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.subplots(figsize=(8, 4))[1]
    for number, (name, part) in enumerate(runs.groupby(group, sort=False)):
        scores = part.groupby("updates")["test_accuracy"].agg(["min", "mean", "max"])
        style = {"color": PALETTE[number], "linestyle": LINE_STYLES[number % len(LINE_STYLES)]}
        ax.plot(scores.index, scores["mean"], **style, label=str(name))
        band = {"color": PALETTE[number], "alpha": 0.2, "linewidth": 0}
        ax.fill_between(scores.index, scores["min"], scores["max"], **band)
    if chance is not None:
        ax.axhline(chance, **GUESSING)
    ax.set_xlim(left=0)
    ax.set(xlabel="updates (batches of 32)", ylabel="test accuracy (share right)")
    ax.legend(title=group, loc="center left", bbox_to_anchor=(1, 0.5))
    ax.set_title(title or "")
    return ax


def _grouped(last, setting, group):
    """The scores as the column ``accuracy``, and the column that groups them."""
    if group is not None:
        return last.rename(columns={"test_accuracy": "accuracy"}), group
    both = ["training_accuracy", "test_accuracy"]
    last = last.melt(setting, both, var_name=BOTH, value_name="accuracy")
    return last.assign(**{BOTH: last[BOTH].str.removesuffix("_accuracy")}), BOTH


def _set_places(ax, places, numeric):
    if numeric:
        ax.set_xscale("log")
        ax.minorticks_off()
    ax.set_xticks(list(places.values()), [str(value) for value in places])


def _draw_scores(ax, scores, number, name, joined):
    """Marks of all runs, and their means at each place: joined by a line, or dashes."""
    color, marker = PALETTE[number], MARKERS[number % len(MARKERS)]
    means = scores.groupby(level=0).mean()
    line = LINE_STYLES[number % len(LINE_STYLES)] if joined else "none"
    dash = None if joined else "_"
    ax.plot(means.index, means, marker=dash, markersize=24, color=color, linestyle=line)
    ax.plot(scores.index, scores, marker, color=color, linestyle="none", label=name)
