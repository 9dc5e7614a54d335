"""How good predictions are: Turi Create's metrics, per sample.

Everything works on plain arrays: true labels, probabilities ``(n_rows, n_classes)`` and the classes
in the order of the columns. The predicted class is the most probable one, the lowest on a tie.
A label that the model does not know makes its row a wrong one everywhere, and a warning names it.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..base.errors import ToolkitError
from .labels import (
    check_probabilities,
    count_labels,
    count_pairs,
    encode_labels,
)

METRICS = (
    "accuracy",
    "auc",
    "precision",
    "recall",
    "f1_score",
    "log_loss",
    "confusion_matrix",
    "roc_curve",
)
SMALLEST_PROBABILITY = 1e-15  # keeps the logarithm of a probability finite


def evaluate(
    true_labels: ArrayLike, probabilities: ArrayLike, classes: Sequence, metric: str = "auto"
) -> dict[str, Any]:
    """Compare class probabilities with true labels, row by row.

    Parameters
    ----------
    true_labels : array-like of shape (n_rows,)
        All text or all whole numbers, as the classes are.
    probabilities : array-like of shape (n_rows, n_classes)
    classes : sequence
        The label of each column.
    metric : str
        'auto' for the eight below; one of their names; or 'report' for the eight and
        ``report_by_class``.

    Returns
    -------
    dict of str to float or DataFrame
        accuracy
            Share of rows predicted right.
        precision, recall, f1_score
            Plain means over the model's classes; 0 for a class where the value is undefined, as
            scikit-learn's ``average="macro", labels=classes, zero_division=0``.
        auc
            Mean of the areas under the exact ROC curves, each class against the rest. A class
            without rows (or with all of them) has no curve and is left out; nan if none is left.
        log_loss
            Mean of ``-ln p`` of the true class, p kept within [1e-15, 1 - 1e-15].
        confusion_matrix
            ``target_label, predicted_label, count``; sorted, without the empty cells.
        roc_curve
            ``class, threshold, fpr, tpr, p, n``: corners of each class's curve, from none
            predicted (threshold infinite) to all; p rows of the class, n others.
        report_by_class
            ``class, actual_count, predicted_correctly, predicted_this_incorrectly,
            missed_predicting_this, precision, recall``.

    Warns
    -----
    UserWarning
        If rows have a label that the model does not know, a class has no rows, or all rows have one
        label.

    Raises
    ------
    ToolkitError
        If the metric is unknown, there are no rows, or probabilities are none: below 0, or a row
        does not add up to 1.
    ToolkitError, WrongType
        If shapes differ, values are missing, or text meets numbers.
    """
    names = _metric_names(metric)
    rows = LabelledRows(true_labels, probabilities, classes)
    for message in rows.remarks(names):
        warnings.warn(message, stacklevel=2)
    return {name: getattr(rows, name)() for name in names}


class LabelledRows:
    """Rows as integer codes; a method for each metric.

    ``labels`` are the model's classes, then the labels it does not know; ``true`` and
    ``predicted`` are positions in it.
    """

    def __init__(self, true_labels, probabilities, classes):
        self.probabilities, self.classes = check_probabilities(probabilities, classes)
        self.true, self.labels = encode_labels(true_labels, "true labels", self.classes)
        if len(self.true) != len(self.probabilities):
            raise ToolkitError(
                f"{len(self.true)} true labels but {len(self.probabilities)} rows of probabilities"
            )
        self.predicted = self.probabilities.argmax(axis=1)
        self.n_classes = len(self.classes)

    def remarks(self, names):
        """What a reader of the numbers has to know about the labels."""
        rows_of = np.bincount(self.true, minlength=len(self.labels))
        unknown = [f"{label!r} ({n} rows)" for label, n in self._pairs(rows_of, self.n_classes)]
        if unknown:
            yield f"labels unknown to the model, counted as wrong: {', '.join(unknown)}"
        labels_with_rows = [label for label, n in self._pairs(rows_of) if n]
        if len(labels_with_rows) == 1:
            yield (
                f"all rows have the label {labels_with_rows[0]!r}: answering it always would be "
                "right always, so that the accuracy says nothing about telling activities apart"
            )
        absent = [repr(label) for label, n in self._pairs(rows_of)[: self.n_classes] if n == 0]
        if absent and not {"precision", "recall", "f1_score", "auc", "roc_curve"}.isdisjoint(names):
            yield (
                f"no rows of class {', '.join(absent)}: counted as 0 in precision, recall and "
                "f1_score, left out of auc and roc_curve"
            )
        if "auc" in names and not self._curves:
            yield "auc is nan: it needs rows of a class of the model and rows of another label"

    def _pairs(self, counts, first=0):
        return list(zip(self.labels, counts.tolist(), strict=True))[first:]

    def accuracy(self):
        return float((self.true == self.predicted).mean())

    def precision(self):
        return float(self._by_class[3].mean())

    def recall(self):
        return float(self._by_class[4].mean())

    def f1_score(self):
        hits, actual, guessed, *_ = self._by_class
        return float((2 * hits / np.maximum(actual + guessed, 1)).mean())

    def log_loss(self):
        padded = np.pad(self.probabilities, ((0, 0), (0, len(self.labels) - self.n_classes)))
        of_truth = padded[np.arange(len(padded)), self.true]
        return float(-np.log(of_truth.clip(SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY)).mean())

    def auc(self):
        areas = [np.trapezoid(tpr, fpr) for fpr, tpr, _ in self._curves.values()]
        return float(np.mean(areas)) if areas else float("nan")

    def confusion_matrix(self):
        return count_pairs(self.true, self.predicted, self.labels)

    def roc_curve(self):
        tables = [
            pd.DataFrame({"class": label, "threshold": thresholds, "fpr": fpr, "tpr": tpr})
            for label, (fpr, tpr, thresholds) in self._curves.items()
        ]
        if not tables:
            return pd.DataFrame(columns=["class", "threshold", "fpr", "tpr", "p", "n"])
        table = pd.concat(tables, ignore_index=True)
        rows_of = dict(self._pairs(np.bincount(self.true, minlength=len(self.labels))))
        p = table["class"].map(rows_of)
        return table.assign(p=p, n=len(self.true) - p)

    def report_by_class(self):
        hits, actual, guessed, precision, recall = self._by_class
        return pd.DataFrame(
            {
                "class": self.classes,
                "actual_count": actual,
                "predicted_correctly": hits,
                "predicted_this_incorrectly": guessed - hits,
                "missed_predicting_this": actual - hits,
                "precision": precision,
                "recall": recall,
            }
        )

    @cached_property
    def _by_class(self):
        """Rows hit, true and predicted, precision and recall of each of the model's classes."""
        counts = count_labels(self.true, self.predicted, len(self.labels))
        hits, actual, guessed = (count[: self.n_classes] for count in counts)
        precision, recall = hits / np.maximum(guessed, 1), hits / np.maximum(actual, 1)
        return hits, actual, guessed, precision, recall

    @cached_property
    def _curves(self):
        """(fpr, tpr, thresholds) of each class that has a curve."""
        from sklearn.metrics import roc_curve

        curves = {}
        for code, label in enumerate(self.classes):
            of_class = self.true == code
            if of_class.any() and not of_class.all():
                curves[label] = roc_curve(of_class, self.probabilities[:, code])
        return curves


def _metric_names(metric):
    names = {name: (name,) for name in METRICS}
    names |= {"auto": METRICS, "report": (*METRICS, "report_by_class")}
    if not isinstance(metric, str) or metric not in names:
        raise ToolkitError(f"Unsupported metric {metric!r}; there are {', '.join(names)}")
    return names[metric]
