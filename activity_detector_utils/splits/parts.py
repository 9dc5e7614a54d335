"""The parts of a split: who is in each, who is in several, and counts of samples and sessions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..base.frames import require_columns


class Split(NamedTuple):
    """The three parts of a frame; a part that nobody was put in has the columns and no rows."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame


def audit(
    *frames: Split | pd.DataFrame,
    source: str | None = "userId",
    session: str | None = "sessionId",
    **named_frames: pd.DataFrame,
) -> pd.DataFrame:
    """Name the sources and sessions that are in more than one part of a split.

    Parameters
    ----------
    *frames : Split or DataFrames
        The parts; DataFrames are called ``part 1``, ``part 2`` in the result.
    source, session : str or None
        Columns to look at; None leaves one out. With both, sessions of two people that happen to
        have the same id are two sessions.
    **named_frames : DataFrame
        Parts with names of your own: ``audit(train=train, test=test)``.

    Returns
    -------
    DataFrame
        Columns ``kind`` ("source" or "session"), ``name``, and for each part the number of samples
        found there. Empty when the split is clean.
    """
    if len(frames) == 1 and isinstance(frames[0], Split):
        parts = {**frames[0]._asdict(), **named_frames}
    else:
        parts = {f"part {number}": frame for number, frame in enumerate(frames, 1)} | named_frames
    for frame in parts.values():
        require_columns(frame, [*(column for column in (source, session) if column)], "frame")
    both_keys = [source, session] if source else [session]
    found = [_shared("source", parts, [source])] if source else []
    found += [_shared("session", parts, both_keys)] if session else []
    return pd.concat(found, ignore_index=True)


def count_samples(
    frame: pd.DataFrame, by: tuple[str, str] = ("activity", "userId")
) -> pd.DataFrame:
    """Count samples for every pair of values of two columns.

    Parameters
    ----------
    frame : DataFrame
    by : (str, str)
        Columns that become the rows and the columns of the table.

    Returns
    -------
    DataFrame of int
        0 where a pair does not occur, which is worth looking for. Missing values are counted, too.
    """
    require_columns(frame, [*by], "frame")
    return frame.groupby(list(by), observed=True, dropna=False).size().unstack(fill_value=0)


def count_sessions(
    frame: pd.DataFrame, by: tuple[str, str] = ("activity", "userId"), session: str = "sessionId"
) -> pd.DataFrame:
    """Count sessions for every pair of values of two columns, as :func:`count_samples` does."""
    require_columns(frame, [*by, session], "frame")
    return count_samples(frame[[*by, session]].drop_duplicates(), by)


def _shared(kind, parts, keys):
    """Samples per part of the keys that occur in more than one part."""
    counts = pd.DataFrame(
        {
            name: frame.groupby(keys, sort=False, observed=True, dropna=False).size()
            for name, frame in parts.items()
        }
    )
    shared = counts[counts.notna().sum(axis=1) > 1].fillna(0).astype(int)
    names = shared.index.get_level_values(keys[-1])
    return shared.reset_index(drop=True).assign(kind=kind, name=names)[["kind", "name", *parts]]


def generator(seed):
    """NumPy's generator, from negative seeds too: Turi Create takes them."""
    return np.random.default_rng(None if seed is None else seed % 2**64)
