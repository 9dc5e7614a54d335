"""Sessions -> windows -> chunks, and back to rows.

A session of ``n`` samples gives ``ceil(n / prediction_window)`` windows; the last one is padded
with zeros. Twenty consecutive windows are a chunk, the unit of training; the last chunk of a
session is padded with empty windows, and a batch of chunks with empty chunks. All are the same act,
so one function, :func:`pack_blocks`, does it.

May import ``base``.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

CHUNK_WINDOWS = 20


@dataclass(frozen=True)
class Sessions:
    """The sessions of a frame: rows of one id belong together, in their order.

    Attributes
    ----------
    ids : ndarray of shape (n_sessions,)
        Session ids, in order of first appearance.
    order : ndarray of shape (n_rows,)
        Row positions that list the frame session by session.
    lengths : ndarray of shape (n_sessions,)
        Samples in each session.
    """

    ids: np.ndarray
    order: np.ndarray
    lengths: np.ndarray


def find_sessions(session_column: ArrayLike) -> Sessions:
    """Group the rows of a frame by session id.

    Parameters
    ----------
    session_column : array-like of shape (n_rows,)
        The session id of every row; rows of one id need not be neighbours.

    Returns
    -------
    Sessions
    """
    codes, ids = pd.factorize(pd.Series(session_column))
    order = np.argsort(codes, kind="stable")
    return Sessions(np.asarray(ids), order, np.bincount(codes, minlength=len(ids)))


def blocks_per_group(lengths: np.ndarray, block: int) -> np.ndarray:
    """Blocks of ``block`` items that groups of the given lengths fill, the last one in part.

    Returns
    -------
    ndarray of int, shape (n_groups,)
    """
    return -(-np.asarray(lengths, dtype=np.int64) // block)


def padded_places(lengths, block):
    """Where items go when every group is padded at its end to whole blocks.

    Parameters
    ----------
    lengths : array-like of int, shape (n_groups,)
        Items in each group; the groups lie one after another.
    block : int
        Items in a block.

    Returns
    -------
    ndarray of int, shape (sum(lengths),)
        The place of every item in the padded sequence.

    Examples
    --------
    >>> padded_places([3, 1], 2)
    array([0, 1, 2, 4])
    """
    lengths = np.asarray(lengths, dtype=np.int64)
    padding = blocks_per_group(lengths, block) * block - lengths
    padding_before = np.cumsum(padding) - padding
    return np.arange(lengths.sum()) + np.repeat(padding_before, lengths)


def pack_blocks(values: np.ndarray, lengths: np.ndarray, block: int) -> np.ndarray:
    """Pack items into blocks; the last block of every group is padded with zeros.

    Parameters
    ----------
    values : ndarray of shape (sum(lengths), ...)
        Items, group by group.
    lengths, block
        As in :func:`padded_places`.

    Returns
    -------
    ndarray of shape (n_blocks, block, ...)
    """
    n_blocks = blocks_per_group(lengths, block).sum()
    flat = np.zeros((n_blocks * block, *values.shape[1:]), values.dtype)
    flat[padded_places(lengths, block)] = values
    return flat.reshape(n_blocks, block, *values.shape[1:])


def cut_windows(values: np.ndarray, lengths: np.ndarray, prediction_window: int) -> np.ndarray:
    """Cut sessions into windows; the last window of a session is padded with zeros.

    Parameters
    ----------
    values : ndarray of shape (n_samples, n_features)
        Samples, session by session.
    lengths : array-like of int, shape (n_sessions,)
        Samples in each session.
    prediction_window : int
        Samples in a window.

    Returns
    -------
    ndarray of float32, shape (n_windows, prediction_window, n_features)
    """
    return pack_blocks(values.astype(np.float32, copy=False), lengths, prediction_window)


def window_of_sample(lengths: np.ndarray, prediction_window: int) -> np.ndarray:
    """The window that each sample falls into.

    Returns
    -------
    ndarray of int, shape (n_samples,)
        Window numbers over all sessions; index a per-window result with it to get it per sample.
    """
    return padded_places(lengths, prediction_window) // prediction_window


def window_label_counts(
    codes: np.ndarray, lengths: np.ndarray, prediction_window: int, n_classes: int
) -> np.ndarray:
    """How often each class occurs among the samples of every window.

    Parameters
    ----------
    codes : ndarray of int, shape (n_samples,)
        Class index of every sample, session by session.
    lengths, prediction_window
        As in :func:`cut_windows`.
    n_classes : int

    Returns
    -------
    ndarray of int, shape (n_windows, n_classes)
    """
    n_windows = blocks_per_group(lengths, prediction_window).sum()
    cells = window_of_sample(lengths, prediction_window) * n_classes + codes
    counts = np.bincount(cells, minlength=n_windows * n_classes)
    return counts.reshape(n_windows, n_classes)


def label_windows(
    codes: np.ndarray, lengths: np.ndarray, prediction_window: int, n_classes: int
) -> np.ndarray:
    """Give every window the most frequent label of its samples; a tie goes to the lower class.

    Returns
    -------
    ndarray of int, shape (n_windows,)
    """
    return window_label_counts(codes, lengths, prediction_window, n_classes).argmax(axis=1)


def pack_chunks(window_values: np.ndarray, windows_per_session: np.ndarray) -> np.ndarray:
    """Pack windows into chunks of 20; the last chunk of a session is padded with zeros.

    Parameters
    ----------
    window_values : ndarray of shape (n_windows, ...)
        One entry a window (its samples, its label, its weight), session by session.
    windows_per_session : array-like of int, shape (n_sessions,)

    Returns
    -------
    ndarray of shape (n_chunks, 20, ...)
    """
    return pack_blocks(window_values, windows_per_session, CHUNK_WINDOWS)


def chunk_lengths(windows_per_session: np.ndarray) -> np.ndarray:
    """Windows in each chunk: 20 each, and what is left in the last chunk of a session.

    Parameters
    ----------
    windows_per_session : array-like of int, shape (n_sessions,)

    Returns
    -------
    ndarray of int, shape (n_chunks,)

    Examples
    --------
    >>> chunk_lengths([45, 20])
    array([20, 20,  5, 20])
    """
    n_windows = np.asarray(windows_per_session, dtype=np.int64)
    chunks = blocks_per_group(n_windows, CHUNK_WINDOWS)
    lengths = np.full(chunks.sum(), CHUNK_WINDOWS)
    lengths[np.cumsum(chunks) - 1] -= chunks * CHUNK_WINDOWS - n_windows
    return lengths
