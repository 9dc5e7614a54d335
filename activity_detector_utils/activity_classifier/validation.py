"""The recordings that are watched while a classifier trains: which they are, and their scores."""

import numpy as np

from ..base.errors import ToolkitError
from ..base.frames import check_frame
from ..splits import stratified_session_split
from ..windows import blocks_per_group, cut_windows, window_label_counts

MIN_SESSIONS_FOR_SPLIT = 10
VALIDATION_SHARE = 0.1


def check_validation(validation_set):
    """Raise ToolkitError unless it is a DataFrame, 'auto' or None."""
    if isinstance(validation_set, str) and validation_set != "auto":
        raise ToolkitError(
            f"validation_set is {validation_set!r}; it must be a DataFrame, 'auto' or None"
        )
    if validation_set is not None and not isinstance(validation_set, str):
        check_frame(validation_set, "validation_set")


def set_aside(samples, seed, table):
    """Set about a tenth of the sessions aside, by activity, if there are ten or more.

    Parameters
    ----------
    samples : LabelledSamples
    seed : int
    table : ProgressTable
        Is told what was chosen.

    Returns
    -------
    training : LabelledSamples
    validation : LabelledSamples or None
    """
    lengths = samples.sessions.lengths
    n_sessions, chosen = len(lengths), np.zeros(len(lengths), dtype=bool)
    if n_sessions >= MIN_SESSIONS_FOR_SPLIT:
        session_of_sample = np.repeat(np.arange(n_sessions), lengths)
        mask = stratified_session_split(session_of_sample, samples.codes, VALIDATION_SHARE, seed)
        chosen[session_of_sample[mask]] = True
    if not chosen.any():
        table.note(
            f"No validation set: of {n_sessions} sessions none can be spared "
            f"({MIN_SESSIONS_FOR_SPLIT} are needed, and two of an activity)."
        )
        return samples, None
    table.note(
        f"Validation set: {chosen.sum()} of {n_sessions} sessions, chosen at "
        "random by activity. The same people may be on both sides."
    )
    return samples.divide(chosen)


class Watched:
    """The validation samples, cut once, scored after every iteration.

    Parameters
    ----------
    samples : LabelledSamples
    prediction_window : int
    """

    def __init__(self, samples, prediction_window):
        lengths, n_classes = samples.sessions.lengths, len(samples.classes)
        self.windows = cut_windows(samples.values, lengths, prediction_window)
        self.per_session = blocks_per_group(lengths, prediction_window)
        self.counts = window_label_counts(samples.codes, lengths, prediction_window, n_classes)

    def score(self, network):
        """Accuracy and log loss per sample."""
        probabilities = network.predict_sessions(self.windows, self.per_session)
        hits = self.counts[np.arange(len(self.counts)), probabilities.argmax(axis=1)].sum()
        loss = -(self.counts * np.log(np.maximum(probabilities, 1e-15))).sum()
        n_samples = self.counts.sum()
        return {
            "validation_accuracy": float(hits / n_samples),
            "validation_loss": float(loss / n_samples),
        }
