"""How many samples a second recordings hold: measured where they have times, and compared."""

import warnings

import pandas as pd

from ..base.errors import ToolkitError
from ..base.frames import first_row
from .facts import facts_of
from .names import is_clock
from .times import FASTEST, likely_unit, seconds

TOLERANCE = 0.1  # share by which rates may differ: one recorder's clocks differ by less
GAP_PERIODS = 3  # a step in time longer than this many samples is a gap
MIN_STEPS = 10  # a session with fewer says little
_IN_SECONDS = ("seconds_elapsed", "time_s", "seconds", "elapsed_s")
SLOWEST = 1.0  # Hz; below it, and above FASTEST, the times are hardly seconds


def find_time_column(frame):
    """`timestamp`, else a column of dates, or of what is said to be seconds; else None."""
    if "timestamp" in frame and _holds_times(frame["timestamp"]):
        return "timestamp"
    known = facts_of(frame).columns
    for name in frame.columns:
        if isinstance(name, str) and is_clock(name) and _holds_times(frame[name]):
            in_seconds = name.lower() in _IN_SECONDS or (name in known and known[name].unit == "s")
            if in_seconds or name not in known:  # of the others only dates hold times
                return name
    return None


def session_rates(frame, time_column="timestamp", session_id="sessionId"):
    """Samples a second of each session, from its steps in time that are no gaps.

    The mean step, not the median: sensors that send packets repeat a time and then jump.

    Returns
    -------
    Series of float, indexed by session in order of appearance
        NaN where no two samples have different times.
    """
    times = seconds(frame[time_column]).reset_index(drop=True)
    sessions = frame[session_id].to_numpy()
    steps = times.groupby(sessions, sort=False).diff()
    typical = steps.where(steps > 0).groupby(sessions, sort=False).transform("median")
    # In packets of n samples the typical step is n samples long, and the others are zero.
    steps = steps.where(steps.abs() <= GAP_PERIODS * typical)
    means = steps.groupby(sessions, sort=False).mean()
    return (1 / means.where(means > 0)).reindex(pd.unique(sessions))


def measured_rate(frame, claimed=None, session_id="sessionId", time_column=None):
    """The rate of recordings with times, if it is one, and the one that is claimed.

    Parameters
    ----------
    frame : DataFrame
    claimed : float, optional
        Samples a second (Hz) that somebody says.
    session_id : str
    time_column : str, optional
        Found by its name if left out.

    Returns
    -------
    float or None
        None without times, or where their unit is unclear and nothing is claimed.

    Raises
    ------
    ToolkitError
        If sessions have different rates, or another rate than is claimed.
    """
    column = time_column or find_time_column(frame)
    if column is None or session_id not in frame:
        return None
    rates = _sure_rates(frame, column, session_id)
    if rates.empty:
        return None
    typical = float(rates.median())
    if claimed is not None and abs(typical / claimed - 1) > TOLERANCE:
        raise ToolkitError(
            f"{claimed:g} samples a second are claimed, but column {column!r} says {typical:.4g}"
            f"{_unit_hint(typical)}; correct or leave out the claim, or "
            f"resample(frame, {claimed:g}) brings the recordings to it (--resample {claimed:g} on "
            "the command line)"
        )
    different = rates[(rates / typical - 1).abs() > TOLERANCE]
    if len(different):
        raise ToolkitError(
            f"sessions have different rates: {_spread(rates)} (column {column!r}); "
            f"resample(frame, {_round(rates.min()):g}) brings them to one rate "
            f"(--resample {_round(rates.min()):g} on the command line)"
        )
    if claimed is None and not SLOWEST <= typical <= FASTEST:
        warnings.warn(
            f"column {column!r} says {typical:.3g} samples a second; this is hardly right, and no "
            f"rate is kept{_unit_hint(typical)}",
            stacklevel=2,
        )
        return None
    return typical


def refuse_other_rate(frame, rate, session_id="sessionId"):
    """Raise ToolkitError if recordings with times have another rate than a model."""
    column = find_time_column(frame)
    if rate is None or column is None:
        return
    rates = _sure_rates(frame, column, session_id)
    different = ((rates / rate - 1).abs() > TOLERANCE).to_numpy()
    if different.any():
        session = rates.index[first_row(different)]
        raise ToolkitError(
            f"the model was trained at {rate:g} samples a second, but {different.sum()} of "
            f"{len(rates)} sessions have another rate, such as session {session!r} with "
            f"{rates[session]:.4g} (column {column!r}){_unit_hint(rates[session])}; "
            f"resample(frame, {rate:g}) brings them to it (--resample {rate:g} on the command line)"
        )


def _sure_rates(frame, column, session_id):
    """Rates of the sessions that are long enough to tell."""
    rates = session_rates(frame, column, session_id).dropna()
    sizes = frame.groupby(session_id, sort=False).size()
    return rates[sizes.reindex(rates.index) > MIN_STEPS]


def _holds_times(column):
    try:
        return not seconds(column).isna().all()
    except ToolkitError:
        return False


def _spread(rates):
    """Sessions by rate: the rates that occur, each with how many sessions have it."""
    found, left = [], rates.sort_values()
    while len(left) and len(found) < 5:
        near = left[left <= left.iloc[0] * (1 + TOLERANCE)]
        found.append(
            f"{near.median():.4g} Hz in {len(near)} ({near.index[0]}, ...)"
            if len(near) > 1
            else f"{near.iloc[0]:.4g} Hz in 1 ({near.index[0]})"
        )
        left = left[len(near) :]
    return "; ".join(found) + ("; and others" if len(left) else "")


def _round(rate):
    return float(f"{rate:.2g}")


def _unit_hint(rate):
    if SLOWEST <= rate <= FASTEST:
        return ""
    unit = likely_unit(1 / rate)
    if unit is None:
        return ""
    return f" (is it in {unit}? convert_units(frame, time={unit!r}), or --units time={unit})"
