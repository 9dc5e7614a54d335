"""Figures about splits: what goes where, and what a split promises (chapter 2)."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MultipleLocator

from ...app.figures.style import PALETTE, in_course_style

TRAIN_COLOR, HELD_OUT_COLOR = "#BFD6E6", PALETTE[3]


@in_course_style
def split_map(source, held_out, ax=None, title=None):
    """Draw which rows each way to split holds out: a line of marks for every person.

    Parameters
    ----------
    source : Series of shape (n_rows,)
        The person of every row, rows in time order.
    held_out : dict of str to array-like of bool, shape (n_rows,)
        What is dealt out, such as ``"rows"`` -> True where the row is held out.
    ax : Axes or sequence of Axes, optional
        One for each way.
    title : str, optional

    Returns
    -------
    ndarray of Axes, shape (n_ways,)
    """
    people = sorted(set(source))
    if ax is None:
        size = (9, 0.9 + len(held_out) * (0.6 + 0.15 * len(people)))
        ax = plt.subplots(len(held_out), 1, figsize=size, sharex=True, squeeze=False)[1][:, 0]
    axes = np.atleast_1d(np.asarray(ax, dtype=object))
    source = np.asarray(source)
    for panel, (name, mask) in zip(axes, held_out.items(), strict=True):
        _draw_marks(panel, [np.asarray(mask)[source == person] for person in people])
        panel.set_yticks(range(len(people)), people)
        panel.set_title(f"split by {name}")
    axes[-1].set_xlabel("window of the person, in time order")
    handles = [
        Patch(color=TRAIN_COLOR, label="training"),
        Patch(color=HELD_OUT_COLOR, label="held out"),
    ]
    axes[0].figure.legend(handles=handles, loc="outside lower center", ncols=2)
    if title:
        axes[0].figure.suptitle(title)
    return axes


@in_course_style
def promises(scores, ax=None, title=None):
    """Draw what each way to split promises beside what new people get, a line for each run.

    Parameters
    ----------
    scores : DataFrame
        ``split, promised, new_people``: one row for each way to split and each run; accuracies as
        shares of 1.
    ax : Axes, optional
    title : str, optional

    Returns
    -------
    Axes
        The large marks are means, with their value beside them.
    """
    ax = ax or plt.subplots(figsize=(8, 4.6))[1]
    ways = list(dict.fromkeys(scores["split"]))
    places = np.array([-0.2, 0.2])
    for number, way in enumerate(ways):
        runs = scores.loc[scores["split"] == way, ["promised", "new_people"]].to_numpy()
        ax.plot(number + places, runs.T, color="#B0B0B0", linewidth=0.9)
        _draw_means(ax, number + places, runs.mean(axis=0))
    ax.set_xticks(range(len(ways)), [f"split by {way}" for way in ways])
    ax.set_xlim(-0.55, len(ways) - 0.45)
    ax.set_ylabel("accuracy (share of windows)")
    ax.yaxis.set_major_locator(MultipleLocator(0.05))
    ax.grid(visible=False, axis="x")
    handles = [Line2D([], [], label=label, **style) for label, style in _MARKS.items()]
    handles.append(Line2D([], [], color="#B0B0B0", linewidth=0.9, label="one run"))
    ax.figure.legend(handles=handles, loc="outside lower center", ncols=3)
    ax.set_title(title or "")
    return ax


_MARKS = {
    "promised": {"marker": "o", "color": PALETTE[3], "markersize": 9, "linestyle": "none"},
    "new people": {"marker": "s", "color": PALETTE[0], "markersize": 9, "linestyle": "none"},
}


def _draw_marks(panel, lines):
    """A line of marks for each person, with white between them."""
    longest = max(map(len, lines))
    cells = [
        np.pad(line.astype(float), (0, longest - len(line)), constant_values=np.nan)
        for line in lines
    ]
    colors = ListedColormap([TRAIN_COLOR, HELD_OUT_COLOR])
    panel.imshow(cells, cmap=colors, vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    panel.set_yticks(np.arange(0.5, len(lines) - 1), minor=True)
    panel.grid(visible=False)
    panel.grid(which="minor", axis="y", color="white", linewidth=2)
    panel.tick_params(which="both", length=0)
    panel.spines[:].set_visible(False)


def _draw_means(ax, places, means):
    """The promise on the left and the truth on the right, their values on the outside."""
    ax.plot(places, means, color="black", linewidth=2)
    for x, value, style, side in zip(places, means, _MARKS.values(), (-1, 1), strict=True):
        ax.plot(x, value, **style)
        ax.annotate(
            f"{value:.2f}",
            (x, value),
            xytext=(9 * side, 0),
            textcoords="offset points",
            ha="right" if side < 0 else "left",
            va="center",
        )
