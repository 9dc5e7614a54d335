"""Figures of recorded results: against what was published, and against what they cost."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from ...app.figures.style import PALETTE, in_course_style

MARKERS = "osD^vPX*"


@in_course_style
def recorded_results(results, published, ax=None, title=None):
    """Draw the scores of recorded trainings beside published means and standard deviations.

    Parameters
    ----------
    results : DataFrame
        Columns ``model, score`` (percent), a row for each training.
    published : dict of str to (float, float)
        Model -> published mean and standard deviation in percent; the deviation may be None.
        Models that it lacks have no published score.
    ax : Axes, optional
    title : str, optional

    Returns
    -------
    Axes
        One line for each model, in the order of their first rows from the top.
    """
    models = list(dict.fromkeys(results["model"]))
    ax = ax or plt.subplots(figsize=(8, 1 + 0.6 * len(models)))[1]
    for place, model in enumerate(models):
        scores = results.loc[results["model"] == model, "score"]
        label = "ours, each seed" if place == 0 else None
        ax.plot(scores, np.full(len(scores), place), "o", color=PALETTE[0], alpha=0.5, label=label)
        label = "ours, mean" if place == 0 else None
        ax.plot(scores.mean(), place, "|", color=PALETTE[0], markersize=22, label=label)
    places = [place for place, model in enumerate(models) if model in published]
    known = [published[models[place]] for place in places]
    if known:
        means, deviations = zip(*known, strict=True)
        ax.errorbar(
            means,
            np.array(places) + 0.25,
            xerr=[deviation or 0 for deviation in deviations],
            fmt="D",
            color=PALETTE[1],
            capsize=4,
            label="published (± deviation, if known)",
        )
    ax.set_yticks(range(len(models)), models)
    ax.set_ylim(len(models) - 0.4, -0.5)
    ax.set_xlabel("test accuracy (%)")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    ax.set_title(title or "")
    return ax


@in_course_style
def accuracy_against_cost(table, costs, axes=None, title=None):
    """Draw the accuracy of models against what they cost, a panel for each cost.

    Parameters
    ----------
    table : DataFrame
        A row for each model, named by the index; columns ``mean`` and ``deviation`` (percent) and
        one for each cost.
    costs : dict of str to str
        Column -> label of its logarithmic axis, with the unit.
    axes : sequence of Axes, optional
        As many as costs.
    title : str, optional

    Returns
    -------
    sequence of Axes
    """
    if axes is None:
        axes = plt.subplots(1, len(costs), figsize=(9, 3.8), sharey=True, squeeze=False)[1][0]
    for ax, (cost, label) in zip(axes, costs.items(), strict=True):
        for number, (model, row) in enumerate(table.iterrows()):
            ax.errorbar(
                row[cost],
                row["mean"],
                yerr=row["deviation"],
                fmt=MARKERS[number % len(MARKERS)],
                color=PALETTE[number % len(PALETTE)],
                capsize=4,
                label=model,
            )
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.set_xlabel(label)
    axes[0].set_ylabel("test accuracy (%)")
    axes[-1].legend(loc="center left", bbox_to_anchor=(1, 0.5))
    axes[0].figure.suptitle(title or "")
    return axes
