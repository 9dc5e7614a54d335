"""Keep people, or at least sessions, on one side of a split, and prove it.

Rows of one person resemble each other far more than rows of two people, so a random split of
rows or sessions reports how well a model knows people it has met. Split by source where there are
enough people (:func:`split_by_source`), by session only where there are not
(:func:`random_split_by_session`), and let :func:`audit` name whoever is on both sides.
"""

import hashlib
import math
import numbers
import secrets
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError, WrongType
from ..base.frames import require_columns

N_DRAWS = 500  # random divisions of the people that are compared for evenness


class Split(NamedTuple):
    """The three parts of a frame; a part that nobody was put in has the columns and no rows."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame


def split_by_source(
    frame,
    source="userId",
    train=None,
    validation=None,
    test=None,
    fractions=None,
    target="activity",
    seed=None,
):
    """Split a frame so that all rows of a source (a person) are in one part.

    Either name the people of each part or give fractions, not both.

    Parameters
    ----------
    frame : DataFrame
    source : str
        Column that tells who or what produced the row.
    train, validation, test : list, optional
        The people of each part. Without `train`, everyone who is not named trains; with `train`,
        everyone must be named, so that no recording is lost unnoticed.
    fractions : sequence of three floats, optional
        Shares of the people for train, validation and test, for example ``(0.6, 0.2, 0.2)``; they
        add up to 1. A share above 0 gets one person at least. Of 500 random divisions the one is
        taken in which every part holds its share of each activity's samples most nearly.
    target : str
        Column of the activity; used with `fractions` only.
    seed : int, optional
        Repeats a division by `fractions`.

    Returns
    -------
    Split
        Frames `train`, `validation`, `test` with the rows in their order and with their index.

    Raises
    ------
    ToolkitError
        If a person is unknown, named twice or left over, or the fractions do not fit.
    """
    named = {"train": train, "validation": validation, "test": test}
    require_columns(frame, [source], "frame")
    if frame[source].isna().any():
        raise ToolkitError(f"column {source!r} is empty in {int(frame[source].isna().sum())} rows")
    if fractions is None:
        parts = _named_parts(named, frame[source].unique().tolist())
    elif any(people is not None for people in named.values()):
        raise ToolkitError("name the people of each part or give fractions, not both")
    else:
        require_columns(frame, [target], "frame")
        parts = _even_parts(count_samples(frame, (source, target)), fractions, seed)
    return Split(*(frame[frame[source].isin(people)] for people in parts))


def stratified_session_split(session_ids, labels, fraction=0.1, seed=None):
    """Choose whole sessions for validation, from every class where there are enough of them.

    A session counts for the class that most of its rows have. A class gives `fraction` of its
    sessions, and one where that rounds to none as long as validation keeps to a third of all
    sessions (rounded up). No class is taken out of training: a session stays there if it is the
    last that holds one of its labels, so of a single session nothing is chosen.

    Parameters
    ----------
    session_ids, labels : array-like of shape (n_rows,)
        Session and label of every row.
    fraction : float
        Share of the sessions to choose, above 0 and below 1.
    seed : int, optional
        The same seed chooses the same sessions.

    Returns
    -------
    ndarray of bool, shape (n_rows,)
        True where the row is for validation.

    Examples
    --------
    >>> sessions = np.repeat(["a", "b", "c", "d"], 2)
    >>> labels = np.repeat(["run", "run", "walk", "walk"], 2)
    >>> mask = stratified_session_split(sessions, labels, seed=1)
    >>> labels[mask].tolist()  # one session of each class
    ['run', 'run', 'walk', 'walk']
    """
    if not 0 < fraction < 1:
        raise ToolkitError(f"fraction must be above 0 and below 1, not {fraction}")
    session_of_row, n_sessions = _codes(session_ids, "session ids")
    label_of_row, n_classes = _codes(labels, "labels")
    if len(session_of_row) != len(label_of_row):
        raise ToolkitError(f"{len(session_of_row)} session ids but {len(label_of_row)} labels")
    cells = np.bincount(session_of_row * n_classes + label_of_row, minlength=n_sessions * n_classes)
    counts = cells.reshape(n_sessions, n_classes)
    chosen = _choose_sessions(counts, fraction, _generator(seed))
    return chosen[session_of_row]


def random_split_by_session(dataset, session_id, fraction=0.9, seed=None):
    """Send every session to the first frame with probability `fraction`, else to the second.

    Each session is drawn on its own, so `fraction` is met on average only. The draw depends on
    nothing but the session's id and the seed: adding recordings later moves no old session.

    Parameters
    ----------
    dataset : DataFrame
    session_id : str
        Column of the session id; rows of one id stay together, neighbours or not.
    fraction : float
        From 0.0 to 1.0.
    seed : int, optional
        Without it, every call draws anew.

    Returns
    -------
    (DataFrame, DataFrame)
        Rows in their order and with their index.

    Raises
    ------
    WrongType
        If an argument is of another type.
    ToolkitError
        If `fraction` is not between 0 and 1 or the column is missing.
    """
    _require_type("dataset", dataset, pd.DataFrame, "DataFrame")
    _require_type("session_id", session_id, str, "str")
    _require_type("fraction", fraction, float, "float")
    _require_type("seed", seed, (numbers.Integral, type(None)), "int or NoneType")
    if not 0 <= fraction <= 1:
        raise ToolkitError(f"fraction must be between 0 and 1, not {fraction}")
    if session_id not in dataset.columns:
        raise ToolkitError(
            f'Input "dataset" must contain a column called {session_id}. '
            f"It has {_listed(dataset.columns)}."
        )
    seed = secrets.randbits(64) if seed is None else int(seed)
    codes, ids = pd.factorize(dataset[session_id], use_na_sentinel=False)
    draws = np.array([_draw(value, seed) for value in ids])
    first = draws[codes] < fraction if len(ids) else np.zeros(0, dtype=bool)
    return dataset[first], dataset[~first]


def audit(*frames, source="userId", session="sessionId", **named_frames):
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


def count_samples(frame, by=("activity", "userId")):
    """Count samples for every pair of values of two columns.

    Parameters
    ----------
    frame : DataFrame
    by : (str, str)
        Columns that become the rows and the columns of the table.

    Returns
    -------
    DataFrame of int
        0 where a pair does not occur, which is worth looking for.
    """
    require_columns(frame, [*by], "frame")
    return frame.groupby(list(by), observed=True).size().unstack(fill_value=0)


def count_sessions(frame, by=("activity", "userId"), session="sessionId"):
    """Count sessions for every pair of values of two columns, as :func:`count_samples` does."""
    require_columns(frame, [*by, session], "frame")
    return count_samples(frame[[*by, session]].drop_duplicates(), by)


def _named_parts(named, known):
    """The people of each part as chosen; whoever is not named trains if `train` is not given."""
    if all(people is None for people in named.values()):
        raise ToolkitError("name the people of at least one part, or give fractions")
    parts = {part: _as_list(people) for part, people in named.items()}
    chosen = [person for people in parts.values() for person in people]
    if unknown := [person for person in chosen if person not in known]:
        raise ToolkitError(f"unknown source {_quoted(unknown)}; this data has {_quoted(known)}")
    if twice := [person for person in dict.fromkeys(chosen) if chosen.count(person) > 1]:
        raise ToolkitError(f"source {_quoted(twice)} is named twice; one person goes to one part")
    left = [person for person in known if person not in chosen]
    if left and named["train"] is not None:
        raise ToolkitError(
            f"source {_quoted(left)} is in no part; name them, or leave out train=, which then "
            "takes everyone who is not named"
        )
    return parts["train"] + left, parts["validation"], parts["test"]


def _even_parts(samples, fractions, seed):
    """Divide people so that each part's share of every activity is nearest to its fraction."""
    fractions = np.asarray(fractions, dtype=float)
    if fractions.shape != (3,) or (fractions < 0).any() or not math.isclose(fractions.sum(), 1):
        raise ToolkitError(
            f"fractions must be three numbers from 0 that add up to 1 (train, validation, test), "
            f"not {fractions.tolist()}"
        )
    sizes = _part_sizes(fractions, len(samples))
    shares = samples.to_numpy() / samples.to_numpy().sum(axis=0)  # of each activity's samples
    rng = _generator(seed)
    draws = rng.permuted(np.tile(np.arange(len(samples)), (N_DRAWS, 1)), axis=1)
    edges = np.cumsum(sizes)[:-1]
    misses = sum(
        np.abs(shares[people].sum(axis=1) - fraction).sum(axis=1)
        for people, fraction in zip(np.split(draws, edges, axis=1), fractions, strict=True)
    )
    best = draws[np.argmin(misses)]
    return [samples.index[np.sort(people)] for people in np.split(best, edges)]


