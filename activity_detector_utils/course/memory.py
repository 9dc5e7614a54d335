"""Experiments with a memory: fresh, reset, carried, foreign or taken away (chapters 5 and 6)."""

import numpy as np
import pandas as pd

from ..activity_classifier.inspection import fresh_and_warm, trace
from ..activity_classifier.model import ActivityClassifier
from ..base.errors import ToolkitError
from ..networks.lstm import Network
from ..windows import cut_windows


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
    values = session[model.features].to_numpy(np.float32)
    windows = cut_windows(values, [len(values)], model.prediction_window)
    hidden, cell = network.zero_state(2)
    hidden[1], cell[1] = foreign.hidden[-1], foreign.cell[-1]
    differences = [cell[1] - cell[0]]
    for window in windows:
        _, hidden, cell = network.step(np.stack([window, window]), hidden, cell)
        differences.append(cell[1] - cell[0])
    sizes = np.abs(differences).mean(axis=1)
    return pd.Series(sizes / sizes[0])


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
    ToolkitError
        If there is no such weight, or it has another shape.
    """
    known = model.network.weights
    if unknown := sorted(weights.keys() - known.keys()):
        raise ToolkitError(f"there are no weights {unknown}; there are {sorted(known)}")
    return ActivityClassifier(
        Network(known | weights),
        model.features,
        model.classes,
        model.session_id,
        model.target,
        model.sampling_rate,
        model.units,
    )


def forgetful(model):
    """Copy a model so that it forgets its state before every window, as a broken app does."""
    copy = change_weights(model)
    copy.network = _Forgetful(model.network.weights)
    return copy


class _Forgetful(Network):
    """Starts from zeros in every step, whatever state is handed to it."""

    def recur(self, gate_inputs, hidden, cell):
        return super().recur(gate_inputs, np.zeros_like(hidden), np.zeros_like(cell))
