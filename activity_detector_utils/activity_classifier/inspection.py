"""States and gates of the LSTM, step by step (chapter 5)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError
from ..base.frames import read_ids, require_columns
from ..windows import CHUNK_WINDOWS, cut_windows, label_windows
from .session_samples import class_codes, read_samples


@dataclass(frozen=True)
class Trace:
    """What the network did along one session; row ``t`` of every array belongs to window ``t``.

    Attributes
    ----------
    hidden, cell : ndarray of shape (n_windows, 200)
        The state after each window.
    input_gate, forget_gate, output_gate : ndarray of shape (n_windows, 200)
        From 0 (closed) to 1 (open).
    candidate : ndarray of shape (n_windows, 200)
        What the input gate may write into the cell, from -1 to 1.
    probabilities : ndarray of shape (n_windows, n_classes)
    activities : ndarray of shape (n_windows,) or None
        The label of each window, its most frequent one; None if the frame has no labels.
    """

    hidden: np.ndarray
    cell: np.ndarray
    input_gate: np.ndarray
    forget_gate: np.ndarray
    candidate: np.ndarray
    output_gate: np.ndarray
    probabilities: np.ndarray
    activities: np.ndarray | None


def trace(model, session, carry_state=True):
    """Follow state and gates through one session.

    Parameters
    ----------
    model : ActivityClassifier
    session : DataFrame
        Rows of one session; ``frame.assign(sessionId="one")`` makes one of several. The last
        window is padded with zeros if samples do not fill it, as in prediction.
    carry_state : bool
        Carry the state through the session, or start it anew every 20 windows.

    Returns
    -------
    Trace

    Raises
    ------
    ToolkitError
        If the frame does not hold exactly one session, or is not fit for prediction.
    """
    windows, activities = _read_session(model, session)
    network, steps = model.network, []
    for number, inputs in enumerate(network.gate_inputs(windows)):
        if number == 0 or (not carry_state and number % CHUNK_WINDOWS == 0):
            hidden, cell = network.zero_state()
        gates = network.gates(inputs[None], hidden)
        hidden, cell = network.recur(inputs[None], hidden, cell)
        steps.append([hidden, cell, *gates])
    hidden, cell, i, f, candidate, o = map(np.concatenate, zip(*steps, strict=True))
    probabilities = network.classify_hidden(hidden)
    return Trace(hidden, cell, i, f, candidate, o, probabilities, activities)


def fresh_and_warm(model, session):
    """Predict every window of a session twice: alone, and with the state of all before it.

    Parameters
    ----------
    model : ActivityClassifier
    session : DataFrame
        As in :func:`trace`, with labels.

    Returns
    -------
    DataFrame
        One row a window: ``window``; ``activity``, its label; ``fresh`` and ``warm``, the answers
        from a state of zeros and from the carried state; ``fresh_probability`` and
        ``warm_probability``, those of the label.

    Raises
    ------
    ToolkitError
        As :func:`trace`, and if a label is missing or none of the model's classes.
    """
    require_columns(session, [model.target])
    warm = trace(model, session)
    windows, _ = _read_session(model, session)
    fresh, _, _ = model.network.step(windows, *model.network.zero_state(len(windows)))
    rows, labels = np.arange(len(windows)), class_codes(warm.activities, model.classes)
    classes = np.array(model.classes)
    return pd.DataFrame(
        {
            "window": rows,
            "activity": warm.activities,
            "fresh": classes[fresh.argmax(axis=1)],
            "warm": classes[warm.probabilities.argmax(axis=1)],
            "fresh_probability": fresh[rows, labels],
            "warm_probability": warm.probabilities[rows, labels],
        }
    )


def around_changes(values, activities, before=5, after=10):
    """Cut out what happens around each change of activity, aligned at the change.

    Parameters
    ----------
    values : ndarray of shape (n_windows, ...)
        Anything with one entry a window, such as an array of a :class:`Trace`.
    activities : array-like of shape (n_windows,)
        The label of each window.
    before, after : int
        Windows to show on each side.

    Returns
    -------
    aligned : ndarray of shape (n_changes, before + after, ...)
        ``aligned[:, before]`` is the first window of the new activity. Windows that belong to
        neither of the two activities are NaN.
    changes : DataFrame
        One row a change: ``window``, the activity it changes ``from`` and ``to``.
    """
    values, activities = np.asarray(values, dtype=float), np.asarray(activities)
    starts = np.flatnonzero(activities[1:] != activities[:-1]) + 1
    edges = [0, *starts, len(activities)]
    aligned = np.full((len(starts), before + after, *values.shape[1:]), np.nan)
    for number, start in enumerate(starts):
        first = max(start - before, edges[number])
        last = min(start + after, edges[number + 2])
        aligned[number, first - start + before : last - start + before] = values[first:last]
    changes = {"window": starts, "from": activities[starts - 1], "to": activities[starts]}
    return aligned, pd.DataFrame(changes)


def _read_session(model, session):
    """Windows of the one session in a frame, and their labels if it has any."""
    samples = read_samples(session, model.features, model.session_id, "session")
    ids, size = samples.sessions.ids, model.prediction_window
    if len(ids) != 1:
        raise ToolkitError(
            f"one session is needed; the frame holds {len(ids)}: {', '.join(map(str, ids[:5]))}"
            f"{', ...' if len(ids) > 5 else ''}. Choose one of them"
        )
    lengths = samples.sessions.lengths
    windows = cut_windows(samples.values, lengths, size)
    if model.target not in session.columns:
        return windows, None
    codes, classes = pd.factorize(read_ids(session, model.target, "session"), sort=True)
    return windows, classes[label_windows(codes, lengths, size, len(classes))]
