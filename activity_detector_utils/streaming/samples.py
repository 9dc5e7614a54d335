"""Samples and times as they arrive in a stream, checked before anything is done with them."""

import numpy as np

from ..base.arguments import LARGEST_SAMPLE, is_number
from ..base.errors import ToolkitError

PLAIN_NUMBERS = frozenset({float, int, np.float32, np.float64})  # what most samples are made of


def read_samples(samples, features):
    """Samples as an array, or an error that says what is wrong with them.

    Parameters
    ----------
    samples : sequence, dict, ndarray or DataFrame
        One sample or a block; with names, or in the order of ``features``.
    features : list of str

    Returns
    -------
    ndarray of float32, shape (n, n_features)

    Raises
    ------
    ToolkitError
        If a feature is missing, too much, or not a number within 1e12 of zero.
    """
    if hasattr(samples, "keys"):
        missing = [name for name in features if name not in samples]
        if missing:
            raise ToolkitError(f"the sample lacks {missing}; the model reads {features}")
        columns = [as_numbers(samples[name], f"'{name}'") for name in features]
        if len({column.shape for column in columns}) > 1:
            raise ToolkitError("the features of the samples are of different lengths")
        block = np.array(columns).T
    else:
        block = as_numbers(samples, "the sample")
    n = len(features)
    if block.ndim == 1:
        block = block[None]
    if block.ndim != 2 or block.shape[1] != n:
        raise ToolkitError(
            f"samples of shape {np.shape(samples)} do not fit; the model reads {n} features "
            f"({', '.join(features)}): one sample has the shape ({n},), a block (n, {n})"
        )
    good = np.abs(block) <= LARGEST_SAMPLE  # false for what is not a number
    if not good.all():
        row, column = np.argwhere(~good)[0]
        value = block[row, column]
        beyond = f", beyond {LARGEST_SAMPLE:g}" if np.isfinite(value) else ""
        raise ToolkitError(
            f"'{features[column]}' of sample {row} is {value:g}{beyond}; leave such samples out "
            "and reset() after a long loss"
        )
    return block.astype(np.float32)


def read_times(time, n, last):
    """Times as an array, or an error that says what is wrong with them.

    Parameters
    ----------
    time : float or array-like of shape (n,)
        Seconds.
    n : int
        How many samples they belong to.
    last : float or None
        The time of the sample before.

    Returns
    -------
    ndarray of shape (n,)

    Raises
    ------
    ToolkitError
        If there are more or fewer times than samples, they are no numbers or run backwards.
    """
    times = np.atleast_1d(as_numbers(time, "the time, in seconds,"))
    if times.shape != (n,):
        raise ToolkitError(f"{n} samples came with times of shape {times.shape}")
    before = times[:1] if last is None else last
    if not np.isfinite(times).all() or (np.diff(times, prepend=before) < 0).any():
        raise ToolkitError(
            f"times must be finite and must not run backwards; {times.tolist()} came after {last}"
        )
    return times


def as_numbers(values, what):
    """Values as an array of float64; text, bytes, bools and dates are no numbers.

    Parameters
    ----------
    values : scalar, nested sequence, ndarray, Series or DataFrame
    what : str
        What an error calls them.

    Raises
    ------
    ToolkitError
        If something among them is no number.
    """
    if getattr(getattr(values, "dtype", None), "kind", "O") in "iuf":
        return np.asarray(values, dtype=float)
    array = np.array(values, dtype=object)
    for value in array.ravel():
        if not is_number(value):
            raise ToolkitError(
                f"{what} holds {value!r}, of type {type(value).__name__}; numbers are needed"
            )
    try:
        return array.astype(float)
    except OverflowError as error:
        raise ToolkitError(f"{what} holds a number beyond {LARGEST_SAMPLE:g}") from error
