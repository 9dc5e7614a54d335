"""From a frame to the samples that a model reads, session by session."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..base.arguments import LARGEST_SAMPLE
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


@dataclass(frozen=True)
class LabelledSamples(SessionSamples):
    """The samples of a frame and their activities, read once and passed on.

    Attributes
    ----------
    codes : ndarray of int, shape (n_samples,)
        Class index of every sample, session by session.
    classes : list of str or list of int
    """

    codes: np.ndarray
    classes: list

    @property
    def labels(self):
        """The label of every sample, session by session."""
        return label_array(self.classes)[self.codes]

    def divide(self, sessions):
        """Two parts: without and with the chosen sessions; ``sessions`` is a mask of them."""
        chosen = np.repeat(sessions, self.sessions.lengths)
        return self._take(~sessions, ~chosen), self._take(sessions, chosen)

    def _take(self, sessions, samples):
        kept = self.sessions
        order = kept.order[samples].argsort().argsort()  # places among the rows that are left
        part = Sessions(kept.ids[sessions], order, kept.lengths[sessions])
        return LabelledSamples(self.values[samples], part, self.codes[samples], self.classes)


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
        or a feature that is not a number within 1e12 of zero; the error names the column and the
        first row.
    """
    check_frame(frame, name)
    require_columns(frame, [*features, session_id], name)
    sessions = find_sessions(_read_session_ids(frame, session_id, name))
    values = np.empty((len(frame), len(features)), dtype=np.float32)
    for number, feature in enumerate(features):
        values[:, number] = _read_feature(frame[feature], feature, name)
    return SessionSamples(values[sessions.order], sessions)


def read_labelled(frame, features, session_id, target, classes=None, name="dataset"):
    """Read samples as :func:`read_samples` does, with their labels.

    Parameters
    ----------
    frame, features, session_id, name
        As there.
    target : str
        The label column.
    classes : list, optional
        The labels there may be; by default, those there are.

    Returns
    -------
    LabelledSamples

    Raises
    ------
    ToolkitError
        As :func:`read_samples`, and if a label is missing or none of the classes.
    """
    check_frame(frame, name)
    require_columns(frame, [*features, session_id, target], name)
    labels = read_ids(frame, target, name)
    samples = read_samples(frame, features, session_id, name)
    classes = read_classes(labels) if classes is None else classes
    codes = class_codes(labels, classes, name)[samples.sessions.order]
    return LabelledSamples(samples.values, samples.sessions, codes, classes)


def label_array(classes):
    """Classes as an array to be indexed with codes: of objects if they are text, else of int."""
    return np.array(classes, dtype=object if isinstance(classes[0], str) else np.int64)


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


def _read_session_ids(frame, session_id, name):
    """Session ids, all text or all int: a numeric session cut in two gives 7 and '7-part2'."""
    ids = frame[session_id]
    if pd.api.types.infer_dtype(ids, skipna=False) == "mixed-integer":
        distinct = ids.unique()
        names = {str(value) for value in distinct}
        if {*map(type, distinct)} <= {str, int, np.int64} and len(names) == len(distinct):
            return ids.astype(str).to_numpy(dtype=object)
    return read_ids(frame, session_id, name)


def _read_feature(column, feature, name):
    if column.dtype == object and pd.api.types.infer_dtype(column) in NUMBERS:
        column = pd.to_numeric(column, errors="coerce")  # numbers with a None among them
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_complex_dtype(column)
    if not numeric or pd.api.types.is_bool_dtype(column):
        raise ToolkitError(
            f"feature '{feature}' of the {name} is of type {column.dtype}; numbers are needed"
        )
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    good = np.abs(values) <= LARGEST_SAMPLE  # false for what is not a number
    if not good.all():
        row = first_row(~good)
        beyond, repair = "", "recordings.clean()"
        if np.isfinite(values[row]):
            limit = f"{LARGEST_SAMPLE:g}"
            beyond, repair = f", beyond {limit}", f"frame[frame['{feature}'].abs() <= {limit}]"
        raise ToolkitError(
            f"feature '{feature}' of the {name} holds {values[row]:g} in row {row}{beyond} "
            f"({(~good).sum()} such rows); drop or repair them first, for example with {repair}"
        )
    return values
