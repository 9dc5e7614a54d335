"""Experiments with a memory: fresh, reset or carried state, stitched changes (chapters 5, 6)."""

import numpy as np
import pandas as pd

from .activity_classifier.model import ActivityClassifier
from .activity_classifier.network import Network
from .inspection import around_changes, fresh_and_warm, trace
from .smoothing import tune_smoothing


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


def ask_three_ways(model, frame):
    """Ask a model about each window with a fresh, a reset and a warm state.

    Parameters
    ----------
    model : ActivityClassifier
    frame : DataFrame
        Sessions with their labels.

    Returns
    -------
    DataFrame
        One row a window, session by session: ``session, window, activity``; ``fresh``, the answer
        from a state of zeros; ``reset``, with a new state every 20 windows; ``warm``, with the
        state of all windows before; ``fresh_probability, warm_probability`` of the label.
    """
    tables = []
    for name, rows in frame.groupby(model.session_id):
        table = fresh_and_warm(model, rows)
        table.insert(0, "session", name)
        reset = model.predict(rows, output_frequency="per_window")["class"]
        table.insert(table.columns.get_loc("warm"), "reset", reset)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def count_switches(answers, sessions):
    """Count how often answers change inside sessions.

    Parameters
    ----------
    answers : DataFrame
        One row a window in time order, one column a way to answer.
    sessions : Series
        The session of each row.

    Returns
    -------
    Series
        Changes in 100 windows, for each column.
    """
    before = answers.groupby(sessions).shift()
    return 100 * ((answers != before) & before.notna()).sum() / len(answers)


def share_left(model, session, other):
    """Follow how a foreign memory fades: that of another session, while a session goes on.

    Parameters
    ----------
    model : ActivityClassifier
    session : DataFrame
        The session that is run, once with a state of zeros and once with the foreign one.
    other : DataFrame
        The session whose last state is the foreign one.

    Returns
    -------
    Series of length n_windows + 1
        Mean difference between the cells of the two runs, as a share of the foreign cell, before
        the first window and after each.
    """
    foreign, network = trace(model, other), model.network
    windows = full_windows(session, model.prediction_window, model.session_id)[model.features]
    shape = (-1, 1, model.prediction_window, len(model.features))
    hidden, cell = network.zero_state(2)
    hidden[1], cell[1] = foreign.hidden[-1], foreign.cell[-1]
    differences = [cell[1] - cell[0]]
    for window in windows.to_numpy(np.float32).reshape(shape):
        _, hidden, cell = network.step(np.repeat(window, 2, axis=0), hidden, cell)
        differences.append(cell[1] - cell[0])
    sizes = np.abs(differences).mean(axis=1)
    return pd.Series(sizes / sizes[0])


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


def change_weights(model, **weights):
    """Copy a model with other weights, to see what they are good for.

    Parameters
    ----------
    model : ActivityClassifier
    **weights : ndarray
        Name, as in ``model.network.weights``, and the new values; same shape.

    Returns
    -------
    ActivityClassifier
        The model given stays as it is.

    Raises
    ------
    ValueError
        If there is no such weight, or it has another shape.
    """
    known = model.network.weights
    if unknown := sorted(weights.keys() - known.keys()):
        raise ValueError(f"there are no weights {unknown}; there are {sorted(known)}")
    return ActivityClassifier(
        Network(known | weights),
        model.features,
        model.classes,
        model.session_id,
        model.target,
        model.sampling_rate,
        model.units,
    )


class _Forgetful(Network):
    """Starts from zeros in every step, whatever state is handed to it."""

    def recur(self, gate_inputs, hidden, cell):
        return super().recur(gate_inputs, np.zeros_like(hidden), np.zeros_like(cell))


def forgetful(model):
    """Copy a model so that it forgets its state before every window, as a broken app does."""
    copy = change_weights(model)
    copy.network = _Forgetful(model.network.weights)
    return copy


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
        The rows of :func:`~activity_detector_utils.smoothing.tune_smoothing` without minimum
        confidence and hold; the index is the smoothing.
    """
    _, table = tune_smoothing(model, frame.assign(**{model.session_id: frame[source]}))
    table = table[(table["minimum_confidence"] == 0) & (table["hold"] == 1)]
    return table.sort_values("smoothing").set_axis(sorted(table["smoothing"]))
