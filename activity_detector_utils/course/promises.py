"""What a way to split promises, and what new people get (chapter 2).

A classifier of window statistics stands in for the network here: it trains in under a second, so
that many runs fit in a lesson.
"""

import joblib
import numpy as np
import pandas as pd

from ..base.errors import ToolkitError
from ..recordings import MOTION_FEATURES
from ..splits import random_split_by_session, split_by_source

TRAIN_SHARE = 0.75
N_PEOPLE = 2  # new ones, and as many held out of the others


def window_statistics(frame, prediction_window, features=MOTION_FEATURES):
    """Describe every full window by the mean, spread, least and largest value of each feature.

    Parameters
    ----------
    frame : DataFrame
        Recordings with `userId`, `activity` and `sessionId`.
    prediction_window : int
        Samples in a window; what is left over at the end of a session is dropped.
    features : list of str

    Returns
    -------
    DataFrame
        One row a window, session by session: `userId`, `activity`, `sessionId`, then four columns
        for each feature, such as `rotX mean`, `rotX std`, `rotX min`, `rotX max`.
    """
    number = frame.groupby("sessionId").cumcount() // prediction_window
    keys = ["userId", "activity", "sessionId", number.rename("window")]
    windows = frame.groupby(keys, sort=False)
    table = windows[list(features)].agg(["mean", "std", "min", "max"])
    table.columns = [" ".join(pair) for pair in table.columns]
    full = table[windows.size() == prediction_window]
    return full.reset_index().drop(columns="window")


def three_ways(table, people, seed):
    """Split a table by rows, by sessions and by people.

    Parameters
    ----------
    table : DataFrame
        With `userId` and `sessionId`.
    people : list of str
        Whom the split by people holds out.
    seed : int
        Decides the other two, which hold out a quarter.

    Returns
    -------
    dict of str to (DataFrame, DataFrame)
        ``"rows"``, ``"sessions"``, ``"people"`` -> training part and held-out part.
    """
    rows = table.sample(frac=TRAIN_SHARE, random_state=seed)
    by_people = split_by_source(table, test=list(people))
    return {
        "rows": (rows, table.drop(rows.index)),
        "sessions": random_split_by_session(table, "sessionId", TRAIN_SHARE, seed),
        "people": (by_people.train, by_people.test),
    }


def measure_promises(table, classifier, seeds):
    """Score each way to split on its own held-out part and on people that no part has met.

    For each seed two people are set aside as new; the others are split in three ways, and each way
    trains its own classifier. The share right on the held-out part is what the way promises.

    Parameters
    ----------
    table : DataFrame
        As :func:`window_statistics` makes it.
    classifier : scikit-learn classifier
        Cloned for every run, so it stays untrained.
    seeds : iterable of int
        One run each.

    Returns
    -------
    DataFrame
        ``seed, split, promised, new_people``: accuracies as shares of 1.

    Raises
    ------
    ToolkitError
        If nobody would be left to train on.
    """
    n_people = table["userId"].nunique()
    if n_people <= 2 * N_PEOPLE:
        raise ToolkitError(
            f"the table has {n_people} people; {N_PEOPLE} are new and {N_PEOPLE} held out, so it"
            f" takes {2 * N_PEOPLE + 1} at least"
        )
    runs = joblib.Parallel()(joblib.delayed(_run)(table, classifier, seed) for seed in seeds)
    return pd.concat(runs, ignore_index=True)


def _run(table, classifier, seed):
    from sklearn.base import clone

    people = np.random.default_rng(seed).permutation(sorted(table["userId"].unique())).tolist()
    new, held_out = people[:N_PEOPLE], people[N_PEOPLE : 2 * N_PEOPLE]
    known, unmet = split_by_source(table, test=new)[::2]
    scores = []
    for way, (train, check) in three_ways(known, held_out, seed).items():
        model = clone(classifier).fit(*_inputs_and_labels(train))
        promised, kept = (model.score(*_inputs_and_labels(part)) for part in (check, unmet))
        scores.append((seed, way, promised, kept))
    return pd.DataFrame(scores, columns=["seed", "split", "promised", "new_people"])


def _inputs_and_labels(table):
    return table.drop(columns=["userId", "activity", "sessionId"]), table["activity"]
