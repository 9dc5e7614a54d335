"""From probabilities, window by window, to an answer that does not flicker."""

import itertools
import warnings

import numpy as np

from ..base.errors import ToolkitError

UNKNOWN = "unknown"  # the answer below the minimum confidence, whatever the type of the labels

SMOOTHING = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9)
MINIMUM_CONFIDENCE = (0.0, 0.4, 0.5, 0.6)
HOLD = (1, 2, 3)


class Smoother:
    """Averages the probabilities of successive windows and decides what to answer.

    Parameters
    ----------
    classes : list of str or list of int
    smoothing : float
        Share of the past in the average, from 0 (each window for itself) to below 1. The average
        is exponential: it trails the signal by about ``smoothing / (1 - smoothing)`` windows.
    minimum_confidence : float
        The answer is :data:`UNKNOWN` while the highest averaged probability is below this. A model
        with a class called 'unknown' has one answer for both.
    hold : int
        Windows for which a new answer must persist before it is given; 1 gives it at once. The
        very first answer is given at once, and 'unknown' is held like any other.

    Raises
    ------
    ToolkitError
        If a setting is out of range.
    """

    def __init__(self, classes, smoothing=0.0, minimum_confidence=0.0, hold=1):
        if not 0 <= smoothing < 1:
            raise ToolkitError(f"smoothing is {smoothing}; it must be at least 0 and below 1")
        if not 0 <= minimum_confidence <= 1:
            raise ToolkitError(
                f"minimum_confidence is {minimum_confidence}; it must be from 0 to 1"
            )
        if not isinstance(hold, (int, np.integer)) or hold < 1:
            raise ToolkitError(f"hold is {hold}; it must be a whole number of windows, at least 1")
        self.classes = list(classes)
        self.smoothing = smoothing
        self.minimum_confidence = minimum_confidence
        self.hold = hold
        self.reset()

    def reset(self):
        """Forget the past."""
        self.average = None
        self.answer = None
        self.candidate = None  # the new answer that waits to be given, and for how long it has
        self.waited = 0

    def update(self, probabilities):
        """Take the probabilities of the next window.

        Parameters
        ----------
        probabilities : ndarray of shape (n_classes,)

        Returns
        -------
        answer : str or int
            One of the classes, or :data:`UNKNOWN`.
        average : ndarray of shape (n_classes,)
            The averaged probabilities that it rests on.
        """
        if self.average is None or self.smoothing == 0:
            self.average = probabilities
        else:
            past = self.smoothing
            self.average = past * self.average + (1 - past) * probabilities
        best = self.average.argmax()
        sure = self.average[best] >= self.minimum_confidence
        self._persist(self.classes[best] if sure else UNKNOWN)
        return self.answer, self.average.copy()

    def state(self):
        """Copy of what is remembered, as JSON can hold it; for :meth:`restore`."""
        return {
            "average": None if self.average is None else self.average.tolist(),
            "answer": self.answer,
            "candidate": self.candidate,
            "waited": self.waited,
        }

    def restore(self, state):
        """Remember what :meth:`state` returned."""
        average = state["average"]
        self.average = None if average is None else np.array(average, dtype=np.float32)
        self.answer, self.candidate = state["answer"], state["candidate"]
        self.waited = state["waited"]

    def _persist(self, latest):
        """Make ``latest`` the answer once it has come ``hold`` times in a row."""
        if latest == self.answer:
            self.candidate, self.waited = None, 0
            return
        self.waited = self.waited + 1 if latest == self.candidate else 1
        self.candidate = latest
        if self.answer is None or self.waited >= self.hold:
            self.answer, self.candidate, self.waited = latest, None, 0


def tune_smoothing(model, dataset):
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
    from ..activity_classifier.frames import class_codes, read_samples
    from ..base.frames import read_ids, require_columns
    from ..windows import label_windows

    samples = read_samples(dataset, model.features, model.session_id)
    require_columns(dataset, [model.target])
    codes = class_codes(read_ids(dataset, model.target), model.classes)[samples.sessions.order]
    size, first = model.prediction_window, 0
    for length in samples.sessions.lengths:
        n = length // size  # a stream never sees the window that its last samples do not fill
        rows = slice(first, first + n * size)
        windows = samples.values[rows].reshape(n, size, len(model.features))
        labels = label_windows(codes[rows], [n * size], size, len(model.classes))
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
