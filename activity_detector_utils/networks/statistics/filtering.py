"""A filter over time: what the windows before say about this one (a forward Bayes filter).

The belief of the last window, moved on by how often activities follow each other, is multiplied by
what this window says::

    expected = transitions^T belief                (the prior, where a sequence begins)
    belief   = expected * (probabilities / prior)^trust, scaled to add up to 1

One number from quick (0) to calm (1) sets both how much the past counts and how much a single
window is trusted: successive windows share samples and mistakes, so they are not independent. At 0
the belief is the window's probabilities, unchanged.
"""

import numpy as np

from ...base.errors import ToolkitError

CALM = (0.0, 0.25, 0.5, 0.75, 1.0)  # what is tried
LONGEST_STAY = 60.0  # seconds; recordings of one activity each would say that nothing ever changes
TRUST_LOST = 0.75  # of a window's evidence at the calmest


class BeliefFilter:
    """Carries the belief from window to window.

    Parameters
    ----------
    transitions : ndarray of shape (n_classes, n_classes)
        Row: the class now; column: how probable it is in the next window.
    prior : ndarray of shape (n_classes,)
    calm : float
        From 0 (quick: every window for itself) to 1.
    """

    def __init__(self, transitions, prior, calm):
        if not 0 <= calm <= 1:
            raise ToolkitError(f"calm is {calm}; it must be from 0 (quick) to 1 (calm)")
        prior = np.asarray(prior, dtype=np.float64)
        self.prior = prior / prior.sum()
        mixed = transitions**calm * self.prior ** (1 - calm)
        self.transitions = mixed / mixed.sum(axis=1, keepdims=True)
        self.trust = 1 - TRUST_LOST * calm**2
        self._log_prior = np.log(self.prior)

    def step(self, log_probabilities, belief, begun):
        """Take what the next windows say.

        Parameters
        ----------
        log_probabilities : ndarray of shape (n, n_classes)
        belief : ndarray of shape (n, n_classes)
            Of the window before; zeros where a sequence begins.
        begun : ndarray of shape (n, 1)
            0 where a sequence begins, else 1.

        Returns
        -------
        ndarray of shape (n, n_classes)
        """
        expected = belief @ self.transitions + (1 - begun) * self.prior
        belief = expected * np.exp(self.trust * (log_probabilities - self._log_prior))
        return belief / belief.sum(axis=1, keepdims=True)

    def run(self, log_probabilities, lengths):
        """Filter whole sequences that lie one after another.

        Parameters
        ----------
        log_probabilities : ndarray of shape (sum(lengths), n_classes)
        lengths : array-like of int, shape (n_sequences,)

        Returns
        -------
        ndarray of shape (sum(lengths), n_classes)
        """
        lengths = np.asarray(lengths, dtype=np.int64)
        starts = np.cumsum(lengths) - lengths
        beliefs = np.empty_like(log_probabilities)
        belief = np.zeros((len(lengths), log_probabilities.shape[1]))
        begun = np.zeros((len(lengths), 1))
        for t in range(max(lengths, default=0)):
            running = np.flatnonzero(lengths > t)  # shorter sequences have ended
            rows = starts[running] + t
            belief[running] = self.step(log_probabilities[rows], belief[running], begun[running])
            beliefs[rows] = belief[running]
            begun[:] = 1
        return beliefs


def learn_transitions(labels, lengths, n_classes, window_seconds):
    """Count how activities follow each other from window to window.

    Parameters
    ----------
    labels : ndarray of int, shape (n_windows,)
        Class of every window, session by session.
    lengths : array-like of int, shape (n_sessions,)
        Windows of every session.
    n_classes : int
    window_seconds : float

    Returns
    -------
    transitions : ndarray of shape (n_classes, n_classes)
        Rows add up to 1. An activity ends at least once in `LONGEST_STAY`, in any other.
    prior : ndarray of shape (n_classes,)
        Share of every class, one window added to each.
    """
    follows = np.ones(len(labels), dtype=bool)
    follows[np.cumsum(lengths) - lengths] = False
    rows = np.flatnonzero(follows)
    counts = np.zeros((n_classes, n_classes))
    np.add.at(counts, (labels[rows - 1], labels[rows]), 1)
    counts += np.eye(n_classes)  # a class that was never seen to be followed stays
    change = min(0.5, window_seconds / LONGEST_STAY)
    other = (1 - np.eye(n_classes)) / max(1, n_classes - 1)
    if n_classes == 1:
        change = 0.0
    transitions = (1 - change) * counts / counts.sum(axis=1, keepdims=True) + change * other
    prior = np.bincount(labels, minlength=n_classes) + 1.0
    return transitions, prior / prior.sum()
