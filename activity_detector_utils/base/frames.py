"""Frames at the door: the checks that every frame passes before anything is done with it."""

import numpy as np
import pandas as pd

from .errors import ToolkitError, WrongType

NUMBERS = ("integer", "floating", "mixed-integer-float")  # as pandas calls them
# How Arrow's types begin that hold more than one value, or bytes.
_SEVERAL = ("list", "large_list", "fixed", "struct", "map", "binary", "large_binary")


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


def missing_values(frame):
    """Mark missing values of every kind: None, NaN, NA, NaT, and NaN inside a nullable column.

    pandas' ``isna`` does not see the last kind: in a column of Arrow's, 0 / 0 is a value to it.

    Returns
    -------
    DataFrame of bool, with the index and the columns of ``frame``
    """
    marks = {name: column.isna().to_numpy(bool) for name, column in frame.items()}
    for name, values in _floats(frame):
        marks[name] = marks[name] | np.isnan(values)
    return pd.DataFrame(marks, index=frame.index, columns=frame.columns)


def infinite_values(frame):
    """Mark values that are infinite, or that would be as float32, the numbers of the models.

    Returns
    -------
    DataFrame of bool, with the index and the columns of ``frame``
    """
    marks = {name: np.zeros(len(frame), dtype=bool) for name in frame.columns}
    largest = np.finfo(np.float32).max
    for name, values in _floats(frame):
        marks[name] = np.abs(values) > largest
    return pd.DataFrame(marks, index=frame.index, columns=frame.columns)


def holds_numbers(column):
    """Whether a column holds numbers, perhaps with a None among them; truth values are none."""
    if column.dtype == object:
        return pd.api.types.infer_dtype(column, skipna=True) in NUMBERS
    types = pd.api.types
    return types.is_numeric_dtype(column) and not types.is_bool_dtype(column)


def _floats(frame):
    """The columns that can hold NaN or infinity, by name, as float64 arrays."""
    for name, column in frame.items():
        if column.dtype == object and holds_numbers(column):
            column = pd.to_numeric(column, errors="coerce")
        if getattr(column.dtype, "kind", "O") == "f":
            yield name, column.to_numpy(dtype=np.float64, na_value=np.nan)


def check_recordings(frame, columns):
    """Raise ToolkitError unless a frame has rows, these columns, and one value in every cell."""
    check_frame(frame)
    require_columns(frame, columns)
    _check_cells(frame)
    if both := [name for name in frame.index.names if name in columns]:
        raise ToolkitError(
            f"the index of the dataset is called {both[0]!r}, as a column is; "
            "frame.reset_index(drop=True) leaves the index out"
        )


def _check_cells(frame, name="dataset"):
    """Raise ToolkitError if a cell holds a list, a dict, bytes or anything but one value."""
    for column, values in frame.items():
        kind = str(values.dtype)
        if isinstance(values.dtype, pd.ArrowDtype):
            several = kind.startswith(_SEVERAL)
        else:
            several = values.dtype == object and (kind := _kind_of_cells(values)) is not None
        if several:
            raise ToolkitError(
                f"column {column!r} of the {name} holds {kind}; one number or text in each cell is "
                f"needed: leave it out with frame.drop(columns=[{column!r}]), or make a column of "
                "each of its parts"
            )


def _kind_of_cells(values):
    """The type of the first cell that is no single value, or None."""
    if pd.api.types.infer_dtype(values, skipna=True) not in ("mixed", "mixed-integer", "bytes"):
        return None
    for value in values:
        if isinstance(value, (bytes, bytearray)) or not pd.api.types.is_scalar(value):
            return type(value).__name__
    return None


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
            "expecting a column of type str or int: "
            f"frame.astype({{'{column}': {'int' if kind == 'floating' else 'str'}}}) makes it one"
        )
    return values.to_numpy(dtype=np.int64 if kind == "integer" else object)


def first_row(mask):
    """Position of the first true value."""
    return int(np.argmax(np.asarray(mask)))
