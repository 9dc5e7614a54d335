"""The words of the course in one picture: people, sessions, chunks, windows, samples."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import ConnectionPatch, Rectangle

from ...app.figures.style import PALETTE, in_course_style, quantity, readable_ink
from ...base.errors import ToolkitError
from ...windows import CHUNK_WINDOWS

CHOSEN, OTHER, BAND = PALETTE[0], "#D5D5D5", "#E7EFF6"


@in_course_style
def vocabulary(
    frame,
    session,
    prediction_window,
    rate,
    feature="accelX",
    window=4,
    source="userId",
    session_id="sessionId",
):
    """Zoom in from all people to the samples of one window.

    Parameters
    ----------
    frame : DataFrame
        Recordings of several people.
    session : str
        The session to zoom in on.
    prediction_window : int
        Samples in a window.
    rate : float
        Samples a second (Hz).
    feature : str
        The column that is drawn.
    window : int
        The window to zoom in on, counted from 0.
    source, session_id : str
        Columns that name the person and the session.

    Returns
    -------
    ndarray of Axes, shape (4,)
        People, sessions of one person, windows and chunks of one session, samples of one window.

    Raises
    ------
    ToolkitError
        If the session does not occur or has no such window.
    """
    rows = frame[frame[session_id] == session]
    samples = slice(window * prediction_window, (window + 1) * prediction_window)
    if len(rows) < samples.stop:
        raise ToolkitError(
            f"session {session!r} has {len(rows)} samples, too few for window {window}"
            f" of {prediction_window}"
        )
    values, person = rows[feature].to_numpy(), rows[source].iloc[0]
    people = frame[source].drop_duplicates().sort_values()
    lengths = frame[frame[source] == person].groupby(session_id, sort=False).size() / rate
    axes = plt.subplots(4, 1, figsize=(9, 8.4), height_ratios=[0.6, 0.6, 1.9, 1.9])[1]

    person_tile = _draw_tiles(axes[0], np.ones(len(people)), list(people), person)
    _set_title(axes[0], f"{len(people)} people: the sources")
    session_tile = _draw_tiles(axes[1], lengths.to_numpy(), list(lengths.index), session, "")
    _set_title(axes[1], f"{len(lengths)} sessions of {person}; the blue one is {session}")
    _draw_windows(axes[2], values, prediction_window, rate, window)
    _draw_samples(axes[3], values[samples], samples.start, rate)
    for ax in axes[2:]:
        ax.set_ylabel(f"{feature}\n({quantity(feature).partition(' (')[2]}")
    axes[0].figure.align_ylabels(axes[2:])
    for upper, lower, (left, right) in (
        (axes[0], axes[1], person_tile),
        (axes[1], axes[2], session_tile),
        (axes[2], axes[3], np.array([samples.start, samples.stop]) / rate),
    ):
        _draw_zoom(upper, lower, left, right)
    return axes


def _draw_tiles(ax, widths, names, chosen, others=None):
    """A row of tiles, the chosen one coloured; returns where that one begins and ends."""
    gap = 0.008 * sum(widths)
    edges = np.cumsum([0, *(widths + gap)])
    for left, width, name in zip(edges, widths, names, strict=False):
        color = CHOSEN if name == chosen else OTHER
        ax.add_patch(Rectangle((left, 0), width, 1, color=color))
        label = name if others is None else others
        if label:
            ink = readable_ink(color)
            ax.text(left + width / 2, 0.47, label, ha="center", va="center", color=ink)
    ax.set(xlim=(0, edges[-1] - gap), ylim=(0, 1))
    ax.axis("off")
    place = names.index(chosen)
    return edges[place], edges[place] + widths[place]


def _draw_windows(ax, values, prediction_window, rate, window):
    """One session with the borders of its windows, a band for every other chunk."""
    seconds, n = prediction_window / rate, len(values)
    n_windows = -(-n // prediction_window)
    chunk = CHUNK_WINDOWS * seconds
    for number, start in enumerate(np.arange(0, n / rate, chunk)):
        size = min(CHUNK_WINDOWS, n_windows - number * CHUNK_WINDOWS)
        ax.axvspan(start, start + size * seconds, color=BAND if number % 2 == 0 else "#F7F1E4")
        middle = start + size * seconds / 2
        ax.text(
            middle,
            0.97,
            f"chunk {number + 1}: {size} windows",
            va="top",
            ha="center",
            transform=ax.get_xaxis_transform(),
        )
    for border in np.arange(n_windows + 1) * seconds:
        ax.axvline(border, color="#B5B5B5", linewidth=0.6)
    ax.axvspan(window * seconds, (window + 1) * seconds, color=CHOSEN, alpha=0.3)
    ax.plot(np.arange(n) / rate, values, color="black", linewidth=0.9)
    ax.set_xlim(0, n_windows * seconds)
    low, high = values.min(), values.max()
    ax.set_ylim(low - 0.1 * (high - low), high + 0.35 * (high - low))
    ax.grid(visible=False)
    ax.set(xlabel="time (s)")
    _set_title(ax, f"one session of {n:,} samples: {n_windows} windows of {seconds:.3g} s")


def _draw_samples(ax, values, first, rate):
    """The samples of one window as dots, one of them named."""
    times = (first + np.arange(len(values))) / rate
    ax.plot(times, values, ".-", color=CHOSEN, linewidth=0.8, markersize=6)
    place = len(values) // 2
    ax.annotate(
        "one sample:\none row of the table",
        (times[place], values[place]),
        xytext=(times[place], 0.95),
        textcoords=ax.get_xaxis_transform(),
        va="top",
        ha="center",
        arrowprops={"arrowstyle": "->", "color": "#666666"},
    )
    low, high = values.min(), values.max()
    ax.set_ylim(low - 0.1 * (high - low), high + 0.6 * (high - low))
    ax.set_xlim(times[0] - 0.5 / rate, times[-1] + 0.5 / rate)
    ax.set(xlabel="time (s)")
    _set_title(ax, f"one window: {len(values)} samples in a row, one prediction")


def _set_title(ax, text):
    """A title on white, so that the lines of the zoom pass behind it."""
    ax.set_title(text, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})


def _draw_zoom(upper, lower, left, right):
    """Lines from an interval at the foot of one panel to the head of the next."""
    for x, corner in ((left, 0), (right, 1)):
        line = ConnectionPatch((x, 0), (corner, 1), upper.get_xaxis_transform(), lower.transAxes)
        line.set(color="#999999", linewidth=0.8, linestyle="--", zorder=-1)
        line.set_in_layout(False)
        upper.figure.add_artist(line)
