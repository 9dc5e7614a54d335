"""From a frame to the samples that a model reads, session by session."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError
from ..base.frames import NUMBERS, check_frame, first_row, read_ids, require_columns
from ..windows import Sessions, find_sessions


@dataclass(frozen=True)
class SessionSamples:
    """The samples of a frame, session by session.

    Attributes
    ----------
    values : ndarray of float32, shape (n_samples, n_features)
    sessions : Sessions
        ``sessions.order`` leads from here back to the rows of the frame.
    """

    values: np.ndarray
    sessions: Sessions

    def to_rows(self, sample_results):
        """Put one result a sample back into the order of the frame's rows."""
        rows = np.empty_like(sample_results)
        rows[self.sessions.order] = sample_results
        return rows


def read_samples(frame, features, session_id, name="dataset"):
    """Check the columns that a model reads and return their samples, session by session.

    Parameters
    ----------
    frame : DataFrame
    features : list of str
        Feature columns, in the order in which the model takes them.
    session_id : str
        The session column.
    name : str
        What to call the frame in an error.

    Returns
    -------
    SessionSamples

    Raises
    ------
    ToolkitError
        If the frame is no DataFrame, is empty, lacks a column, or has a session id that is missing
        or a feature that is not a finite number; the error names the column and the first row.
    """
    check_frame(frame, name)
    require_columns(frame, [*features, session_id], name)
    sessions = find_sessions(read_ids(frame, session_id, name))
    values = np.empty((len(frame), len(features)), dtype=np.float32)
    for number, feature in enumerate(features):
        values[:, number] = _read_feature(frame[feature], feature, name)
    return SessionSamples(values[sessions.order], sessions)


def read_classes(labels):
    """Sorted distinct labels as plain Python values: int in numeric, str in text order."""
    return [label.item() if hasattr(label, "item") else label for label in sorted(set(labels))]


def class_codes(labels, classes, name="dataset"):
    """Class index of every label.

    Raises
    ------
    ToolkitError
        If a label is none of the classes.
    """
    codes = pd.Index(classes).get_indexer(labels)
    unknown = sorted({str(label) for label in labels[codes < 0]})
    if unknown:
        raise ToolkitError(
            f"cannot evaluate data with unexpected class labels {unknown} in the {name}; "
            f"the classes seen in training are {classes}"
        )
    return codes


def _read_feature(column, feature, name):
    if column.dtype == object and pd.api.types.infer_dtype(column) in NUMBERS:
        column = pd.to_numeric(column, errors="coerce")  # numbers with a None among them
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        raise ToolkitError(
            f"feature '{feature}' of the {name} is of type {column.dtype}; numbers are needed"
        )
    values = column.to_numpy(dtype=np.float32, na_value=np.nan)
    finite = np.isfinite(values)
    if not finite.all():
        row = first_row(~finite)
        raise ToolkitError(
            f"feature '{feature}' of the {name} holds {values[row]} in row {row} "
            f"({(~finite).sum()} such rows); drop or repair them first, for example with "
            "recordings.clean()"
        )
    return values