def _part_sizes(fractions, n_people):
    """People per part: rounded, one at least where the fraction is above 0, the rest by size."""
    wanted = fractions > 0
    if n_people < wanted.sum():
        raise ToolkitError(f"{n_people} sources cannot fill {wanted.sum()} parts")
    sizes = wanted.astype(int)
    while sizes.sum() < n_people:
        sizes[np.argmax(np.where(wanted, fractions * n_people - sizes, -np.inf))] += 1
    return sizes


def _choose_sessions(counts, fraction, rng):
    """Sessions for validation, from the samples of each class in each session."""
    majority = counts.argmax(axis=1)
    sizes = np.bincount(majority, minlength=counts.shape[1])
    quota = np.round(fraction * sizes).astype(int)
    room = max(0, math.ceil(len(counts) / 3) - quota.sum())
    empty = np.flatnonzero((quota == 0) & (sizes > 1))
    quota[empty[np.argsort(-sizes[empty], kind="stable")][:room]] = 1
    sessions_left = (counts > 0).sum(axis=0)  # in training, for each label
    chosen = np.zeros(len(counts), dtype=bool)
    for number in rng.permutation(len(counts)):
        held = counts[number] > 0
        if quota[majority[number]] > 0 and (sessions_left[held] > 1).all():
            chosen[number] = True
            quota[majority[number]] -= 1
            sessions_left[held] -= 1
    return chosen


