"""Recordings as arrays for networks built by hand: whole windows and their class numbers."""

import numpy as np

from ..base.errors import ToolkitError
from ..recordings import MOTION_FEATURES
from ..windows import find_sessions, label_windows


def whole_windows(frame, prediction_window, classes, features=MOTION_FEATURES):
    """Cut recordings into windows; what is left over at the end of a session is dropped.

    Parameters
    ----------
    frame : DataFrame
        Recordings with ``sessionId``, ``activity`` and the features.
    prediction_window : int
        Samples in a window.
    classes : list of str
        All activities; the position in this list is the class number.
    features : list of str

    Returns
    -------
    X : ndarray of float32, shape (n_windows, prediction_window, n_features)
        Session by session, in order of first appearance.
    y : ndarray of int, shape (n_windows,)
        The most frequent class of each window's samples.

    Raises
    ------
    ToolkitError
        If an activity is not in `classes`, or no session is as long as a window.
    """
    unknown = sorted(set(frame["activity"]) - set(classes))
    if unknown:
        raise ToolkitError(f"activities {unknown} are not in the classes {list(classes)}")
    sessions = find_sessions(frame["sessionId"])
    used = sessions.lengths // prediction_window * prediction_window  # samples of each session
    if not used.sum():
        longest = sessions.lengths.max(initial=0)
        raise ToolkitError(
            f"the longest session has {longest} samples, a window {prediction_window}"
        )
    starts = np.cumsum(sessions.lengths) - sessions.lengths
    place = np.arange(len(frame)) - np.repeat(starts, sessions.lengths)
    rows = sessions.order[place < np.repeat(used, sessions.lengths)]
    values = frame[list(features)].to_numpy(dtype=np.float32)[rows]
    numbers = {activity: number for number, activity in enumerate(classes)}
    codes = frame["activity"].map(numbers).to_numpy()[rows]
    y = label_windows(codes, used, prediction_window, len(classes))
    return values.reshape(-1, prediction_window, len(features)), y
