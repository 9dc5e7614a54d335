"""Drop what is bad and say so; bring columns to the units used here (chapter 1)."""

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError, WrongType
from ..base.frames import check_frame, require_columns

STANDARD_GRAVITY = 9.80665  # m/s² in 1 g, exact by definition
ANGLES = ["roll", "pitch", "yaw"]

# quantity -> (its columns, unit -> factor to the unit used here)
_UNITS = {
    "acceleration": (
        ["accelX", "accelY", "accelZ", "gravX", "gravY", "gravZ"],
        {"g": 1.0, "m/s^2": 1 / STANDARD_GRAVITY},
    ),
    "rotation": (["rotX", "rotY", "rotZ"], {"rad/s": 1.0, "deg/s": np.pi / 180}),
    "attitude": (ANGLES, {"rad": 1.0, "deg": np.pi / 180}),
    "time": (["timestamp"], {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}),
}


def numeric_columns(frame):
    """Names of the measured columns: numeric, and not the label or an id that is a number."""
    numeric = frame.select_dtypes("number").columns
    return [name for name in numeric if name not in ("userId", "sessionId", "activity")]


def missing_rows(frame):
    """Mark rows in which a value is missing or infinite; a boolean Series."""
    return frame.replace([np.inf, -np.inf], np.nan).isna().any(axis=1)


def repeated_rows(frame):
    """Mark rows equal, in every column, to the row before them in their session."""
    before = frame.groupby("sessionId", sort=False).shift()
    values = frame.drop(columns="sessionId")
    same = (values == before) | (values.isna() & before.isna())
    has_before = frame.groupby("sessionId", sort=False).cumcount() > 0
    return same.all(axis=1) & has_before


def clean(frame, drop_sessions=(), min_samples=1):
    """Drop bad rows and sessions, and say what was dropped.

    In this order: the sessions in `drop_sessions`; rows with a missing or infinite value; rows
    that repeat the row before them in their session exactly; sessions left with fewer than
    `min_samples` samples. A row dropped inside a session leaves a hole in its time.

    Parameters
    ----------
    frame : DataFrame
        Recordings with a `sessionId` column.
    drop_sessions : iterable of str
        Sessions to drop, for instance those that `report` found suspicious.
    min_samples : int
        Shortest session to keep, in samples.

    Returns
    -------
    cleaned : DataFrame
        The rows that stay, with their index.
    log : DataFrame
        One row per step: `reason`, `rows` dropped, number of `sessions` they came from, and
        `sessionIds`, those sessions in order (a list).

    Raises
    ------
    ToolkitError
        If a session to drop does not exist, or nothing would be left.
    """
    check_frame(frame)
    require_columns(frame, ["sessionId"])
    drop_sessions = _known_sessions(frame, drop_sessions)
    steps = {
        "session dropped by name": lambda rows: rows["sessionId"].isin(drop_sessions),
        "missing or infinite value": missing_rows,
        "repeats the row before": repeated_rows,
        f"session under {min_samples} samples": lambda rows: _session_sizes(rows) < min_samples,
    }
    log = []
    for reason, bad_rows in steps.items():
        bad = bad_rows(frame)
        sessions = frame.loc[bad, "sessionId"].unique().tolist()
        log.append((reason, int(bad.sum()), len(sessions), sessions))
        frame = frame[~bad]
    log = pd.DataFrame(log, columns=["reason", "rows", "sessions", "sessionIds"])
    if frame.empty:
        raise ToolkitError(f"nothing is left after cleaning:\n{log.to_string(index=False)}")
    return frame, log


def _known_sessions(frame, sessions):
    if isinstance(sessions, str):
        raise WrongType(f"drop_sessions wants a list of sessions, such as [{sessions!r}]")
    sessions = list(sessions)
    known = frame["sessionId"].unique()
    unknown = sorted(set(sessions) - set(known), key=str)
    if unknown:
        some = ", ".join(map(str, known[:5])) + (", ..." if len(known) > 5 else "")
        raise ToolkitError(f"unknown sessions {unknown}; this data has {len(known)}: {some}")
    return sessions


def _session_sizes(frame):
    return frame.groupby("sessionId", sort=False)["sessionId"].transform("size")


def convert_units(frame, **units):
    """Convert columns to the units used here: g, rad/s, rad and seconds.

    Signs and axes are left alone: Android's gravity points the other way than Core Motion's.

    Parameters
    ----------
    frame : DataFrame
        Recordings in other units, with the usual column names.
    acceleration : {"m/s^2", "g"}, optional
        What `accelX..Z` and `gravX..Z` are in.
    rotation : {"deg/s", "rad/s"}, optional
        What `rotX..Z` are in.
    attitude : {"deg", "rad"}, optional
        What `roll`, `pitch` and `yaw` are in.
    time : {"ms", "us", "ns", "s"}, optional
        What `timestamp` is in.

    Returns
    -------
    DataFrame
        A converted copy.

    Raises
    ------
    ToolkitError
        If a unit is unknown, or the frame has no column of that quantity.
    """
    check_frame(frame)
    converted = {}
    for quantity, unit in units.items():
        if quantity not in _UNITS:
            raise ToolkitError(f"unknown quantity {quantity!r}; known are {', '.join(_UNITS)}")
        columns, factors = _UNITS[quantity]
        if unit not in factors:
            raise ToolkitError(
                f"unknown unit {unit!r} of {quantity}; known are {', '.join(factors)}"
            )
        present = [name for name in columns if name in frame]
        if not present:
            raise ToolkitError(f"no column to convert: {quantity} is in {', '.join(columns)}")
        converted |= {name: frame[name] * factors[unit] for name in present}
    return frame.assign(**converted)
