"""Labels alone: which are taken for which, and the accuracy that any model has to beat."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..base.errors import ToolkitError
from .labels import count_pairs, encode_labels


def confusion_table(true_labels: ArrayLike, predicted_labels: ArrayLike) -> pd.DataFrame:
    """Count every pair of true and predicted label.

    Parameters
    ----------
    true_labels, predicted_labels : array-like of shape (n_rows,)

    Returns
    -------
    DataFrame
        ``target_label, predicted_label, count``; sorted, without the empty cells.
    """
    true, labels = encode_labels(true_labels, "true labels")
    predicted, labels = encode_labels(predicted_labels, "predicted labels", labels)
    if len(true) != len(predicted):
        raise ToolkitError(f"{len(true)} true labels but {len(predicted)} predicted ones")
    return count_pairs(true, predicted, labels)


class Baseline(NamedTuple):
    """What a model has to beat: one label for every row."""

    label: Any
    accuracy: float


def majority_baseline(train_labels: ArrayLike, labels: ArrayLike) -> Baseline:
    """Predict the most frequent label of the training rows, whatever the recording says.

    Parameters
    ----------
    train_labels, labels : array-like
        Labels of the training rows and of the rows to predict.

    Returns
    -------
    Baseline
        The label (the lowest on a tie) and the accuracy on `labels`.
    """
    codes, known = encode_labels(train_labels, "training labels")
    if not len(codes):
        raise ToolkitError("there are no training labels")
    best = np.bincount(codes).argmax()
    others, _ = encode_labels(labels, "labels", known)
    if not len(others):
        raise ToolkitError("there are no labels to predict")
    return Baseline(known[best], float((others == best).mean()))
