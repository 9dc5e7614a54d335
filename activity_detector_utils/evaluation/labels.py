"""Labels and probabilities as checked arrays, and what can be counted on them.

Labels are text or whole numbers. Inside the metrics they are codes: positions in a list of labels.
"""

from numbers import Integral

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError, WrongType
from ..windows import find_sessions

SUM_TOLERANCE = 0.02  # rounded to two decimals, or written by a model of 8 bits


def encode_labels(values, what, known=()):
    """Turn labels into codes.

    Parameters
    ----------
    values : array-like of shape (n_rows,)
    what : str
        What an error calls them.
    known : sequence
        Labels that come first in the list, in this order.

    Returns
    -------
    codes : ndarray of int, shape (n_rows,)
    labels : list
        `known`, then the labels that are not among them, sorted.

    Raises
    ------
    ToolkitError
        If a label is missing.
    WrongType
        If labels, `known` included, are not all text or all whole numbers.
    """
    codes, found = pd.factorize(pd.Series(values))
    if (codes < 0).any():
        raise ToolkitError(f"{what} are missing, first in row {int(np.argmin(codes))}")
    found, known = found.tolist(), list(known)
    kind, known_kind = label_kind(found, what), label_kind(known, "classes")
    if found and known and kind != known_kind:
        raise WrongType(
            f"{what} are {kind} and the classes {known_kind} ({known}); convert the labels, "
            f"for example with .astype({'str' if known_kind == 'text' else 'int'})"
        )
    labels = known + sorted(set(found) - set(known))
    place = {label: code for code, label in enumerate(labels)}
    return np.array([place[label] for label in found], dtype=np.int64)[codes], labels


def label_kind(labels, what):
    """Say whether labels are ``"text"`` or ``"whole numbers"``; anything else is an error."""
    if all(isinstance(label, str) for label in labels):
        return "text"
    if all(isinstance(label, Integral) and not isinstance(label, bool) for label in labels):
        return "whole numbers"
    found = sorted({type(label).__name__ for label in labels})
    raise WrongType(f"{what} must be all text or all whole numbers; found {', '.join(found)}")


def check_probabilities(probabilities, classes):
    """Check that probabilities fit the classes.

    Parameters
    ----------
    probabilities : array-like of shape (n_rows, n_classes)
    classes : sequence

    Returns
    -------
    probabilities : ndarray of float64, shape (n_rows, n_classes)
    classes : list

    Raises
    ------
    ToolkitError
        If the shapes differ, a class is named twice, there are no rows, a value is negative or not
        finite, or a row does not add up to 1.
    """
    classes = pd.Series(list(classes)).tolist()  # plain str and int
    label_kind(classes, "classes")
    if len(set(classes)) < len(classes):
        raise ToolkitError(f"a class is named twice: {classes}")
    probabilities = np.asarray(probabilities, dtype=np.float64)
    if probabilities.ndim != 2 or probabilities.shape[1] != len(classes):
        raise ToolkitError(
            f"probabilities have the shape {probabilities.shape}; (n_rows, {len(classes)}) is "
            f"wanted for the classes {classes}"
        )
    if not len(probabilities):
        raise ToolkitError("there are no rows to evaluate")
    finite = np.isfinite(probabilities).all(axis=1)
    if not finite.all():
        raise ToolkitError(f"probabilities are not finite, first in row {int(np.argmin(finite))}")
    sums = probabilities.sum(axis=1)
    good = (probabilities >= 0).all(axis=1) & (np.abs(sums - 1) <= SUM_TOLERANCE)
    if not good.all():
        row = int(np.argmin(good))
        raise ToolkitError(
            f"row {row} holds no probabilities: {probabilities[row].tolist()} "
            f"({(~good).sum()} such rows); each must be 0 or more, and a row adds up to 1"
        )
    return probabilities, classes


def group_members(groups, n_rows):
    """Find the rows of every person or session.

    Returns
    -------
    ids : list
        In order of first appearance.
    members : list of ndarray of int
        Row positions of each group.
    """
    groups = pd.Series(groups)
    if len(groups) != n_rows:
        raise ToolkitError(f"{len(groups)} groups but {n_rows} rows of probabilities")
    if groups.isna().any():
        raise ToolkitError(f"a group is missing, first in row {int(np.argmax(groups.isna()))}")
    found = find_sessions(groups)
    return found.ids.tolist(), np.split(found.order, np.cumsum(found.lengths)[:-1])


def count_labels(true, predicted, n_labels):
    """Count rows for every label.

    Parameters
    ----------
    true, predicted : ndarray of int, shape (n_rows,)
        Codes.
    n_labels : int

    Returns
    -------
    hits, actual, guessed : ndarray of int, shape (n_labels,)
        Rows predicted right, rows that have the label, rows predicted to have it.
    """
    wanted = (true[true == predicted], true, predicted)
    return tuple(np.bincount(codes, minlength=n_labels) for codes in wanted)


def count_pairs(true, predicted, labels):
    """Count every pair of true and predicted label that occurs.

    Parameters
    ----------
    true, predicted : ndarray of int, shape (n_rows,)
        Codes: positions in `labels`.
    labels : list

    Returns
    -------
    DataFrame
        ``target_label, predicted_label, count``, sorted.
    """
    cells = np.bincount(true * len(labels) + predicted, minlength=len(labels) ** 2)
    occurring = np.flatnonzero(cells)
    row, column = np.divmod(occurring, len(labels))
    table = pd.DataFrame(
        {
            "target_label": [labels[code] for code in row],
            "predicted_label": [labels[code] for code in column],
            "count": cells[occurring],
        }
    )
    return table.sort_values(["target_label", "predicted_label"], ignore_index=True)
