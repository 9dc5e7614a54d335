"""Class probabilities of windows, and the way back from windows to rows."""

from dataclasses import dataclass

import numpy as np

from ..base.errors import ToolkitError
from ..windows import blocks_per_group, cut_windows, window_of_sample
from .session_samples import SessionSamples

# Columns of the results that stand beside the session: no session column can have their names.
RESULT_COLUMNS = ("class", "probability", "probability_vector", "prediction_id", "row_id", "rank")


@dataclass(frozen=True)
class Predictions:
    """Class probabilities of every window, and the samples that they were made of.

    Attributes
    ----------
    probabilities : ndarray of float32, shape (n_windows, n_classes)
        Session by session.
    samples : SessionSamples
    prediction_window : int
    """

    probabilities: np.ndarray
    samples: SessionSamples
    prediction_window: int

    def at_rows(self, window_results):
        """Give every row of the frame the result of its window."""
        lengths = self.samples.sessions.lengths
        at_samples = window_results[window_of_sample(lengths, self.prediction_window)]
        return self.samples.to_rows(at_samples)


def predict_windows(network, samples, carry_state=False):
    """Predict every window of every session.

    Parameters
    ----------
    network : Network
    samples : SessionSamples
    carry_state : bool
        Carry the state through each session, or start it anew every 20 windows.

    Returns
    -------
    Predictions
    """
    size, lengths = network.prediction_window, samples.sessions.lengths
    windows = cut_windows(samples.values, lengths, size)
    n_windows = blocks_per_group(lengths, size)
    return Predictions(network.predict_sessions(windows, n_windows, carry_state), samples, size)


def check_option(name, value, options):
    """Raise ToolkitError for what is none of the options."""
    if value not in options:
        raise ToolkitError(
            f"{value!r} is not a valid option for {name}; expected one of: {', '.join(options)}"
        )


def check_session_column(session_id):
    """Raise ToolkitError for a session column that would hide a column of the results."""
    if session_id in RESULT_COLUMNS:
        raise ToolkitError(
            f"the session column cannot be called {session_id!r}: results have a column of that "
            f"name; rename it, for example with dataset.rename(columns={{{session_id!r}: "
            "'sessionId'})"
        )
