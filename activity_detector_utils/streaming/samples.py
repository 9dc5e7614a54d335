"""Samples and times as they arrive in a stream, checked before anything is done with them."""

import numpy as np

from ..base.errors import ToolkitError


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
        If a feature is missing, too much or not a finite number.
    """
    if hasattr(samples, "keys"):
        missing = [name for name in features if name not in samples]
        if missing:
            raise ToolkitError(f"the sample lacks {missing}; the model reads {features}")
        samples = np.array([samples[name] for name in features], dtype=np.float32).T
    block = np.asarray(samples, dtype=np.float32)
    if block.ndim == 1:
        block = block[None]
    n = len(features)
    if block.ndim != 2 or block.shape[1] != n:
        raise ToolkitError(
            f"samples of shape {np.shape(samples)} do not fit; the model reads {n} features "
            f"({', '.join(features)}): one sample has the shape ({n},), a block (n, {n})"
        )
    if not np.isfinite(block).all():
        row, column = np.argwhere(~np.isfinite(block))[0]
        raise ToolkitError(
            f"'{features[column]}' of sample {row} is {block[row, column]}; leave such samples out "
            "and reset() after a long loss"
        )
    return block


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
        If there are more or fewer times than samples, or they run backwards.
    """
    times = np.atleast_1d(np.asarray(time, dtype=float))
    if times.shape != (n,):
        raise ToolkitError(f"{n} samples came with times of shape {times.shape}")
    before = times[:1] if last is None else last
    if not np.isfinite(times).all() or (np.diff(times, prepend=before) < 0).any():
        raise ToolkitError(
            f"times must be finite and must not run backwards; {times.tolist()} came after {last}"
        )
    return times
