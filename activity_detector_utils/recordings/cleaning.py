"""Drop what is bad and say so (chapter 1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from ..base.errors import ToolkitError, WrongType
from ..base.frames import (
    check_frame,
    check_recordings,
    holds_numbers,
    infinite_values,
    missing_values,
)
from .repeats import duplicate_rows

ANGLES = ["roll", "pitch", "yaw"]


def numeric_columns(frame):
    """Names of the measured columns: numeric, and not the label or an id that is a number."""
    return [
        name
        for name, column in frame.items()
        if name not in ("userId", "sessionId", "activity") and holds_numbers(column)
    ]


def unusable_rows(frame):
    """Mark rows in which a value is missing or infinite; a boolean Series."""
    return (missing_values(frame) | infinite_values(frame)).any(axis=1)


def clean(
    frame: pd.DataFrame,
    drop_sessions: Iterable = (),
    min_samples: int = 1,
    columns: Sequence[str] | None = None,
    time_column: str = "timestamp",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Drop bad rows and sessions, and say what was dropped.

    In this order: the sessions in `drop_sessions`; rows with a missing or infinite value; samples
    that are there twice; sessions left with fewer than `min_samples` samples. A row dropped inside
    a session leaves a hole in its time.

    A sample is there twice if its session holds it already with the same time and the same values.
    Where times do not tell samples apart (there are none, or a sensor sends its samples in packets
    of one time), nothing is dropped for being equal: a coarse sensor at rest, or a log that is
    faster than its sensor, repeats values that are true. `report` counts these.

    Parameters
    ----------
    frame : DataFrame
        Recordings with a `sessionId` column.
    drop_sessions : iterable of str
        Sessions to drop, for instance those that `report` found suspicious.
    min_samples : int
        Shortest session to keep, in samples.
    columns : list of str, optional
        Columns that must hold a value in every row; by default all.
    time_column : str
        The column of times, used where the frame has it.

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
    columns = list(frame if columns is None else dict.fromkeys(["sessionId", *columns]))
    check_recordings(frame, ["sessionId", *columns])
    drop_sessions = _known_sessions(frame, drop_sessions)
    everything = frame
    steps = {
        "session dropped by name": lambda rows: rows["sessionId"].isin(drop_sessions),
        "missing or infinite value": lambda rows: unusable_rows(rows[columns]),
        "the same sample twice": lambda rows: duplicate_rows(rows, time_column),
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
        raise ToolkitError(_nothing_left(everything[columns], log))
    return frame, log


def _nothing_left(frame, log):
    """The error of a frame without one good row; names the columns that make it so."""
    dropped = log.loc[log["rows"] > 0, ["reason", "rows"]].itertuples(index=False)
    reasons = ", ".join(f"{reason} ({rows} rows)" for reason, rows in dropped)
    unusable = missing_values(frame) | infinite_values(frame)
    empty = unusable.columns[unusable.all()].tolist()
    if not empty:
        return f"nothing is left after cleaning: {reasons}"
    return (
        f"nothing is left after cleaning: {empty} hold no value in any row; leave such columns out "
        f"with frame.drop(columns={empty}), or name those that count with columns=[...]"
    )


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
