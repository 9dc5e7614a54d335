"""DataFrames as the plain files that cross to genuine Turi Create and back."""

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError, WrongType
from .worker import read_columns, write_columns


def write_frame(frame, folder):
    """Write a frame as plain files, exactly; the index is left behind.

    Parameters
    ----------
    frame : DataFrame
        Columns of numbers or text. Smaller number types are widened to float64 and int64, which
        is exact; bool becomes 0 and 1, as it does in Turi Create. None, ``pd.NA`` and missing
        text become None; NaN among floats stays NaN.
    folder : path
        Existing empty folder.

    Raises
    ------
    WrongType
        If a column name is not text or a column holds anything else than numbers and text.
    ToolkitError
        If two columns have one name.
    """
    names = list(frame.columns)
    wrong = [name for name in names if not isinstance(name, str)]
    if wrong:
        raise WrongType(f"column names must be text for Turi Create; got {wrong}")
    if len(set(names)) < len(names):
        raise ToolkitError(f"column names must differ for Turi Create; got {names}")
    write_columns(folder, {name: _values(frame[name], name) for name in names})


def read_frame(folder):
    """Read a frame that ``write_frame`` or Turi Create's side wrote.

    Returns
    -------
    DataFrame
        With a plain index. Vectors are one array per row; integers with gaps are ``Int64``.
    """
    columns = {name: _series(values) for name, values in read_columns(folder).items()}
    return pd.DataFrame(columns)


def read_column(folder):
    """Read the one column of a folder: a Series, or an ndarray of shape (n_rows, n_values)."""
    (values,) = read_columns(folder).values()
    return values if np.ndim(values) == 2 else _series(values)


def _values(series, name):
    dtype = series.dtype
    if isinstance(dtype, np.dtype) and dtype.kind == "f" and dtype.itemsize <= 8:
        return series.to_numpy(dtype=np.float64)
    if isinstance(dtype, np.dtype) and dtype.kind in "biu" and dtype != np.uint64:
        return series.to_numpy(dtype=np.int64)
    # Among Python objects NaN is a number; everywhere else it stands for nothing.
    plain = isinstance(dtype, np.dtype)
    gaps = [value is None or value is pd.NA for value in series] if plain else series.isna()
    values = zip(series.astype(object), gaps, strict=True)
    return [None if gap else _number_or_text(value, name) for value, gap in values]


def _number_or_text(value, name):
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, (str, int, float)):
        return int(value) if isinstance(value, bool) else value
    raise WrongType(
        f"column {name!r} holds {type(value).__name__}; Turi Create is given numbers and text "
        "here: convert the column, or leave it out by naming features="
    )


def _series(values):
    if isinstance(values, np.ndarray):
        return pd.Series(list(values) if values.ndim == 2 else values)
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int} and None in values:
        return pd.Series(values, dtype="Int64")
    return pd.Series(values, dtype=None if kinds <= {str, float} and kinds else object)
