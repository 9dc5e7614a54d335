"""Rows that are equal: samples that are there twice, and values that a sensor repeats (chapter 1).

Equal values alone are no fault. A coarse sensor at rest gives one value many times, and a log that
is faster than its sensor writes each value more than once. Only the time tells that a row is the
same sample again.
"""

import numpy as np
import pandas as pd

MANY_REPEATS = 0.05  # share of a session's rows from which their cause is worth a word
BLOCK = 20  # rows over which movement is measured
LIVELY = 0.25  # share of the blocks, those of most movement


def duplicate_rows(frame, time_column="timestamp"):
    """Mark samples that their session holds already, with the same time and the same values.

    Sessions in which different samples share a time are left alone: their sensor sends packets,
    and equal rows may be samples of one packet, at rest.

    Parameters
    ----------
    frame : DataFrame
        With `sessionId`.
    time_column : str
        Without this column nothing is marked.

    Returns
    -------
    Series of bool
        With the index of `frame`.
    """
    marks = np.zeros(len(frame), dtype=bool)
    if time_column not in frame:
        return pd.Series(marks, index=frame.index)
    keys = ["sessionId", time_column]
    timed = frame[time_column].notna().to_numpy()
    shared = (frame.duplicated(keys, keep=False) & timed).to_numpy()
    if shared.any():
        rows = frame[shared]
        same = rows.duplicated().to_numpy()
        packets = rows.loc[rows.duplicated(keys).to_numpy() & ~same, "sessionId"].unique()
        marks[shared] = same & ~rows["sessionId"].isin(packets).to_numpy()
    return pd.Series(marks, index=frame.index)


def repeated_values(frame, features):
    """Mark rows whose values equal those of the row before them in their session.

    Returns
    -------
    ndarray of bool, shape (n_rows,)
    """
    values = frame[features]
    before = values.groupby(frame["sessionId"], sort=False).shift()
    has_before = frame.groupby("sessionId", sort=False).cumcount() > 0
    return ((values == before).fillna(False).all(axis=1) & has_before).to_numpy(bool)


def describe_repeats(values, repeats):
    """Say how many rows of a session repeat the row before, and what that may mean.

    Parameters
    ----------
    values : ndarray of float, shape (n_samples, n_features)
        One session.
    repeats : ndarray of bool, shape (n_samples,)
        As `repeated_values` marks them.

    Returns
    -------
    str
    """
    n, share = int(repeats.sum()), repeats.mean()
    said = f"{n} rows equal the row before"
    if share < MANY_REPEATS:
        return said
    changed = values[~repeats]
    said += f" ({share:.0%})"
    different = len(np.unique(changed, axis=0))
    if different > len(changed) / 2 and _lively_share(values, repeats) > share / 2:
        factor = len(values) / len(changed)
        return f"{said}: is the log {factor:.2g} times as fast as its sensor? see resample"
    return f"{said}: a coarse sensor at rest? its values come in steps of {_step(values):.2g}"


def _lively_share(values, repeats):
    """Share of repeats where the session moves most."""
    n_blocks = max(1, len(values) // BLOCK)
    blocks = np.array_split(np.arange(len(values)), n_blocks)
    movement = [values[block].std(axis=0).sum() for block in blocks]
    most = np.argsort(movement)[::-1][: max(1, int(n_blocks * LIVELY))]
    return repeats[np.concatenate([blocks[i] for i in most])].mean()


def _step(values):
    """The usual smallest difference between two values of one column; NaN if nothing changes."""
    steps = [np.diff(np.unique(column[np.isfinite(column)])) for column in values.T]
    smallest = [each.min() for each in steps if len(each)]
    return float(np.median(smallest)) if smallest else np.nan
