"""Irregular samples -> a fixed rate, from the times at which they were taken (chapter 1)."""

import itertools

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError
from ..base.frames import check_cells, check_frame, require_columns
from .cleaning import ANGLES, numeric_columns, unusable_rows


def resample(frame, rate, time_column="timestamp", max_gap=0.5):
    """Bring every session to a fixed rate, by linear interpolation between its samples.

    Ids, activity and text are taken from the nearest sample; roll, pitch and yaw are interpolated
    across their jump from pi to -pi. No filter is applied: motion faster than `rate` / 2 aliases.
    Interpolating across a pause would invent motion, so a session is cut at every gap longer than
    `max_gap` and its later parts become sessions of their own, `<sessionId>-part2` and so on.

    Parameters
    ----------
    frame : DataFrame
        Recordings with `sessionId` and a time column that increases within each session.
    rate : float
        Samples per second wanted.
    time_column : str
        The column of times, in seconds (`convert_units(frame, time="ms")` converts it).
    max_gap : float
        Longest step to interpolate across, in seconds.

    Returns
    -------
    DataFrame
        The same columns in the same order, sessions in order of appearance, a new index; numeric
        columns are float64.

    Raises
    ------
    ToolkitError
        If times do not increase, or a number is missing (`clean` drops such rows).
    """
    check_frame(frame)
    require_columns(frame, ["sessionId", time_column])
    check_cells(frame)
    if not rate > 0:
        raise ToolkitError(f"rate must be a positive number of samples per second, not {rate!r}")
    numeric = numeric_columns(frame)
    if time_column not in numeric:
        raise ToolkitError(f"column {time_column!r} must hold seconds as numbers")
    bad = unusable_rows(frame[numeric])
    if bad.any():
        raise ToolkitError(
            f"{bad.sum()} rows hold a missing or infinite value, the first in session"
            f" {frame.loc[bad, 'sessionId'].iloc[0]!r}; clean(frame) drops them"
        )
    parts = [
        _at_rate(stretch, rate, time_column, numeric)
        for _, rows in frame.groupby("sessionId", sort=False)
        for stretch in _stretches(rows, time_column, max_gap)
    ]
    return pd.concat(parts, ignore_index=True)


def _stretches(rows, time_column, max_gap):
    """Cut one session at its gaps; each part but the first gets a session id of its own."""
    session = rows["sessionId"].iloc[0]
    steps = np.diff(rows[time_column].to_numpy(float))
    if (steps <= 0).any():
        sample = int(np.argmax(steps <= 0)) + 2
        raise ToolkitError(
            f"session {session!r}: {time_column} must increase, but sample {sample} is not later"
            " than the one before it"
        )
    edges = [0, *(np.flatnonzero(steps > max_gap) + 1), len(rows)]
    for part, (start, stop) in enumerate(itertools.pairwise(edges), start=1):
        name = session if part == 1 else f"{session}-part{part}"
        yield rows.iloc[start:stop].assign(sessionId=name)


def _at_rate(rows, rate, time_column, numeric):
    """Sample one stretch without gaps at `rate`, from its first time on."""
    times = rows[time_column].to_numpy(float)
    # A thousandth of a sample of slack keeps the last sample where rounding left it just short.
    n_samples = int((times[-1] - times[0]) * rate + 1e-3) + 1
    grid = times[0] + np.arange(n_samples) / rate
    nearest = np.searchsorted((times[1:] + times[:-1]) / 2, grid)
    values = {name: rows[name].to_numpy(float) for name in numeric}
    values |= {name: np.unwrap(values[name]) for name in ANGLES if name in values}
    values = {name: np.interp(grid, times, column) for name, column in values.items()}
    turns = {
        name: (values[name] + np.pi) % (2 * np.pi) - np.pi for name in ANGLES if name in values
    }
    values |= turns | {time_column: grid}
    return rows.iloc[nearest].reset_index(drop=True).assign(**values)
