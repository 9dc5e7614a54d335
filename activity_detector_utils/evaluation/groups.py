"""Person by person and session by session: scores, and one decision for each session."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..base.errors import ToolkitError
from .labels import check_probabilities, count_labels, group_members
from .metrics import SMALLEST_PROBABILITY, LabelledRows


def evaluate_by(
    groups: ArrayLike, true_labels: ArrayLike, probabilities: ArrayLike, classes: Sequence
) -> pd.DataFrame:
    """Evaluate every person or every session on its own, the worst first.

    Parameters
    ----------
    groups : array-like of shape (n_rows,)
        Person or session of every row; the name of a Series becomes the column's name.
    true_labels, probabilities, classes
        As in :func:`evaluate`.

    Returns
    -------
    DataFrame
        The group, ``samples``, ``accuracy``, ``f1_score`` (mean over the labels that the group
        has), and the most frequent ``target_label`` and ``predicted_label``.
    """
    rows = LabelledRows(true_labels, probabilities, classes)
    ids, members = group_members(groups, len(rows.true))
    table = []
    for member in members:
        true, predicted = rows.true[member], rows.predicted[member]
        hits, actual, guessed = count_labels(true, predicted, len(rows.labels))
        f1_scores = (2 * hits / np.maximum(actual + guessed, 1))[actual > 0]
        common = [rows.labels[counts.argmax()] for counts in (actual, guessed)]
        table.append([len(member), (true == predicted).mean(), f1_scores.mean(), *common])
    columns = ["samples", "accuracy", "f1_score", "target_label", "predicted_label"]
    result = pd.DataFrame(table, columns=columns)
    result.insert(0, getattr(groups, "name", None) or "group", ids)
    return result.sort_values(["accuracy", "f1_score"], kind="stable", ignore_index=True)


def session_decisions(
    session_ids: ArrayLike,
    probabilities: ArrayLike,
    classes: Sequence,
    method: str = "log_probability",
) -> pd.DataFrame:
    """Decide on one activity for each whole session.

    Parameters
    ----------
    session_ids : array-like of shape (n_rows,)
    probabilities : array-like of shape (n_rows, n_classes)
        One row a sample or one a window.
    classes : sequence
    method : {'log_probability', 'vote'}
        Add up the logarithms of the probabilities, so that sure rows weigh more than unsure ones,
        or let every row cast one vote. A tie goes to the lowest class.

    Returns
    -------
    DataFrame
        Index: the sessions in order of appearance. Columns ``predicted_label`` and ``share``: the
        votes for it, or its probability after averaging, as a share of 1.
    """
    if method not in ("log_probability", "vote"):
        raise ToolkitError(f"unknown method {method!r}; there are 'log_probability' and 'vote'")
    checked, classes = check_probabilities(probabilities, classes)
    ids, members = group_members(session_ids, len(checked))
    if method == "vote":
        scores = np.eye(len(classes))[checked.argmax(axis=1)]
    else:
        scores = np.log(np.maximum(checked, SMALLEST_PROBABILITY))
    means = np.stack([scores[member].mean(axis=0) for member in members])
    if method == "log_probability":
        means = np.exp(means - means.max(axis=1, keepdims=True))
        means /= means.sum(axis=1, keepdims=True)
    labels = [classes[best] for best in means.argmax(axis=1)]
    index = pd.Index(ids, name=getattr(session_ids, "name", None) or "session")
    return pd.DataFrame({"predicted_label": labels, "share": means.max(axis=1)}, index=index)
