"""What all figures share: the style, the colours, what a column measures."""

import functools
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt

STYLE = Path(__file__).with_name("course.mplstyle")
PALETTE = [
    mpl.colors.to_hex(color)
    for color in mpl.rc_params_from_file(STYLE)["axes.prop_cycle"].by_key()["color"]
]

LONGEST = 40  # characters of a name in a figure

# First letters of a column -> what it measures.
QUANTITIES = {
    "rot": "rotation rate (rad/s)",
    "body_gyro": "rotation rate (rad/s)",
    "accel": "acceleration (g)",
    "total_acc": "total acceleration (g)",
    "body_acc": "body acceleration (g)",
    "grav": "gravity (g)",
    "roll": "attitude (rad)",
    "pitch": "attitude (rad)",
    "yaw": "attitude (rad)",
}


def in_course_style(function):
    """Run a drawing function in the course's style, whatever style is set outside."""

    @functools.wraps(function)
    def styled(*arguments, **options):
        with plt.style.context(STYLE):
            return function(*arguments, **options)

    return styled


def quantity(feature):
    """Say what a feature column measures, with its unit, for the label of an axis.

    Examples
    --------
    >>> quantity("rotX")
    'rotation rate (rad/s)'
    >>> quantity("heart")
    'heart'
    """
    return next((text for start, text in QUANTITIES.items() if feature.startswith(start)), feature)


def label(value):
    """Make a text from data safe to draw: short, in one line, and never a formula.

    A dollar sign would begin mathematics; drawing a name of thousands of characters takes
    gigabytes.

    Examples
    --------
    >>> label("lift $a_$")
    'lift \\\\$a_\\\\$'
    >>> len(label("x" * 5000))
    40
    """
    text = "".join(c if c.isprintable() else " " for c in str(value))
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]}…{text[-LONGEST // 2 + 1 :]}"
    return text.replace("$", r"\$")


def activity_colors(classes):
    """Give every activity its colour: by its place among all classes, the same in every figure.

    Parameters
    ----------
    classes : sequence
        All activities of the data, not just those of one session. From the ninth on, colours
        repeat.

    Returns
    -------
    dict of label to str
    """
    return {label: PALETTE[place % len(PALETTE)] for place, label in enumerate(sorted(classes))}


def readable_ink(color):
    """Black or white, whichever has the greater contrast with the colour."""
    weights = (0.2126, 0.7152, 0.0722)
    luminance = sum(w * c**2.2 for w, c in zip(weights, mpl.colors.to_rgb(color), strict=True))
    return "black" if luminance > 0.18 else "white"
