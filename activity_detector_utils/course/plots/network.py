"""The classifier's network in one picture (chapter 3)."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from ...app.figures.style import PALETTE, in_course_style, readable_ink
from ...app.figures.style import label as safe_label
from ...networks.lstm import N_DENSE, N_FILTERS, N_UNITS, weight_shapes

# Layer -> how its weights' names start, what it does in two words, its colour.
LAYERS = {
    "convolution": ("conv", "finds shapes", PALETTE[5]),
    "LSTM": ("lstm", "remembers", PALETTE[0]),
    "dense": ("dense", "combines", PALETTE[2]),
    "batch norm": ("norm", "evens out", PALETTE[1]),
    "softmax": ("output", "decides", PALETTE[3]),
}
MIDDLE, WIDTH, STRIDE = 22, 10.5, 14.5  # of the boxes, in a picture of 120 x 50
WINDOW_WIDTH = 17


@in_course_style
def network_picture(window, classes, ax=None, title=None):
    """Draw the network from a window, through every layer, to the activities.

    Parameters
    ----------
    window : DataFrame of shape (prediction_window, n_features)
        The samples that are drawn.
    classes : sequence
        The activities, in the order of the outputs.
    ax : Axes, optional
    title : str, optional
        How many weights there are, if not given.

    Returns
    -------
    Axes
        The taller a box, the more numbers its layer hands on.
    """
    ax = ax or plt.subplots(figsize=(10, 4.3))[1]
    ax.set(xlim=(-7, 106), ylim=(0, 49))
    ax.axis("off")
    shapes = weight_shapes(*window.shape, len(classes))
    sizes = [N_FILTERS, N_UNITS, N_DENSE, N_DENSE, len(classes)]
    _draw_window(ax, window)
    for number, (name, size) in enumerate(zip(LAYERS, sizes, strict=True)):
        prefix, verb, color = LAYERS[name]
        n_weights = sum(np.prod(shapes[key]) for key in shapes if key.startswith(prefix))
        left = WINDOW_WIDTH + 4 + number * STRIDE
        _draw_arrow(ax, (left - 4, MIDDLE), (left, MIDDLE))
        height = _draw_layer(ax, left, name, size, verb, color)
        _write(ax, left + WIDTH / 2, 3, f"{n_weights:,}\nweights", color="#555555")
        if name == "LSTM":
            _draw_loop(ax, left, MIDDLE + height / 2)
    _draw_classes(ax, left + WIDTH, classes)
    total = sum(np.prod(shape) for shape in shapes.values())
    ax.set_title(title or f"One window in, a probability for each activity out: {total:,} weights")
    return ax


def _draw_window(ax, window):
    """The features of the window as lines, one above the other."""
    n_samples, n_features = window.shape
    low, step = 8, 28 / n_features
    times = np.linspace(0.5, WINDOW_WIDTH - 0.5, n_samples)
    for place, feature in enumerate(reversed(window.columns)):
        values = window[feature].to_numpy(float)
        span = max(np.ptp(values), 1e-9)
        middle = low + (place + 0.5) * step
        ax.plot(times, middle + 0.8 * step * ((values - values.min()) / span - 0.5), color="black")
        ax.text(-1, middle, feature, ha="right", va="center", fontsize=9)
    box = FancyBboxPatch((0, low), WINDOW_WIDTH, 28, boxstyle="round,pad=0.2", fill=False, lw=1)
    ax.add_patch(box)
    _write(ax, WINDOW_WIDTH / 2, 39, "window", weight="bold")
    _write(ax, WINDOW_WIDTH / 2, 3, f"{n_samples} samples\n× {n_features} features")


def _draw_layer(ax, left, name, size, verb, color):
    """A box as high as the layer is large, with what it does; returns the height."""
    height = 11 + 19 * size / N_UNITS
    box = FancyBboxPatch(
        (left, MIDDLE - height / 2),
        WIDTH,
        height,
        boxstyle="round,pad=0.2",
        facecolor=color,
        edgecolor="none",
    )
    ax.add_patch(box)
    middle = left + WIDTH / 2
    _write(ax, middle, MIDDLE, f"{size}\n{verb}", color=readable_ink(color))
    _write(ax, middle, MIDDLE + height / 2 + 2.5, name, weight="bold")
    return height


def _draw_loop(ax, left, top):
    """The arrow that leads a state from one window to the next."""
    start, end = (left + WIDTH - 0.3, top + 0.4), (left + 0.3, top + 0.4)
    _draw_arrow(ax, start, end, connectionstyle="arc3,rad=1.3")
    _write(ax, left + WIDTH / 2, top + 9.5, "state, kept for the next window", color="#555555")


def _draw_classes(ax, left, classes):
    heights = MIDDLE + 3.2 * (np.arange(len(classes))[::-1] - (len(classes) - 1) / 2)
    for label, height in zip(classes, heights, strict=True):
        ax.plot([left + 0.5, left + 3], [MIDDLE, height], color="#999999", linewidth=0.8)
        ax.text(left + 3.4, height, safe_label(label), va="center", fontsize=9)


def _draw_arrow(ax, start, end, **options):
    arrow = FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=12, color="#555555")
    arrow.set(**options)
    ax.add_patch(arrow)


def _write(ax, x, y, text, **options):
    ax.text(x, y, text, ha="center", va="center", fontsize=10, **options)
