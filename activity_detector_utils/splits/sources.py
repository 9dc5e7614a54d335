"""All rows of a source, a person, go to one part."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError
from ..base.frames import require_columns
from .parts import Split, count_samples, generator

N_DRAWS = 500  # random divisions of the people that are compared for evenness


def split_by_source(
    frame: pd.DataFrame,
    source: str = "userId",
    train: Sequence | None = None,
    validation: Sequence | None = None,
    test: Sequence | None = None,
    fractions: Sequence[float] | None = None,
    target: str = "activity",
    seed: int | None = None,
) -> Split:
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
    rng = generator(seed)
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


def _as_list(people):
    if people is None:
        return []
    return [people] if isinstance(people, str) else list(people)


def _quoted(values):
    return ", ".join(repr(value) for value in values)  # tells the text '1' from the number 1
