"""Figures of counts: a heat map with the number in every cell."""

import matplotlib.pyplot as plt
import numpy as np

from .style import in_course_style, label, readable_ink


@in_course_style
def sample_counts(table, ax=None, title=None):
    """Draw a table of counts; the darker a cell, the more.

    Parameters
    ----------
    table : DataFrame of int
        As :func:`activity_detector_utils.splits.count_samples` or ``count_sessions`` gives it; the
        names of its rows and columns label the axes.
    ax : Axes, optional
    title : str, optional
        The total, if not given.

    Returns
    -------
    Axes
    """
    ax = ax or plt.subplots(figsize=_cells_size(table, width=0.75, height=0.5))[1]
    largest = max(1, table.to_numpy().max(initial=0))
    # The darkest blue is left out: a table of equal counts would be a black wall.
    _draw_cells(ax, 0.75 * table / largest, table.map("{:,}".format))
    ax.set(xlabel=label(table.columns.name or ""), ylabel=label(table.index.name or ""))
    ax.set_title(title or f"{table.to_numpy().sum():,} in all")
    return ax


@in_course_style
def confusion_matrix(table, classes=None, ax=None, title=None):
    """Draw a confusion matrix: in each cell the count, and its share of the true activity.

    Parameters
    ----------
    table : DataFrame
        ``target_label, predicted_label, count``: ``evaluate(...)["confusion_matrix"]``, or
        :func:`activity_detector_utils.evaluation.confusion_table` of two arrays of labels.
    classes : sequence, optional
        Labels to show and their order; those of the table, sorted, if not given.
    ax : Axes, optional
    title : str, optional
        The accuracy, if not given.

    Returns
    -------
    Axes
    """
    known = {*table["target_label"], *table["predicted_label"]}
    classes = sorted(known) if classes is None else [*classes, *sorted(known - {*classes})]
    counts = table.pivot(index="target_label", columns="predicted_label", values="count")
    counts = counts.reindex(index=classes, columns=classes).fillna(0).astype(int)
    shares = counts.div(counts.sum(axis=1).clip(lower=1), axis=0)
    texts = shares.map(_whole_percent) + counts.map("\n{:,}".format)
    ax = ax or plt.subplots(figsize=_cells_size(counts, width=0.85, height=0.62))[1]
    _draw_cells(ax, shares, texts.where(counts > 0, ""))
    ax.set(xlabel="predicted activity", ylabel="true activity")
    right, total = np.trace(counts.to_numpy()), counts.to_numpy().sum()
    ax.set_title(title or f"{right / max(total, 1):.1%} of {total:,} predictions right")
    return ax


def _whole_percent(share):
    """Whole percents, without calling few none or most all."""
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    return f"{share:.0%}"


def _cells_size(table, width, height):
    return 2.6 + width * table.shape[1], 1.8 + height * table.shape[0]


def _draw_cells(ax, shades, texts):
    """Cells shaded from 0 to 1, a text in each, and the table's labels on the axes."""
    image = ax.imshow(shades.to_numpy(dtype=float), vmin=0, vmax=1, aspect="auto")
    for (row, column), text in np.ndenumerate(texts.to_numpy()):
        ink = readable_ink(image.cmap(image.norm(shades.iat[row, column])))
        ax.text(column, row, text, ha="center", va="center", color=ink, fontsize=9)
    n_rows, n_columns = shades.shape
    names = [label(name) for name in shades.columns]
    ax.set_xticks(range(n_columns), names)
    ax.set_yticks(range(n_rows), [label(name) for name in shades.index])
    ax.set_xticks(np.arange(0.5, n_columns - 1), minor=True)
    ax.set_yticks(np.arange(0.5, n_rows - 1), minor=True)
    if max(map(len, names)) > 6:
        plt.setp(ax.get_xticklabels(), rotation=35, ha="right", rotation_mode="anchor")
    ax.grid(visible=False)
    ax.grid(which="minor", color="white", linewidth=1.5)
    ax.spines[:].set_visible(False)
    ax.tick_params(which="both", length=0)
