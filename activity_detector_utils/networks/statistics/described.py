"""Labelled windows with their numbers, scaled, and the sums that the head is solved from."""

import numpy as np

from ...windows import blocks_per_group, cut_windows, window_label_counts
from .folds import divide_sessions
from .network import LIMIT, describe_sessions
from .ridge import FoldSums

CONSTANT = 1e-6  # a number that varies less than this, in proportion, says nothing


class DescribedWindows:
    """What training knows of the recordings.

    Parameters
    ----------
    values, codes, lengths, groups, n_classes
        As in :func:`~.fitting.fit_statistics`.
    description : Description
        Of all the scales that may be chosen.

    Attributes
    ----------
    lengths : ndarray of int, shape (n_sessions,)
        Windows in each session.
    shares : ndarray of shape (n_windows, n_classes)
        How much of a whole window has each label; padding has none.
    mean, deviation : ndarray of shape (n_numbers,)
    scaled : ndarray of float32, shape (n_windows, n_numbers)
    held_out : str
        'people', 'sessions' or 'nobody'.
    n_folds : int
    """

    def __init__(self, values, codes, lengths, groups, n_classes, description):
        self.description = description
        size = description.prediction_window
        windows = cut_windows(values, lengths, size)
        self.lengths = blocks_per_group(lengths, size)
        self.shares = window_label_counts(codes, lengths, size, n_classes) / size
        numbers = np.empty((len(windows), sum(description.counts)), np.float32)
        for rows, described in describe_sessions(description, windows, self.lengths):
            numbers[rows] = described
        self.mean = numbers.mean(axis=0, dtype=np.float64)
        deviation = numbers.std(axis=0, dtype=np.float64)
        self.deviation = np.where(
            deviation < CONSTANT * np.maximum(1, np.abs(self.mean)), 1, deviation
        )
        numbers -= self.mean.astype(np.float32)  # in place: this is the largest array
        numbers /= self.deviation.astype(np.float32)
        self.scaled = np.clip(numbers, -LIMIT, LIMIT, out=numbers)
        folds, self.held_out = divide_sessions(groups, self.lengths)
        self.folds = np.repeat(folds, self.lengths)
        self.n_folds = int(folds.max()) + 1
        self.sums = FoldSums(self.n_folds, numbers.shape[1], n_classes)
        for fold in range(self.n_folds):
            rows = self.folds == fold
            self.sums.add(fold, self.scaled[rows], self.shares[rows])

    def columns(self, scales):
        """The numbers that belong to some scales."""
        scale_of_number = np.repeat(self.description.scales, self.description.counts)
        return np.flatnonzero(np.isin(scale_of_number, scales))

    def scores_held_out(self, scales, penalty):
        """Scores of all windows, each from a head that did not learn from its fold.

        Returns
        -------
        ndarray of shape (n_windows, n_classes)
        """
        columns = self.columns(scales)
        scores = np.empty(self.shares.shape)
        for fold in range(self.n_folds):
            kernel, bias = self.sums.solve(penalty, columns, without=fold)
            rows = self.folds == fold
            scores[rows] = self.scaled[np.ix_(rows, columns)] @ kernel + bias
        return scores
