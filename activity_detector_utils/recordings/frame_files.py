"""Frames on disk: Parquet files that are either complete or not there (chapter 1)."""

import math
from os import PathLike
from pathlib import Path

import pandas as pd

from ..base.errors import ToolkitError, WrongType
from ..base.reading import check_file
from ..base.writing import replacing


def save_frame(frame: pd.DataFrame, path: str | PathLike[str]) -> None:
    """Save a frame, its index included, as a Parquet file.

    Parameters
    ----------
    frame : DataFrame
        Any frame whose columns each hold one kind of value.
    path : str or Path
        The file to write or replace, usually `something.parquet`. Its folder must exist.

    Raises
    ------
    CannotWrite
        If the file cannot be written; an older file of that name is then still whole.
    ToolkitError
        If a column mixes kinds of values.
    """
    if not isinstance(frame, pd.DataFrame):
        raise WrongType(f"save_frame wants a DataFrame, not {type(frame).__name__}")
    with replacing(path) as temporary:
        try:
            frame.to_parquet(temporary, write_page_checksum=True)
        # These are pyarrow's ways to refuse a column: mixed, complex, of endless numbers.
        except (TypeError, ValueError, OverflowError, NotImplementedError) as problem:
            raise ToolkitError(f"cannot save this frame as Parquet: {problem}") from problem


def load_frame(path: str | PathLike[str]) -> pd.DataFrame:
    """Load a frame that `save_frame` wrote.

    Parameters
    ----------
    path : str or Path
        A Parquet file.

    Returns
    -------
    DataFrame

    Raises
    ------
    MissingFile
        If there is no such file.
    ToolkitError
        If `path` is a folder, or a file that is damaged or not Parquet.
    """
    path = Path(path)
    if path.is_dir():
        raise ToolkitError(
            f"{path} is a folder; load_frame reads one Parquet file"
            " (read_recordings reads a folder of CSV files)"
        )
    check_file(path, most=math.inf)
    try:
        return pd.read_parquet(path, page_checksum_verification=True)
    except PermissionError:
        raise
    # Not a bug of ours: what a damaged file makes pandas and pyarrow raise has no common class.
    except Exception as problem:
        why = str(problem).partition("\n")[0] or type(problem).__name__
        raise ToolkitError(f"{path} is damaged or not a Parquet file: {why}") from problem
