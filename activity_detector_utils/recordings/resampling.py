"""Irregular samples -> a fixed rate, from the times at which they were taken (chapter 1)."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pandas as pd

from ..base.arguments import is_number
from ..base.errors import ToolkitError
from ..base.frames import check_recordings
from .cleaning import ANGLES, numeric_columns, unusable_rows
from .columns import RECORDER_COLUMNS
from .facts import state
from .sessions import ids_as_text
from .times import check_period, in_order, sample_period, seconds


def resample(
    frame: pd.DataFrame, rate: float, time_column: str = "timestamp", max_gap: float = 0.5
) -> pd.DataFrame:
    """Bring every session to a fixed rate, by linear interpolation between its samples.

    Only measurements are interpolated; ids, activity, text and whole numbers that count or stay
    (a trial, a code: see `measured_columns`) are taken from the nearest sample. Roll, pitch and yaw
    are interpolated across their jump from pi to -pi. No filter is applied: motion faster than
    `rate` / 2 aliases. Interpolating across a pause would invent motion, so a session is cut at
    every gap longer than `max_gap` and its later parts become sessions of their own,
    `<sessionId>-part2` and so on, by names that are free; all session ids are text then.

    Samples that arrive late are sorted by time, and samples that share one time (a sensor sends
    packets) are spread evenly over the time since the packet before, both up to `max_gap`.

    Parameters
    ----------
    frame : DataFrame
        Recordings with `sessionId` and a time column.
    rate : float
        Samples per second wanted.
    time_column : str
        The column of times: seconds (`convert_units(frame, time="ms")` converts it), or dates,
        which become seconds since 1970.
    max_gap : float
        Longest step to interpolate across, in seconds.

    Returns
    -------
    DataFrame
        The same columns in the same order, sessions in order of appearance, a new index;
        measurements and times are float64.

    Raises
    ------
    ToolkitError
        If times are no seconds, too far out of order or the same too often, or a number is missing
        (`clean` drops such rows). It names the way out.

    Warns
    -----
    UserWarning
        If samples were sorted or spread.
    """
    check_recordings(frame, ["sessionId", time_column])
    _check_positive(rate, "rate must be a positive number of samples per second")
    _check_positive(max_gap, "max_gap must be a positive number of seconds")
    frame = frame.assign(**{time_column: seconds(frame[time_column])})
    numeric = numeric_columns(frame)
    bad = unusable_rows(frame[["sessionId", *numeric]])
    if bad.any():
        raise ToolkitError(
            f"{bad.sum()} rows hold a missing or infinite value, the first in session"
            f" {frame.loc[bad, 'sessionId'].iloc[0]!r}; clean(frame) drops them"
        )
    measured = measured_columns(frame, time_column)
    stretches = _name_stretches(_stretches(frame, time_column, max_gap))
    parts = [_at_rate(stretch, rate, time_column, measured) for stretch in stretches]
    return state(pd.concat(parts, ignore_index=True), rate=rate)


def measured_columns(frame, time_column="timestamp"):
    """Names of the columns whose values between two samples can be told: measurements.

    They are the recorder's own and all others that hold fractions. Of columns of whole numbers,
    those are no measurements that keep their value in half of the steps or more (a trial, a code)
    or, as integers, never turn back in any session (a counter).
    """
    return [
        name
        for name in numeric_columns(frame)
        if name != time_column
        and (name in RECORDER_COLUMNS or _varies(frame[name], frame["sessionId"]))
    ]


def _varies(column, sessions):
    values = column.astype(float)
    if (values % 1 != 0).any():
        return True
    steps = values.groupby(sessions.to_numpy(), sort=False).diff().dropna()
    if (steps == 0).mean() >= 0.5:
        return False
    counts = pd.api.types.is_integer_dtype(column) and ((steps >= 0).all() or (steps <= 0).all())
    return not (counts and len(steps))


def _check_positive(value, message):
    if not is_number(value) or not 0 < value < np.inf:
        raise ToolkitError(f"{message}, not {value!r}")


def _stretches(frame, time_column, max_gap):
    """Sessions in order of time, cut at their gaps: (session id, number of the part, rows)."""
    sessions = dict(iter(frame.groupby("sessionId", sort=False)))
    times = {name: rows[time_column].to_numpy(float) for name, rows in sessions.items()}
    periods = {name: sample_period(each) for name, each in times.items()}
    usual = pd.Series(periods).median()  # for sessions too short to tell
    if np.isnan(usual):
        usual = np.median([s for t in times.values() for s in np.diff(np.unique(t))] or [np.nan])
    stretches, late, packed = [], {}, {}
    for session, rows in sessions.items():
        period = usual if np.isnan(periods[session]) else periods[session]
        check_period(period, session, time_column, max_gap)
        order, even, late[session], packed[session] = in_order(
            times[session], period, session, time_column, max_gap
        )
        rows = rows.iloc[order].assign(**{time_column: even})
        edges = [0, *(np.flatnonzero(np.diff(even) > max_gap) + 1), len(rows)]
        for part, (start, stop) in enumerate(itertools.pairwise(edges), start=1):
            stretches.append((session, part, rows.iloc[start:stop]))
    _warn_about_order(late, packed)
    return stretches


def _warn_about_order(late, packed):
    """Say in which sessions samples were sorted or spread."""
    late = {session: by for session, by in late.items() if by > 0}
    packed = {session: n for session, n in packed.items() if n > 1}
    if late:
        warnings.warn(
            f"samples arrived up to {max(late.values()):.3g} s late and were sorted by time, in "
            f"{_listed(late)}",
            stacklevel=4,
        )
    if packed:
        warnings.warn(
            f"up to {max(packed.values())} samples share one time and were spread evenly, in "
            f"{_listed(packed)}",
            stacklevel=4,
        )


def _listed(sessions):
    some = ", ".join(map(str, list(sessions)[:5])) + (", ..." if len(sessions) > 5 else "")
    return f"{len(sessions)} sessions: {some}"


def _name_stretches(stretches):
    """The rows of each stretch, under a session id of its own; where one is cut, all are text."""
    if all(part == 1 for _, part, _ in stretches):
        return [rows for _, _, rows in stretches]
    firsts = pd.Series([session for session, part, _ in stretches if part == 1], name="sessionId")
    texts = dict(zip(firsts, ids_as_text(firsts), strict=True))
    taken, named = set(texts.values()), []
    for session, part, rows in stretches:
        name = texts[session]
        if part > 1:
            while (name := f"{texts[session]}-part{part}") in taken:
                part += 1
            taken.add(name)
        named.append(rows.assign(sessionId=name))
    return named


def _at_rate(rows, rate, time_column, measured):
    """Sample one stretch without gaps at `rate`, from its first time on."""
    times = rows[time_column].to_numpy(float)
    # A thousandth of a sample of slack keeps the last sample where rounding left it just short.
    n_samples = int((times[-1] - times[0]) * rate + 1e-3) + 1
    grid = times[0] + np.arange(n_samples) / rate
    nearest = np.searchsorted((times[1:] + times[:-1]) / 2, grid)
    values = {name: rows[name].to_numpy(float) for name in measured}
    values |= {name: np.unwrap(values[name]) for name in ANGLES if name in values}
    values = {name: np.interp(grid, times, column) for name, column in values.items()}
    turns = {
        name: (values[name] + np.pi) % (2 * np.pi) - np.pi for name in ANGLES if name in values
    }
    values |= turns | {time_column: grid}
    regular = rows.iloc[nearest].reset_index(drop=True)
    for name, column in values.items():
        regular[name] = column
    return regular
