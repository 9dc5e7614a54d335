"""Who is held out in turn while settings are chosen: people, or sessions if one person is all."""

import numpy as np

N_FOLDS = 5


def divide_sessions(groups, windows_per_session):
    """Divide sessions into folds that keep people whole and hold about as many windows each.

    Parameters
    ----------
    groups : array-like of shape (n_sessions,), or None
        The person of every session.
    windows_per_session : ndarray of int, shape (n_sessions,)

    Returns
    -------
    folds : ndarray of int, shape (n_sessions,)
        At most `N_FOLDS`. All zeros if there is but one session: nothing can be held out.
    kind : {'people', 'sessions', 'nobody'}
        What was held out.
    """
    kind = "people"
    units = None if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    if units is None or units.max(initial=0) == 0:
        kind, units = "sessions", np.arange(len(windows_per_session))
    sizes = np.bincount(units, weights=windows_per_session)
    if len(sizes) < 2:
        return np.zeros(len(windows_per_session), dtype=np.int64), "nobody"
    filled = np.zeros(min(N_FOLDS, len(sizes)))
    fold_of_unit = np.empty(len(sizes), dtype=np.int64)
    for unit in np.argsort(-sizes, kind="stable"):
        fold_of_unit[unit] = filled.argmin()
        filled[filled.argmin()] += sizes[unit]
    return fold_of_unit[units], kind