def _draw(value, seed):
    """A number in [0, 1) that only the id and the seed decide, on every machine alike."""
    digest = hashlib.blake2b(f"{seed}|{value}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) * 2.0**-53


def _shared(kind, parts, keys):
    """Samples per part of the keys that occur in more than one part."""
    counts = pd.DataFrame(
        {
            name: frame.groupby(keys, sort=False, observed=True).size()
            for name, frame in parts.items()
        }
    )
    shared = counts[counts.notna().sum(axis=1) > 1].fillna(0).astype(int)
    names = shared.index.get_level_values(keys[-1])
    return shared.reset_index(drop=True).assign(kind=kind, name=names)[["kind", "name", *parts]]


def _codes(values, what):
    """Integer code of every row's value, and how many values there are."""
    codes, found = pd.factorize(pd.Series(values), sort=what == "labels")
    if (codes < 0).any():
        raise ToolkitError(f"{what} are missing, first in row {int(np.argmin(codes))}")
    return codes, len(found)


def _generator(seed):
    """NumPy's generator, from negative seeds too: Turi Create takes them."""
    return np.random.default_rng(None if seed is None else seed % 2**64)


def _as_list(people):
    if people is None:
        return []
    return [people] if isinstance(people, str) else list(people)


def _require_type(name, value, types, wanted):
    if not isinstance(value, types):
        raise WrongType(f"{name} must be of type {wanted} (not {type(value).__name__}).")


def _listed(values):
    return ", ".join(str(value) for value in values)


def _quoted(values):
    return ", ".join(repr(value) for value in values)  # tells the text '1' from the number 1
