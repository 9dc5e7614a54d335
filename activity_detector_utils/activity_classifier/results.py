"""Predictions as the Series and frames that Turi Create's users know."""

import numpy as np
import pandas as pd

from ..windows import blocks_per_group
from .session_samples import label_array


def predicted(model, predictions, index, output_type, output_frequency):
    """The result of :meth:`ActivityClassifier.predict`."""
    values, per_row = predictions.probabilities, output_frequency == "per_row"
    if output_type == "class":
        values = _best_labels(values, model.classes)
    if per_row:
        values = predictions.at_rows(values)
    if output_type == "probability_vector":
        values = _vectors(values)
    if per_row:
        return pd.Series(values, index=index, name=output_type)
    columns = {"prediction_id": None, output_type: values, model.session_id: None}
    return _per_window(model, predictions, columns)


def classified(model, predictions, index, output_frequency):
    """The result of :meth:`ActivityClassifier.classify`."""
    labels = _best_labels(predictions.probabilities, model.classes)
    probability = predictions.probabilities.max(axis=1).astype(float)
    if output_frequency == "per_row":
        columns = {"class": labels, "probability": probability}
        rows = {name: predictions.at_rows(values) for name, values in columns.items()}
        return pd.DataFrame(rows, index=index)
    columns = {"class": labels, "prediction_id": None, "probability": probability}
    return _per_window(model, predictions, columns | {model.session_id: None})


def top_k(model, predictions, index, k, output_type, output_frequency):
    """The result of :meth:`ActivityClassifier.predict_topk`."""
    k, per_row = min(k, model.num_classes), output_frequency == "per_row"
    probabilities = predictions.probabilities
    if per_row:
        probabilities = predictions.at_rows(probabilities)
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :k]
    columns = {"class": label_array(model.classes)[best].ravel()}
    if output_type == "probability":
        of_best = np.take_along_axis(probabilities, best, axis=1)
        columns["probability"] = of_best.ravel().astype(float)
    else:
        columns["rank"] = np.tile(np.arange(k), len(best))
    if per_row:
        rows = np.repeat(np.arange(len(index)), k)
        return pd.DataFrame({"row_id": rows, **columns}, index=index[rows])
    columns = {model.session_id: None, "prediction_id": None, **columns}
    return _per_window(model, predictions, columns, repeat=k)


def _per_window(model, predictions, columns, repeat=1):
    """Frame of columns in this order; None stands for the window number or the session id."""
    sessions = predictions.samples.sessions
    n = blocks_per_group(sessions.lengths, predictions.prediction_window)
    first = np.repeat(np.cumsum(n) - n, n)
    filled = {
        "prediction_id": np.repeat(np.arange(n.sum()) - first, repeat),
        model.session_id: np.repeat(np.repeat(sessions.ids, n), repeat),
    }
    return pd.DataFrame({k: filled[k] if v is None else v for k, v in columns.items()})


def _best_labels(probabilities, classes):
    """The most probable class of each row; the lowest on a tie."""
    return label_array(classes)[probabilities.argmax(axis=1)]


def _vectors(probabilities):
    """One array a row, in an object array, so that a Series can hold them."""
    rows = np.empty(len(probabilities), dtype=object)
    rows[:] = list(probabilities.astype(float))
    return rows
