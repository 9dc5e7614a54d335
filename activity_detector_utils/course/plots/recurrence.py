"""What recurrence is in three pictures: the loop, the loop unrolled, the gates (chapter 5)."""

import matplotlib.pyplot as plt
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from ...app.figures.style import PALETTE, in_course_style, readable_ink

STATE, INPUT, ANSWER, PLAIN = PALETTE[0], PALETTE[5], PALETTE[3], "#ECECEC"
INK, GREY = "#333333", "#555555"

# Gate -> what it decides in two words, its colour; from left to right.
GATES = {
    "forget gate": ("keep how\nmuch?", PALETTE[1]),
    "input gate": ("write how\nmuch?", PALETTE[2]),
    "candidate": ("write\nwhat?", PLAIN),
    "output gate": ("show how\nmuch?", PALETTE[4]),
}


@in_course_style
def loop_picture(ax=None, title=None):
    """Draw a recurrent layer as a box with a loop: what it says comes back as its next input.

    Parameters
    ----------
    ax : Axes, optional
    title : str, optional

    Returns
    -------
    Axes
    """
    ax = _blank(ax, (6.5, 2.4), (0, 66), (4, 25), title or "A recurrent layer reads its own state")
    _draw_box(ax, (8, 10), "window", INPUT, width=15)
    _draw_box(ax, (33, 10), "LSTM", STATE, width=13)
    _draw_box(ax, (58, 10), "activity", ANSWER, width=15)
    _draw_arrow(ax, (16, 10), (26, 10))
    _draw_arrow(ax, (40, 10), (50, 10))
    _draw_arrow(ax, (37, 14.5), (29, 14.5), connectionstyle="arc3,rad=1.2")
    _write(ax, 33, 22.5, "state: 200 hidden and 200 cell values", color=GREY)
    return ax


@in_course_style
def unrolled_picture(n_windows=4, ax=None, title=None):
    """Draw the loop once for each window, side by side: time runs to the right.

    Parameters
    ----------
    n_windows : int
    ax : Axes, optional
    title : str, optional

    Returns
    -------
    Axes
    """
    title = title or "The loop, unrolled: one copy for each window, all with the same weights"
    ax = _blank(ax, (9, 3.4), (-7, 24 * n_windows + 8), (0, 38), title)
    _write(ax, -2, 19, "zeros", color=GREY)
    for number in range(n_windows):
        x = 18 + 24 * number
        _draw_box(ax, (x, 5), f"window {number}", INPUT, width=14)
        _draw_box(ax, (x, 19), "LSTM", STATE, width=11)
        _draw_box(ax, (x, 33), f"activity {number}", ANSWER, width=14)
        _draw_arrow(ax, (x, 9), (x, 15))
        _draw_arrow(ax, (x, 23), (x, 29))
        _draw_arrow(ax, (x - 17.5, 19), (x - 6.5, 19))
        _write(ax, x - 12, 21.5, "state" if number else "", color=GREY)
    _draw_arrow(ax, (x + 6.5, 19), (x + 13, 19))
    return ax


@in_course_style
def lstm_cell_picture(ax=None, title=None):
    """Draw one step of an LSTM: the cell on its lane, and the gates that change it.

    Parameters
    ----------
    ax : Axes, optional
    title : str, optional

    Returns
    -------
    Axes
    """
    title = title or "One step of an LSTM: three gates decide what the cell keeps, takes and shows"
    ax = _blank(ax, (9.5, 5), (-4, 116), (-4, 56), title)
    places = dict(zip(GATES, (28, 46, 64, 86), strict=True))
    _draw_inputs(ax, places)
    for name, x in places.items():
        verb, color = GATES[name]
        _draw_box(ax, (x, 25.5), verb, color, width=15, height=9)
        _write(ax, x, 14.3, name, weight="bold", bbox={"facecolor": "white", "edgecolor": "none"})
    _draw_cell_lane(ax, *(places[name] for name in GATES))
    _draw_output(ax, places["output gate"])
    return ax


