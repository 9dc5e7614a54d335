"""Figures of curves: training iteration by iteration, and ROC."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

from .style import activity_colors, in_course_style, label

LINE_STYLES = ("-", "--", "-.", ":")


@in_course_style
def roc_curves(table, classes=None, ax=None, title=None):
    """Draw the ROC curve of each class against the rest.

    Parameters
    ----------
    table : DataFrame
        ``evaluate(...)["roc_curve"]``.
    classes : sequence, optional
        All classes of the model, so that the colours are those of the other figures even where a
        class has no curve.
    ax : Axes, optional
    title : str, optional
        The mean of the areas, if not given.

    Returns
    -------
    Axes
        The legend names the area under each curve.
    """
    ax = ax or plt.subplots(figsize=(6, 5.6))[1]
    colors = activity_colors({*table["class"], *(classes or ())})
    areas = []
    for place, (name, curve) in enumerate(table.groupby("class", sort=True)):
        areas.append(np.trapezoid(curve["tpr"], curve["fpr"]))
        style = {"color": colors[name], "linestyle": LINE_STYLES[place % len(LINE_STYLES)]}
        ax.plot(curve["fpr"], curve["tpr"], **style, label=f"{label(name)} ({areas[-1]:.3f})")
    ax.plot([0, 1], [0, 1], color="#999999", linewidth=1, label="guessing (0.500)")
    ax.set(xlabel="false positive rate", ylabel="true positive rate", aspect="equal")
    ax.legend(title="area under the curve", loc="lower right")
    mean = np.mean(areas) if areas else np.nan
    ax.set_title(title or f"Mean area under the curve: {mean:.3f}")
    return ax


@in_course_style
def training_history(history, best=None, ax=None, title=None):
    """Draw accuracy and loss of every training iteration.

    Parameters
    ----------
    history : DataFrame
        ``iteration, training_accuracy, training_loss`` and, with a validation set,
        ``validation_accuracy, validation_loss``.
    best : int, optional
        The iteration whose weights were kept; marked by a line.
    ax : pair of Axes, optional
        For accuracy and for loss.
    title : str, optional

    Returns
    -------
    ndarray of Axes, shape (2,)
    """
    if ax is None:
        ax = plt.subplots(1, 2, figsize=(9, 3.8))[1]
    axes = np.asarray(ax, dtype=object)
    for panel, measure in zip(axes, ("accuracy", "loss"), strict=True):
        for part, style in (("training", "-"), ("validation", "--")):
            values = history.get(f"{part}_{measure}")
            if values is not None and values.notna().any():
                marker = "o" if len(values) == 1 else None
                panel.plot(history["iteration"], values, style, marker=marker, label=part)
        if best is not None:
            panel.axvline(best, color="#999999", linewidth=1, label=f"kept: iteration {best}")
        panel.set_xlim(history["iteration"].min() - 0.5, history["iteration"].max() + 0.5)
        panel.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        panel.set_xlabel("iteration")
    axes[0].set_ylabel("accuracy (share of samples)")
    axes[1].set_ylabel("loss (cross-entropy, nats)")
    axes[0].legend(loc="lower right")
    axes[0].set_title(title or "")
    return axes
