"""Batches of chunks, only their real windows, step by step.

The chunks of a batch run beside each other through the network. They are sorted, longest first:
then the chunks that still have a window at a step are the first ones, and the windows of a step
can lie side by side without padding between them.
"""

from dataclasses import dataclass

import numpy as np

from ..windows import CHUNK_WINDOWS, blocks_per_group, chunk_lengths, window_label_counts


@dataclass(frozen=True)
class Batch:
    """Some chunks: the windows of their first step, then of their second, and so on.

    Attributes
    ----------
    windows : ndarray of float32, shape (n_windows, prediction_window * n_features)
    counts : ndarray of int, shape (n_windows, n_classes)
        Samples of each class in every window.
    running : ndarray of int, shape (n_steps,)
        Chunks that have a window at each step.
    """

    windows: np.ndarray
    counts: np.ndarray
    running: np.ndarray


def cut_batches(samples, prediction_window, n_classes, batch_size, rng):
    """Yield shuffled batches that together hold every window once.

    Parameters
    ----------
    samples : tuple of three ndarrays
        Values of float32 (n_samples, n_features), class codes (n_samples,) and session lengths
        (n_sessions,).
    prediction_window, n_classes, batch_size : int
        ``batch_size`` counts chunks; the last batch may have fewer.
    rng : numpy.random.Generator

    Yields
    ------
    Batch
    """
    values, codes, lengths = samples
    cut = _Windows(values, lengths, prediction_window)
    counts = window_label_counts(codes, lengths, prediction_window, n_classes)
    in_chunk = chunk_lengths(blocks_per_group(lengths, prediction_window))
    first = np.cumsum(in_chunk) - in_chunk
    order = rng.permutation(len(in_chunk))
    for start in range(0, len(order), batch_size):
        chunks = order[start : start + batch_size]
        chosen, running = step_by_step(first[chunks], in_chunk[chunks])
        yield Batch(cut(chosen), counts[chosen], running)


def step_by_step(first, n_windows):
    """List the windows of chunks: all first ones, then all second ones, the longest chunk first.

    Parameters
    ----------
    first : ndarray of int, shape (n_chunks,)
        Number of the first window of each chunk.
    n_windows : ndarray of int, shape (n_chunks,)
        Windows in each chunk, 1 to 20.

    Returns
    -------
    chosen : ndarray of int, shape (n_windows.sum(),)
    running : ndarray of int, shape (n_steps,)
        Chunks that have a window at each step.

    Examples
    --------
    >>> step_by_step(np.array([100, 200]), np.array([1, 3]))
    (array([200, 100, 201, 202]), array([2, 1, 1]))
    """
    longest_first = np.argsort(-n_windows, kind="stable")
    steps = np.arange(min(CHUNK_WINDOWS, n_windows.max()))[:, None]
    there = steps < n_windows[longest_first]
    return (first[longest_first] + steps)[there], there.sum(axis=1)


class _Windows:
    """Any windows of the sessions, one a row, copied out of the samples when they are wanted."""

    def __init__(self, values, lengths, prediction_window):
        n_features = values.shape[1]
        per_session = blocks_per_group(lengths, prediction_window)
        number = np.arange(per_session.sum())
        number -= np.repeat(np.cumsum(per_session) - per_session, per_session)
        in_session = number * prediction_window
        self.start = np.repeat(np.cumsum(lengths) - lengths, per_session) + in_session
        left = np.repeat(lengths, per_session) - in_session
        self.filled = np.minimum(left, prediction_window) * n_features
        # Every run of one window's numbers, as a view; the end is padded for the last one.
        padding = np.zeros((prediction_window, n_features), values.dtype)
        padded = np.concatenate([values, padding]).ravel()
        width = prediction_window * n_features
        self.runs = np.lib.stride_tricks.sliding_window_view(padded, width)[::n_features]

    def __call__(self, numbers):
        windows = self.runs[self.start[numbers]]
        filled = self.filled[numbers]
        for row in np.flatnonzero(filled < windows.shape[1]):
            windows[row, filled[row] :] = 0
        return windows
