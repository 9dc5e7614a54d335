"""Whole sessions go to one side: for validation while training, and where people are too few."""

from __future__ import annotations

import hashlib
import math
import numbers
import secrets

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..base.errors import ToolkitError, WrongType
from .parts import generator


def stratified_session_split(
    session_ids: ArrayLike,
    labels: ArrayLike,
    fraction: float = 0.1,
    seed: int | None = None,
    every_class: bool = False,
) -> np.ndarray:
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
    every_class : bool
        Choose more than a third if it takes that to have each class that two sessions hold: a test
        without an activity says nothing about it.

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
    chosen = _choose_sessions(counts, fraction, generator(seed), every_class)
    return chosen[session_of_row]


def random_split_by_session(
    dataset: pd.DataFrame, session_id: str, fraction: float = 0.9, seed: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
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


def _choose_sessions(counts, fraction, rng, every_class):
    """Sessions for validation, from the samples of each class in each session."""
    majority = counts.argmax(axis=1)
    sizes = np.bincount(majority, minlength=counts.shape[1])
    quota = np.round(fraction * sizes).astype(int)
    room = len(counts) if every_class else max(0, math.ceil(len(counts) / 3) - quota.sum())
    empty = np.flatnonzero((quota == 0) & (sizes > 1))
    quota[empty[np.argsort(-sizes[empty], kind="stable")][:room]] = 1
    holds = counts > 0
    sessions_left = holds.sum(axis=0)  # in training, for each label
    chosen = np.zeros(len(counts), dtype=bool)

    def choose(number):
        chosen[number] = True
        sessions_left[holds[number]] -= 1

    order = rng.permutation(len(counts))
    for number in order:
        if quota[majority[number]] > 0 and (sessions_left[holds[number]] > 1).all():
            choose(number)
            quota[majority[number]] -= 1
    for label in range(counts.shape[1]) if every_class else ():  # that no session is mostly made of
        spare = [n for n in order if holds[n, label] and (sessions_left[holds[n]] > 1).all()]
        if spare and not holds[chosen, label].any():
            choose(spare[0])
    return chosen


def _draw(value, seed):
    """A number in [0, 1) that only the id and the seed decide, on every machine alike."""
    if isinstance(value, float):  # ids turn float where one is missing: they are the same ids
        value = int(value) if value.is_integer() else value
    digest = hashlib.blake2b(f"{seed}|{value}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) * 2.0**-53


def _codes(values, what):
    """Integer code of every row's value, and how many values there are."""
    codes, found = pd.factorize(pd.Series(values), sort=what == "labels")
    if (codes < 0).any():
        raise ToolkitError(f"{what} are missing, first in row {int(np.argmin(codes))}")
    return codes, len(found)


def _require_type(name, value, types, wanted):
    if not isinstance(value, types):
        raise WrongType(f"{name} must be of type {wanted} (not {type(value).__name__}).")


def _listed(values):
    return ", ".join(str(value) for value in values)
