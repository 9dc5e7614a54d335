"""Frames at the door: the checks that every frame passes before anything is done with it."""

import numpy as np
import pandas as pd

from .errors import ToolkitError, WrongType


def check_frame(frame, name="dataset"):
    """Raise ToolkitError unless ``frame`` is a DataFrame with rows, columns and unique names."""
    if not isinstance(frame, pd.DataFrame):
        raise WrongType(
            f"{name} is a {type(frame).__name__}; a pandas DataFrame is needed "
            "(read_recordings() makes one from a folder of CSV files)"
        )
    if frame.empty:
        raise ToolkitError(
            f"{name} has {len(frame)} rows and {frame.shape[1]} columns; it is empty"
        )
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise ToolkitError(f"{name} has the column '{twice[0]}' more than once")


def require_columns(frame, wanted, name="dataset"):
    """Raise ToolkitError naming the wanted columns that the frame lacks and those it has."""
    missing = [column for column in wanted if column not in frame.columns]
    if missing:
        raise ToolkitError(
            f"{name} does not contain the following columns: {missing}; "
            f"it has {list(frame.columns)}"
        )


def read_ids(frame, column, name="dataset"):
    """Values of a session or label column, checked to be all str or all int.

    Returns
    -------
    ndarray of shape (n_rows,)
    """
    values = frame[column]
    if values.isna().any():
        raise ToolkitError(
            f"missing value in column '{column}' of the {name}, first in row "
            f"{first_row(values.isna())}; drop such rows with dropna(subset=['{column}'])"
        )
    kind = pd.api.types.infer_dtype(values, skipna=False)
    if kind == "categorical":
        plain = values.astype(values.cat.categories.dtype)
        return read_ids(frame.assign(**{column: plain}), column, name)
    if kind not in ("string", "integer"):
        raise ToolkitError(
            f"column '{column}' of the {name} cannot be of type {kind}; "
            "expecting a column of type str or int"
        )
    return values.to_numpy(dtype=np.int64 if kind == "integer" else object)


def first_row(mask):
    """Position of the first true value."""
    return int(np.argmax(np.asarray(mask)))