def _draw_inputs(ax, places):
    """Hidden state and window, and the line that leads both to every gate."""
    _draw_box(ax, (6, 10), "old hidden", STATE, width=17, height=7)
    _draw_box(ax, (6, 0), "window", INPUT, width=17, height=7)
    for y in (10, 0):
        ax.plot([15, 18, 18], [y, y, 5], color=INK, linewidth=1.4)
    ax.plot([18, max(places.values())], [5, 5], color=INK, linewidth=1.4)
    _write(ax, 57, 1.5, "all four read the window and the old hidden values", color=GREY)
    for x in places.values():
        _draw_arrow(ax, (x, 5), (x, 20))


def _draw_cell_lane(ax, forget, write, candidate, show):
    """The cell from left to right: times the forget gate, plus what the input gate lets in."""
    _draw_box(ax, (6, 50), "old cell", STATE, width=17, height=7)
    _draw_box(ax, (106, 50), "new cell", STATE, width=17, height=7)
    _draw_arrow(ax, (15, 50), (forget - 2.4, 50))
    _draw_arrow(ax, (forget + 2.6, 50), (write - 2.4, 50))
    _draw_arrow(ax, (write + 2.6, 50), (97, 50))
    for x, y, sign in ((forget, 50, "×"), (write, 50, "+"), (write, 40, "×")):
        _draw_sign(ax, x, y, sign)
    for x, end in ((forget, 47.4), (write, 37.4)):
        _draw_arrow(ax, (x, 31), (x, end))
    _draw_arrow(ax, (write, 42.4), (write, 47.4))
    ax.plot([candidate, candidate], [31, 40], color=INK, linewidth=1.4)
    _draw_arrow(ax, (candidate, 40), (write + 2.6, 40))
    _write(ax, (write + show) / 2, 52.5, "the cell: what is remembered", color=GREY)


def _draw_output(ax, show):
    """From the cell down through the output gate to the hidden state, and to the answer."""
    _draw_arrow(ax, (show, 50), (show, 42.4))
    _write(ax, show + 1.2, 45.5, "tanh", ha="left", color=GREY)
    _draw_sign(ax, show, 40, "×")
    _draw_arrow(ax, (show, 31), (show, 37.4))
    _draw_box(ax, (106, 40), "new hidden", STATE, width=17, height=7)
    _draw_arrow(ax, (show + 2.6, 40), (97, 40))
    _draw_arrow(ax, (106, 36), (106, 28))
    _draw_box(ax, (106, 24), "activity", ANSWER, width=17, height=7)


def _blank(ax, size, xlim, ylim, title):
    """Axes without lines, on white ground: a picture must be readable on a dark page, too."""
    ax = ax or plt.subplots(figsize=size)[1]
    ax.figure.set_facecolor("white")
    ax.set(xlim=xlim, ylim=ylim)
    ax.axis("off")
    ax.set_title(title)
    return ax


def _draw_box(ax, middle, text, color, width, height=8):
    """A box around its middle, with a text in it."""
    x, y = middle
    corner = (x - width / 2, y - height / 2)
    style = {"boxstyle": "round,pad=0.4", "facecolor": color, "edgecolor": "none"}
    ax.add_patch(FancyBboxPatch(corner, width, height, **style))
    _write(ax, x, y, text, color=readable_ink(color))


def _draw_sign(ax, x, y, sign):
    """A small circle where two things meet, with what happens to them."""
    ax.add_patch(Circle((x, y), 2.2, facecolor="white", edgecolor=INK, linewidth=1.4, zorder=3))
    _write(ax, x, y, sign, fontsize=13, zorder=4)


def _draw_arrow(ax, start, end, **options):
    arrow = FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=12, color=INK, lw=1.4)
    arrow.set(**options)
    ax.add_patch(arrow)


def _write(ax, x, y, text, **options):
    ax.text(x, y, text, **{"ha": "center", "va": "center", "fontsize": 10, **options})
