"""What a stream answers after a window."""

from typing import NamedTuple

import numpy as np


class Prediction(NamedTuple):
    """What the stream says after a full window.

    Attributes
    ----------
    activity : str or int
        One of the model's classes, or 'unknown'.
    probabilities : ndarray of shape (n_classes,)
        In the order of ``model.classes``; averaged over windows if smoothing is on.
    window : int
        Number of the window since the start, the last reset or the last gap; the first is 0.
    time : float or None
        End of the window in seconds: the time given with its last sample. Without times, seconds of
        signal since the start or the last reset, or None if the model's sampling rate is unknown.
    gaps : int
        Gaps met since the start or the last reset; each has dropped the state.
    """

    activity: object
    probabilities: np.ndarray
    window: int
    time: float | None
    gaps: int
