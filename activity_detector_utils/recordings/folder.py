"""A folder of recorder CSV files -> one tidy frame (chapter 1)."""

import warnings
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError
from .columns import GESTURES, RECORDER_COLUMNS, TEXT_COLUMNS
from .facts import course_columns, state
from .labels import activity_names, warn_near_equal, warn_trimmed
from .recorder_csv import read_recorder_file
from .sessions import own_sessions


def read_recordings(
    folder: str | PathLike[str], activities: Mapping | None = GESTURES
) -> pd.DataFrame:
    """Read every CSV file of a folder into one frame.

    A file without a header has the columns of `RECORDER_COLUMNS`. A first line without any number
    is a header; it must name `sessionId` and `activity`, and of its other columns the numeric ones
    are kept. An empty field or `nan` is a missing value (`report` counts them, `clean` drops them).

    The user is the file name up to its first hyphen (`u_01-chop-it-data.csv` -> `u_01`), unless a
    header names a column `userId`. A session belongs to one file and one user: a `sessionId` found
    in several files becomes `<file name>-<sessionId>`, and one that several users of one file
    share becomes `<userId>-<sessionId>`. Dates in a column `timestamp` become seconds since 1970.

    Parameters
    ----------
    folder : str or Path
        The folder; files in folders below it are not read.
    activities : mapping or None
        Label in the file -> activity, by default the four gestures. The activities' own names are
        understood too, unless they are labels themselves. None keeps the labels as they are
        written. Blanks around them are removed.

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
        If columns of text are left out, blanks are removed, labels are near-equal (`Walk` and
        `walk`), or only some files end in the middle of a line.
    """
    names = None if activities is None else activity_names(activities)
    files = _csv_files(folder)
    found = [read_recorder_file(path, names) for path in files]
    for path, each in zip(files, found, strict=True):
        differ = sorted(set(each.frame.columns) ^ set(found[0].frame.columns))
        if differ:
            raise ToolkitError(
                f"{files[0].name} and {path.name} must have the same columns; they differ in"
                f" {', '.join(differ)}"
            )
    _warn_about_files(files, found)
    frame = pd.concat([each.frame for each in found], ignore_index=True)
    frame = frame.assign(sessionId=_sessions_of_files(files, found, frame))
    warn_near_equal(frame)
    if set(frame.columns) == {"userId", *RECORDER_COLUMNS}:
        frame = state(frame, course_columns(RECORDER_COLUMNS, "the course's recorder", False))
    return frame


def _sessions_of_files(files, found, frame):
    """Session ids, each for one file and one person only."""
    stems = [path.stem for path in files]
    # u-a.csv and u-a.CSV are two files.
    owners = [path.name if stems.count(path.stem) > 1 else path.stem for path in files]
    owners = pd.Series(np.repeat(owners, [len(each.frame) for each in found]), dtype="str")
    return own_sessions(own_sessions(frame["sessionId"], owners), frame["userId"])


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


def _warn_about_files(files, found):
    """Warn of what was left out or changed, and when only some files lack the last line end."""
    for path, each in zip(files, found, strict=True):
        if each.left_out:
            warnings.warn(
                f"{path.name}: left out columns of text: {', '.join(each.left_out)}", stacklevel=3
            )
    warn_trimmed({name: sum(each.trimmed[name] for each in found) for name in TEXT_COLUMNS})
    # A number cut short is still a number.
    open_ended = [path for path in files if not _ends_a_line(path)]
    if 0 < len(open_ended) < len(files):
        names = ", ".join(path.name for path in open_ended[:5])
        warnings.warn(
            f"{len(open_ended)} of {len(files)} files do not end with a line end ({names}): if"
            " recording was cut off there, the last number of the last line may be incomplete",
            stacklevel=3,
        )


def _ends_a_line(path):
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read() in (b"\n", b"\r")
