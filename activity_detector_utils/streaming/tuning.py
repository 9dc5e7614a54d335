"""Choose how to smooth, on recordings that the model was not trained on."""

from __future__ import annotations

import itertools
import warnings
from typing import TYPE_CHECKING

import numpy as np

from ..base.errors import ToolkitError
from .smoothing import UNKNOWN, Smoother

if TYPE_CHECKING:
    import pandas as pd

    from ..activity_classifier import ActivityClassifier

SMOOTHING = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9)
MINIMUM_CONFIDENCE = (0.0, 0.4, 0.5, 0.6)
HOLD = (1, 2, 3)


def tune_smoothing(model: ActivityClassifier, dataset: pd.DataFrame) -> pd.DataFrame:
    """Choose smoothing, minimum confidence and hold on recordings the model was not trained on.

    Every combination of a small grid answers every full window, with the state carried through
    each session, as an app does. The best score wins, and of equals the one with the least delay.
    Smoothing costs nothing while nothing changes: sessions with one activity each are better
    played one after another, person by person: ``frame.assign(sessionId=frame.userId)``.

    Parameters
    ----------
    model : ActivityClassifier
    dataset : DataFrame
        Validation sessions, with their labels.

    Returns
    -------
    settings : dict
        For ``StreamingClassifier(model, **settings)``.
    table : DataFrame
        One row a combination, the best first: ``smoothing, minimum_confidence, hold``; ``accuracy``
        and ``unknown``, shares of the windows; ``score``, in which 'unknown' counts as half a right
        answer, so that it pays where an answer is more often wrong than right; ``delay``, the mean
        number of windows from a change of activity to the first right answer; ``switches``, how
        often the answer changes in 100 windows.

    Raises
    ------
    ToolkitError
        If no session fills a window, or as :meth:`ActivityClassifier.evaluate`.

    Warns
    -----
    UserWarning
        If no session holds a change of activity, so that delay cannot be seen.
    """
    import pandas as pd

    sessions = list(_session_windows(model, dataset))
    if not any(len(labels) for labels, _ in sessions):
        raise ToolkitError(
            f"no session fills a window of {model.prediction_window} samples; the longest session "
            "must"
        )
    if all(len(_changes(labels)) == 0 for labels, _ in sessions):
        warnings.warn(
            "no session holds a change of activity, so smoothing looks free of delay; play the "
            "sessions of a person one after another: frame.assign(sessionId=frame.userId)",
            stacklevel=2,
        )
    grid = itertools.product(SMOOTHING, MINIMUM_CONFIDENCE, HOLD)
    rows = [_score(model.classes, sessions, *combination) for combination in grid]
    table = pd.DataFrame(rows).sort_values(
        ["score", "delay", "smoothing", "hold", "minimum_confidence"],
        ascending=[False, True, True, True, True],
        ignore_index=True,
    )
    names = ["smoothing", "minimum_confidence", "hold"]
    return {name: table[name][0].item() for name in names}, table


def _session_windows(model, dataset):
    """Class indices and probabilities of the full windows of each session, state carried."""
    from ..activity_classifier.session_samples import read_labelled
    from ..windows import label_windows

    columns = model.features, model.session_id, model.target
    samples = read_labelled(dataset, *columns, model.classes)
    size, first = model.prediction_window, 0
    for length in samples.sessions.lengths:
        n = length // size  # a stream never sees the window that its last samples do not fill
        rows = slice(first, first + n * size)
        windows = samples.values[rows].reshape(n, size, len(model.features))
        labels = label_windows(samples.codes[rows], [n * size], size, len(model.classes))
        yield labels, model.network.predict_sessions(windows, [n], carry_state=True)
        first += length


def _score(classes, sessions, smoothing, minimum_confidence, hold):
    """One row of the table: what one combination answers on all sessions."""
    smoother = Smoother(range(len(classes)), smoothing, minimum_confidence, hold)
    right, unknown, switches, delays = [], 0, 0, []
    for labels, probabilities in sessions:
        smoother.reset()
        answers = np.array([smoother.update(p)[0] for p in probabilities], dtype=object)
        hits = answers == labels
        right.append(hits)
        unknown += int((answers == UNKNOWN).sum())
        switches += int((answers[1:] != answers[:-1]).sum())
        delays += _delays(labels, hits)
    accuracy, n = np.concatenate(right).mean(), sum(map(len, right))
    return {
        "smoothing": smoothing,
        "minimum_confidence": minimum_confidence,
        "hold": hold,
        "score": accuracy + unknown / n / 2,
        "accuracy": accuracy,
        "unknown": unknown / n,
        "delay": np.mean(delays) if delays else np.nan,
        "switches": 100 * switches / n,
    }


def _changes(labels):
    """Windows at which the activity changes."""
    return np.flatnonzero(labels[1:] != labels[:-1]) + 1


def _delays(labels, hits):
    """Windows from each change to the first right answer; all of a bout that never gets one."""
    changes = _changes(labels)
    bouts = np.split(hits, changes)[1:]
    return [int(bout.argmax()) if bout.any() else len(bout) for bout in bouts]
