"""The linear head in closed form, with people left out for the price of a small solve each.

Sums of squares and products are kept per fold of people. The head without a fold is solved from
the sums of the others: nothing is gone through twice.
"""

import numpy as np
from scipy.linalg import cho_factor, cho_solve

TINY = 1e-9  # keeps the bias from vanishing where nothing was learned from


class FoldSums:
    """Sums of products of numbers with each other and with the labels, for every fold.

    Parameters
    ----------
    n_folds, n_numbers, n_classes : int
    """

    def __init__(self, n_folds, n_numbers, n_classes):
        size = n_numbers + 1  # the last number is always 1: the bias
        self.products = np.zeros((n_folds, size, size), np.float32)
        self.targets = np.zeros((n_folds, size, n_classes))
        self.weights = np.zeros(n_folds)

    def add(self, fold, scaled, shares):
        """Add windows to a fold.

        Parameters
        ----------
        fold : int
        scaled : ndarray of float32, shape (n, n_numbers)
        shares : ndarray of shape (n, n_classes)
            How much of a whole window has each label: a window's weight is their sum.
        """
        numbers = np.concatenate([scaled, np.ones((len(scaled), 1), np.float32)], axis=1)
        weights = shares.sum(axis=1)
        root = np.sqrt(weights, dtype=np.float32)[:, None] * numbers
        self.products[fold] += root.T @ root
        self.targets[fold] += numbers.T @ shares
        self.weights[fold] += weights.sum()

    def solve(self, penalty, numbers, without=None):
        """Find the head that predicts the labels best, its weights kept small.

        Parameters
        ----------
        penalty : float
        numbers : ndarray of int
            The numbers to use.
        without : int, optional
            A fold to leave out.

        Returns
        -------
        kernel : ndarray of shape (len(numbers), n_classes)
        bias : ndarray of shape (n_classes,)
        """
        used = np.arange(len(self.weights)) != (-1 if without is None else without)
        rows = np.append(numbers, self.products.shape[1] - 1)
        total = self.weights[used].sum()
        products = np.einsum("fij,f->ij", self.products, used.astype(np.float32), optimize=True)
        products = products[np.ix_(rows, rows)].astype(np.float64) / total
        products[np.diag_indices(len(numbers))] += penalty
        products[-1, -1] += TINY
        targets = self.targets[used].sum(axis=0)[rows] / total
        factor = cho_factor(products, overwrite_a=True, check_finite=False)
        solution = cho_solve(factor, targets, check_finite=False)
        return solution[:-1], solution[-1]
