"""Sessions with seams: changes of activity made of recordings that have none (chapters 5 and 6).

All samples are as they were recorded; the seams between them are not.
"""

import numpy as np
import pandas as pd

from ..activity_classifier.inspection import around_changes, trace
from ..streaming import tune_smoothing


def full_windows(frame, prediction_window, session_id="sessionId"):
    """Cut off the samples at the end of each session that do not fill a window.

    Parameters
    ----------
    frame : DataFrame
        The rows of a session in time order.
    prediction_window : int
        Samples in a window.
    session_id : str

    Returns
    -------
    DataFrame
        The rows that are left.
    """
    sessions = frame.groupby(session_id)[session_id]
    n_kept = sessions.transform("size") // prediction_window * prediction_window
    return frame[sessions.cumcount() < n_kept]


def right_around_changes(model, frame, before=5, after=20, by=("userId", "arm")):
    """Stitch sessions together, and follow the share of right answers around each seam.

    All sessions of one group are joined twice, in the order of their labels and backwards, so that
    each activity is entered from two others. The samples are real, the seams are not.

    Parameters
    ----------
    model : ActivityClassifier
    frame : DataFrame
        Sessions of full windows (:func:`full_windows`), one activity each.
    before, after : int
        Windows to follow on each side.
    by : sequence of str
        Columns that name a group.

    Returns
    -------
    Series of length before + after
        Share of right answers, state carried; the index counts windows from the seam.
    """
    by, found = list(by), []
    for upwards in (True, False):
        order = {"by": [*by, model.target], "ascending": [True] * len(by) + [upwards]}
        for _, rows in frame.sort_values(**order, kind="stable").groupby(by):
            steps = trace(model, rows.assign(**{model.session_id: "joined"}))
            answers = np.array(model.classes)[steps.probabilities.argmax(axis=1)]
            hits = answers == steps.activities
            found.append(around_changes(hits, steps.activities, before, after)[0])
    return pd.Series(np.nanmean(np.concatenate(found), axis=0), index=range(-before, after))


def shuffle_bouts(frame, n_samples, seed, by=("userId", "arm"), session_id="sessionId"):
    """Cut sessions into bouts and join them in a random order: sessions full of changes.

    Parameters
    ----------
    frame : DataFrame
    n_samples : int
        Length of a bout; the last one of a session is shorter.
    seed : int
    by : sequence of str
        Columns that name what is joined to one session: bouts of one person and arm, so that
        nobody turns into somebody else.
    session_id : str

    Returns
    -------
    DataFrame
        The same rows in another order, with the new session in the session column.
    """
    bouts = frame.groupby([session_id, frame.groupby(session_id).cumcount() // n_samples]).ngroup()
    order = np.random.default_rng(seed).permutation(bouts.max() + 1)[bouts]
    first, *others = (frame[name].astype(str) for name in by)
    joined = first.str.cat(others, sep="-")
    mixed = frame.assign(**{session_id: joined, "_order": order})
    mixed = mixed.sort_values([session_id, "_order"], kind="stable", ignore_index=True)
    return mixed.drop(columns="_order")


def try_smoothing(model, frame, source="userId"):
    """Try smoothing alone on sessions that are stitched together, person by person.

    The samples are real, the seams are not.

    Parameters
    ----------
    model : ActivityClassifier
    frame : DataFrame
        Sessions with their labels.
    source : str
        Column that names whose sessions become one.

    Returns
    -------
    DataFrame
        The rows of :func:`~activity_detector_utils.streaming.tune_smoothing` without minimum
        confidence and hold; the index is the smoothing.
    """
    _, table = tune_smoothing(model, frame.assign(**{model.session_id: frame[source]}))
    table = table[(table["minimum_confidence"] == 0) & (table["hold"] == 1)]
    return table.sort_values("smoothing").set_axis(sorted(table["smoothing"]))
