"""Figures of recordings: features over time, with what was predicted from them."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from ...base.errors import ToolkitError
from .style import (
    PALETTE,
    QUANTITIES,
    activity_colors,
    in_course_style,
    label,
    quantity,
    readable_ink,
)

# For the x, y and z of a sensor; none is the colour of an activity.
FEATURE_COLORS = ["#000000", "#8E5BD0", "#8C8C8C"]
WRONG = {"edgecolor": "white", "hatch": "////"}


@in_course_style
def session(frame, features=None, rate=None, ax=None, title=None):
    """Draw the features of one session over time, one panel for each quantity.

    Parameters
    ----------
    frame : DataFrame
        The rows of one session, or a part of it, in time order.
    features : list of str, optional
        All columns whose quantity is known, if not given.
    rate : float, optional
        Samples a second (Hz); without it the axis counts samples.
    ax : Axes or sequence of Axes, optional
        One for each quantity.
    title : str, optional

    Returns
    -------
    ndarray of Axes, shape (n_quantities,)
    """
    panels = _panels(frame, features)
    axes = _axes(ax, len(panels), figsize=(9, 1 + 2.2 * len(panels)), sharex=True)
    _draw_panels(axes, frame, panels, rate)
    axes[0].set_title(title or "")
    return axes


@in_course_style
def session_timeline(
    frame, predicted, classes, features=None, rate=None, target="activity", ax=None, title=None
):
    """Draw the true and the predicted activity of one session above its features.

    Parameters
    ----------
    frame : DataFrame
        The rows of one session in time order, with the target column.
    predicted : array-like of shape (n_rows,)
        Predicted activity of every row.
    classes : sequence
        All activities that the model knows: they fix the colours.
    features, rate
        As in :func:`session`.
    target : str
        Column of the true activity.
    ax : sequence of Axes, optional
        One for the activities, then one for each quantity.
    title : str, optional
        The share of samples predicted right, if not given.

    Returns
    -------
    ndarray of Axes, shape (1 + n_quantities,)
    """
    true, predicted = np.asarray(frame[target], object), np.asarray(predicted, object)
    if len(true) != len(predicted):
        raise ToolkitError(f"{len(true)} rows but {len(predicted)} predictions")
    panels = _panels(frame, features)
    heights = [1.1, *[2] * len(panels)]
    size = (9, 1.4 + 1.1 * sum(heights))
    axes = _axes(ax, len(heights), figsize=size, sharex=True, height_ratios=heights)
    _draw_panels(axes[1:], frame, panels, rate)
    _draw_activities(axes[0], true, predicted, activity_colors({*classes, *true, *predicted}), rate)
    axes[0].set_title(title or f"{np.mean(true == predicted):.0%} of {len(true):,} samples right")
    return axes


@in_course_style
def compare_people(first, second, features=None, rate=None, source="userId", ax=None, title=None):
    """Draw two sessions of the same activity side by side, one row for each feature.

    Parameters
    ----------
    first, second : DataFrame
        The rows of one session each.
    features, rate
        As in :func:`session`.
    source : str
        Column that names the person.
    ax : ndarray of Axes, shape (n_features, 2), optional
    title : str, optional

    Returns
    -------
    ndarray of Axes, shape (n_features, 2)
        The two of a row share their scale, so that heights can be compared.
    """
    features = _features(first, features)
    if ax is None:
        n, size = len(features), (9, 1 + 1.25 * len(features))
        ax = plt.subplots(n, 2, figsize=size, sharex=True, sharey="row", squeeze=False)[1]
    for column, (frame, color) in enumerate(zip((first, second), PALETTE, strict=False)):
        for axes, feature in zip(ax[:, column], features, strict=True):
            axes.plot(_times(frame, rate), frame[feature], color=color, linewidth=1.2)
            axes.yaxis.set_major_locator(MaxNLocator(3))
        ax[0, column].set_title(label(frame[source].iloc[0]))
        ax[-1, column].set_xlabel(_time_label(rate))
    for axes, feature in zip(ax[:, 0], features, strict=True):
        unit = quantity(feature).partition(" (")[2]
        axes.set_ylabel(f"{label(feature)}\n({unit}" if unit else label(feature))
    ax[0, 0].figure.align_ylabels(ax[:, 0])
    if title:
        ax[0, 0].figure.suptitle(title)
    return ax


def _features(frame, features):
    """The features asked for, or all that measure something known."""
    if features is None:
        features = [name for name in frame.columns if str(name).startswith(tuple(QUANTITIES))]
    missing = [name for name in features if name not in frame.columns]
    if missing:
        raise ToolkitError(f"no feature {missing}; this frame has {list(frame.columns)}")
    if not features:
        raise ToolkitError(
            f"no column has a known quantity; name features of {list(frame.columns)}"
        )
    return features


def _panels(frame, features):
    """Quantity -> its features, in their order."""
    panels = {}
    for feature in _features(frame, features):
        panels.setdefault(quantity(feature), []).append(feature)
    return panels


def _axes(ax, n, **options):
    """The axes given, checked, or new ones below each other."""
    if ax is None:
        return plt.subplots(n, 1, squeeze=False, **options)[1][:, 0]
    axes = np.atleast_1d(np.asarray(ax, dtype=object))
    if axes.shape != (n,):
        raise ToolkitError(f"this figure has {n} panels, but ax has the shape {axes.shape}")
    return axes


def _times(frame, rate):
    return np.arange(len(frame)) / (rate or 1)


def _time_label(rate):
    return "time (s)" if rate else "sample"


def _draw_panels(axes, frame, panels, rate):
    for panel, (measured, features) in zip(axes, panels.items(), strict=True):
        panel.set_prop_cycle(color=FEATURE_COLORS)
        for feature in features:
            panel.plot(_times(frame, rate), frame[feature], label=label(feature), linewidth=1.2)
        panel.set_ylabel(label(measured).replace(" (", "\n("))
        panel.legend(loc="center left", bbox_to_anchor=(1, 0.5))
        panel.set_xlim(0, len(frame) / (rate or 1))
    axes[-1].set_xlabel(_time_label(rate))
    axes[0].figure.align_ylabels(axes)


def _draw_activities(ax, true, predicted, colors, rate):
    """Two bars of colour, true above predicted; where they differ the lower one is hatched."""
    step = 1 / (rate or 1)
    wrong = [(start * step, n * step) for bad, start, n in _runs(true != predicted) if bad]
    _draw_bar(ax, 1, true, colors, step)
    _draw_bar(ax, 0, predicted, colors, step)
    ax.broken_barh(wrong, (-0.4, 0.8), facecolor="none", label="wrong", **WRONG)
    ax.set_yticks([0, 1], ["predicted", "true"])
    ax.set_xlim(0, len(true) * step)
    ax.grid(visible=False)
    occurring = [name for name in colors if name in {*true, *predicted}]
    handles = [Patch(facecolor=colors[name], label=label(name)) for name in occurring]
    if wrong:
        handles.append(Patch(facecolor="#8C8C8C", label="wrong", **WRONG))
    ax.figure.legend(handles=handles, loc="outside lower center", ncols=4)


def _draw_bar(ax, height, labels, colors, step):
    """A piece of colour for each run of an activity, with its name where there is room."""
    for name, start, n in _runs(labels):
        color, name = colors[name], label(name)
        ax.broken_barh([(start * step, n * step)], (height - 0.4, 0.8), facecolor=color)
        if n > 0.014 * len(name) * len(labels):
            middle = (start + n / 2) * step
            text = ax.text(middle, height, name, ha="center", va="center", fontsize=9)
            text.set_color(readable_ink(color))
            text.set_bbox({"facecolor": color, "edgecolor": "none", "pad": 2})


def _runs(values):
    """(value, start, length) of each run of equal values."""
    if not len(values):
        return []
    starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]])
    lengths = np.diff(np.r_[starts, len(values)])
    return [(values[s], s, n) for s, n in zip(starts.tolist(), lengths.tolist(), strict=True)]
