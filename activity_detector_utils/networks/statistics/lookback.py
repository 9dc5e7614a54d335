"""The samples before a window: from a session's windows, or from the state that a step carries.

At the start of a session there are none. Then the first window stands in, played backwards, then
forwards, and so on away from it: its signals go on without a jump and at their own strength.
"""

import numpy as np


def gather_stretches(windows, rows, positions, n_before):
    """Windows with those before them, from whole sessions.

    Parameters
    ----------
    windows : ndarray of shape (n_windows, prediction_window, n_features)
    rows : ndarray of int, shape (n,)
        Windows to look at.
    positions : ndarray of int, shape (n,)
        Their places in their sessions; the first is 0.
    n_before : int
        Windows of look-back.

    Returns
    -------
    ndarray of shape (n, (n_before + 1) * prediction_window, n_features)
        Oldest first.
    """
    distance = np.arange(n_before, -1, -1)
    beyond = distance - positions[:, None]  # windows before the start of the session
    stretches = windows[rows[:, None] - np.minimum(distance, positions[:, None])]
    backwards = (beyond > 0) & (beyond % 2 == 1)
    stretches[backwards] = stretches[backwards][:, ::-1]
    return stretches.reshape(len(rows), -1, windows.shape[2])


def extend_windows(windows, before, begun):
    """Windows with the look-back of a state before them.

    Parameters
    ----------
    windows : ndarray of shape (n, prediction_window, n_features)
    before : ndarray of shape (n, n_before * prediction_window * n_features)
        Zeros where a sequence has not begun.
    begun : ndarray of shape (n, 1)
        1 where ``before`` holds samples, else 0.

    Returns
    -------
    ndarray of shape (n, (n_before + 1) * prediction_window, n_features)
    """
    n, size, n_features = windows.shape
    before = before.reshape(n, -1, n_features)
    if not begun.all():
        n_before = before.shape[1] // size
        played = [windows[:, :: -1 if back % 2 else 1] for back in range(n_before, 0, -1)]
        if played:
            before = before + (1 - begun)[:, :, None] * np.concatenate(played, axis=1)
    return np.concatenate([before, windows], axis=1)
