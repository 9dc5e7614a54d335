"""Numbers that a caller passes, checked: one error says what came and what was wanted."""

import math
import numbers

from .errors import ToolkitError

# The largest sample that is taken for a measurement, by training, prediction and streaming alike.
# Sensors count to 4e9 at most (32 bits); what files write for "missing" starts at 1e15 or so, and
# sums of such numbers overflow inside a network.
LARGEST_SAMPLE = 1e12


def is_number(value):
    """Whether a value is one real number; True and False are none."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def whole_number(name, value, low, high=None):
    """Return ``value`` as int; a float such as 5.0 counts.

    Parameters
    ----------
    name : str
        What an error calls it.
    value : int or float
    low, high : int
        First and last number allowed; no last one if ``high`` is None.

    Raises
    ------
    ToolkitError
        If it is no number, not whole or out of range.
    """
    if not is_number(value):
        raise ToolkitError(f"{name} must be of type int (not {type(value).__name__})")
    if value != value or abs(value) == math.inf or int(value) != value:
        raise ToolkitError(f"expected an integer value for {name}; cannot use {value}")
    if value < low or (high is not None and value > high):
        wanted = f"at least {low}" if high is None else f"between {low} and {high}"
        raise ToolkitError(f"{name} must be {wanted}; it is {value}")
    return int(value)
