"""Times as recorders write them -> seconds in order, one for each sample."""

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError
from ..base.frames import first_row, holds_numbers

FASTEST = 20_000  # Hz; no motion sensor takes more samples a second
MIN_STEPS = 3  # fewer steps say nothing about a session's rate
UNITS = {"ms": 1e-3, "us": 1e-6, "ns": 1e-9}
_LIKELY_RATES = 2, 2000  # Hz; a factor of 1000, so that one unit at most fits


def seconds(column):
    """Read a column of times as seconds.

    Parameters
    ----------
    column : Series
        Numbers are seconds already. Dates (datetime columns, ISO 8601 text) become seconds since
        1970, UTC where they name no time zone; durations become seconds.

    Returns
    -------
    Series of float64
        NaN where a time is missing.

    Raises
    ------
    ToolkitError
        If it holds anything else.
    """
    if not holds_numbers(column) and not pd.api.types.is_bool_dtype(column):
        column = _numbers_of_text(column)
    if holds_numbers(column):
        numbers = pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)
        return pd.Series(numbers, index=column.index)
    second = pd.Timedelta(seconds=1)
    try:
        if getattr(column.dtype, "kind", "O") == "m":
            return pd.to_timedelta(column) / second
        moments = pd.to_datetime(column, format="ISO8601", utc=True, errors="coerce")
    except (TypeError, ValueError) as problem:
        raise ToolkitError(f"column {column.name!r} holds no times: {problem}") from problem
    unread = moments.isna() & column.notna()
    if unread.any():
        raise ToolkitError(
            f"column {column.name!r} must hold seconds as numbers, or dates as in "
            f"2026-11-25T17:09:22.040; row {first_row(unread)} holds "
            f"{column[unread.to_numpy()].iloc[0]!r}. pd.to_datetime(column, format=...) reads "
            "dates in another form, pd.to_timedelta(column) times of day such as 17:09:22.040"
        )
    return (moments - pd.Timestamp(0, tz="UTC")) / second


def _numbers_of_text(column):
    """Numbers, if the column is text that holds nothing else; else the column as it is."""
    if pd.api.types.infer_dtype(column, skipna=True) != "string":
        return column
    numbers = pd.to_numeric(column, errors="coerce")
    return column if (numbers.isna() & column.notna()).any() else numbers


def sample_period(times):
    """The usual time from sample to sample; NaN if there is no step or too few of them.

    Samples that share a time share the step that led to it.

    Parameters
    ----------
    times : ndarray of shape (n_samples,)
        Times of one session, in any order.
    """
    stamps, counts = np.unique(times, return_counts=True)
    if len(stamps) <= MIN_STEPS:
        return np.nan
    return float(np.median(np.diff(stamps) / counts[1:]))


def check_period(period, session, time_column, max_gap):
    """Raise ToolkitError if times cannot be seconds: one gap after another, or far too fast."""
    if period > max_gap:
        raise ToolkitError(
            f"session {session!r}: {time_column} has a median step of {period:.4g} s, above max_gap"
            f" ({max_gap:g} s): each sample would be a session of its own."
            f"{_unit_hint(period, time_column)} If the recorder is so slow, say so: "
            f"max_gap={3 * period:.3g}"
        )
    if period < 1 / FASTEST:
        raise ToolkitError(
            f"session {session!r}: {time_column} has a median step of {period:.4g} s, which would "
            f"be {1 / period:,.0f} samples a second; no motion sensor takes more than {FASTEST:,}. "
            "Was it converted to seconds twice? Bring it to seconds, for example with "
            f"frame.assign(**{{{time_column!r}: frame[{time_column!r}] * 1000}})"
        )


def likely_unit(period):
    """The unit in which a step from sample to sample would be a motion sensor's, or None.

    Parameters
    ----------
    period : float
        The step, as if it were in seconds.
    """
    low, high = _LIKELY_RATES
    return next((unit for unit, f in UNITS.items() if low <= 1 / (period * f) < high), None)


def _unit_hint(period, time_column):
    unit = likely_unit(period)
    if unit is None:
        return ""
    factor = UNITS[unit]
    how = f"frame.assign(**{{{time_column!r}: frame[{time_column!r}] * {factor:g}}})"
    if time_column == "timestamp":
        how = f'convert_units(frame, time="{unit}") (data import: --time {unit})'
    return f" In {unit} it would be {1 / (period * factor):.4g} samples a second: use {how}."


def in_order(times, period, session, time_column, max_gap):
    """Sort late samples of one session, and spread samples that share a time.

    A sensor that sends packets gives one time to several samples: the last sample's. They are
    spread evenly over the time since the packet before, at the usual period at most. Packets may
    overtake each other. Both are bounded by `max_gap`, the time over which samples are trusted to
    belong together: what is further back is another recording or a clock that was set, and a
    packet of more samples than fit was stamped by a clock that stood still.

    Parameters
    ----------
    times : ndarray of shape (n_samples,)
        Seconds, in the order of the rows.
    period : float
        As :func:`sample_period` gives it.
    session, time_column
        What an error calls them.
    max_gap : float
        Seconds.

    Returns
    -------
    order : ndarray of int, shape (n_samples,)
        Row positions in order of time.
    times : ndarray of shape (n_samples,)
        In that order, increasing.
    late : float
        By how many seconds the latest sample came too late; 0 if none did.
    packed : int
        Samples in the largest packet; 1 if each has a time of its own.

    Raises
    ------
    ToolkitError
        If times are beyond the bound.
    """
    lateness = np.maximum.accumulate(times) - times
    late = float(lateness.max())
    if late > max_gap:
        sample = int(np.argmax(lateness > max_gap))
        raise ToolkitError(
            f"session {session!r}: {time_column} must increase, but sample {sample + 1} is not "
            f"later than the one before it: it is {lateness[sample]:.4g} s back, and packets are "
            f"sorted only if late by max_gap ({max_gap:g} s) at most. If rows lost their order, use"
            f" frame.sort_values({time_column!r}); if these are several recordings, give each a "
            "sessionId of its own"
        )
    order = np.argsort(times, kind="stable")
    even, packed = _spread(times[order], order, period, session, time_column, max_gap)
    return order, even, late, packed


def _spread(times, order, period, session, time_column, max_gap):
    """Times in order -> a time for each sample, and the samples in the largest packet."""
    stamps, first, counts = np.unique(times, return_index=True, return_counts=True)
    if counts.max() == 1:
        return times, 1
    steps = np.diff(stamps)
    steps = np.concatenate([[np.median(steps) if len(steps) else 0.0], steps])
    standing = np.where(counts > 1, counts * period - steps, 0.0)
    if not standing.max() <= max_gap:  # NaN, too: no two samples have different times
        at = int(np.argmax(np.nan_to_num(standing, nan=np.inf)))
        raise ToolkitError(
            f"session {session!r}: {time_column} must increase, but sample {order[first[at]] + 2} "
            f"is not later than the one before it: {counts[at]} samples have the time "
            f"{stamps[at]:.10g}, more than a packet of {max_gap:g} s holds. If the recorder kept a "
            "steady rate, count instead, here at 50 Hz: "
            f"frame.assign(**{{{time_column!r}: frame.groupby('sessionId').cumcount() / 50}})"
        )
    steps[0] = np.inf  # nothing is known about the time before
    own = np.minimum(steps / counts, period)
    before_last = np.repeat(first + counts - 1, counts) - np.arange(len(times))
    return np.repeat(stamps, counts) - before_last * np.repeat(own, counts), int(counts.max())
