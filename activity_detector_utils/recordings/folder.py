"""A folder of recorder CSV files -> one tidy frame (chapter 1)."""

import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError, WrongType
from .columns import GESTURES
from .recorder_csv import read_recorder_file


def read_recordings(folder, activities=GESTURES):
    """Read every CSV file of a folder into one frame.

    A file without a header has the columns of `RECORDER_COLUMNS`. A first line without any number
    is a header; it must name `sessionId` and `activity`, and of its other columns the numeric ones
    are kept. An empty field or `nan` is a missing value (`report` counts them, `clean` drops them).

    The user is the file name up to its first hyphen (`u_01-chop-it-data.csv` -> `u_01`), unless a
    header names a column `userId`. A session belongs to one file and one user: a `sessionId` found
    in several files becomes `<file name>-<sessionId>`, and one that several users of one file
    share becomes `<userId>-<sessionId>`.

    Parameters
    ----------
    folder : str or Path
        The folder; files in folders below it are not read.
    activities : mapping or None
        Label in the file -> activity, by default the four gestures. The activities' own names are
        understood too. None keeps the labels as they are written.

    Returns
    -------
    DataFrame
        `userId`, `sessionId`, `activity` as text, then the numeric columns as float64, in the
        units of the files. Files by name, rows in file order, a new index.

    Raises
    ------
    ToolkitError
        If the folder holds no CSV file, files have different columns, or a file is damaged; names
        the file and the line.

    Warns
    -----
    UserWarning
        If columns of text are left out, or only some files end in the middle of a line.
    """
    if not (activities is None or isinstance(activities, Mapping)):
        raise WrongType(f"activities must map labels to names or be None, not {activities!r}")
    files = _csv_files(folder)
    parts = [read_recorder_file(path, activities) for path in files]
    for path, part in zip(files, parts, strict=True):
        differ = sorted(set(part.columns) ^ set(parts[0].columns))
        if differ:
            raise ToolkitError(
                f"{files[0].name} and {path.name} must have the same columns; they differ in"
                f" {', '.join(differ)}"
            )
    _warn_about_cut_ends(files)
    stems = np.repeat([path.stem for path in files], [len(part) for part in parts])
    return _with_own_sessions(pd.concat(parts, ignore_index=True), pd.Series(stems, dtype="str"))


def _csv_files(folder):
    folder = Path(folder)
    if not folder.is_dir():
        raise ToolkitError(f"{folder} is not a folder; read_recordings wants a folder of CSV files")
    # Hidden files are the operating system's (macOS adds ._u_01.csv), not recordings.
    files = [path for path in folder.iterdir() if path.suffix.lower() == ".csv"]
    files = sorted(path for path in files if path.is_file() and not path.name.startswith("."))
    if not files:
        raise ToolkitError(f"{folder} holds no CSV file (*.csv)")
    return files


def _warn_about_cut_ends(files):
    """Warn when some files lack the last line end: a number cut short is still a number."""
    open_ended = [path for path in files if not path.read_bytes().endswith((b"\n", b"\r"))]
    if 0 < len(open_ended) < len(files):
        names = ", ".join(path.name for path in open_ended[:5])
        warnings.warn(
            f"{len(open_ended)} of {len(files)} files do not end with a line end ({names}): if"
            " recording was cut off there, the last number of the last line may be incomplete",
            stacklevel=3,
        )


def _with_own_sessions(frame, stems):
    """Rename sessions whose id also occurs in another file or for another user."""
    sessions = frame["sessionId"]
    for owner in (stems, frame["userId"]):
        recordings = pd.DataFrame({"owner": owner, "sessionId": sessions}).drop_duplicates()
        shared = recordings.loc[recordings["sessionId"].duplicated(), "sessionId"]
        sessions = sessions.where(~sessions.isin(shared), owner + "-" + sessions)
    return frame.assign(sessionId=sessions)
