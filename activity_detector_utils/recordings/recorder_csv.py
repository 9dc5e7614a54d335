"""The recorder's CSV format: one file -> one frame, or one error that names the line."""

import csv
import io
import re
import warnings

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError

RECORDER_COLUMNS = [
    "sessionId",
    "activity",
    *["roll", "pitch", "yaw"],
    *["rotX", "rotY", "rotZ"],
    *["gravX", "gravY", "gravZ"],
    *["accelX", "accelY", "accelZ"],
]
TEXT_COLUMNS = ["userId", "sessionId", "activity"]

# A leading date is refused: it would make one "user" of everybody recorded that day.
_USER_OF_FILE = re.compile(r"(?!\d{4}-\d{2}-\d{2})([^-]+)-.+")


def read_recorder_file(path, activities):
    """Read one CSV file as `recordings.read_recordings` documents it.

    Parameters
    ----------
    path : Path
        The file.
    activities : mapping or None
        Label in the file -> activity; None keeps labels as they are.

    Returns
    -------
    DataFrame
        `userId`, `sessionId`, `activity`, then the numeric columns.

    Raises
    ------
    ToolkitError
        If anything in the file is not as it should be; names the file and the line.
    """
    names, rows, lines = _split(path)
    fields = dict(zip(names, zip(*rows, strict=True), strict=True))
    if "userId" not in fields:
        fields["userId"] = [_user_of(path)] * len(rows)
    texts = {name: _texts(path, name, fields.pop(name), lines) for name in TEXT_COLUMNS}
    if activities is not None:
        texts["activity"] = _known_activities(path, texts["activity"], lines, activities)
    numbers = {name: _numbers(path, name, values, lines) for name, values in fields.items()}
    left_out = [name for name, values in numbers.items() if values is None]
    if left_out:
        warnings.warn(f"{path.name}: left out columns of text: {', '.join(left_out)}", stacklevel=3)
    kept = {name: values for name, values in numbers.items() if values is not None}
    return pd.DataFrame(texts | kept).astype(dict.fromkeys(TEXT_COLUMNS, "str"))


def _split(path):
    """Column names, rows of as many fields, and the line number of each row."""
    text = _text(path)
    reader = csv.reader(io.StringIO(text.rstrip("\r\n")), strict=True, skipinitialspace=True)
    rows, lines = [], []
    try:
        for row in reader:
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error as problem:
        raise ToolkitError(f"{path.name}, line {reader.line_num}: {problem}") from problem
    names = RECORDER_COLUMNS
    if not any(_is_number(field) for field in rows[0]):
        names, rows, lines = _header(path, rows[0]), rows[1:], lines[1:]
        if not rows:
            raise ToolkitError(f"{path.name} holds a header and no rows")
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(names):
            cut = "; the end of the file is missing" if row and line == lines[-1] else ""
            raise ToolkitError(
                f"{path.name}, line {line}: {len(row)} fields instead of {len(names)}"
                f" ({', '.join(names)}){cut}"
            )
    if rows[-1][-1] == "" and not text.endswith(("\n", "\r")):
        raise ToolkitError(f"{path.name}, line {lines[-1]}: the end of the file is missing")
    return names, rows, lines


def _text(path):
    """The text of a file, whatever its line ends."""
    data = path.read_bytes()
    if not data.strip():
        raise ToolkitError(f"{path.name} is empty")
    try:
        text = data.decode("utf-8-sig")
        not_text = data.find(b"\0")
    except UnicodeDecodeError as problem:
        not_text = problem.start
    if not_text >= 0:
        line = data.count(b"\n", 0, not_text) + 1
        raise ToolkitError(f"{path.name}, line {line}: this is not text (wanted CSV in UTF-8)")
    return text


def _header(path, fields):
    names = [field.strip() for field in fields]
    where = f"{path.name}, line 1 is a header (it holds no number)"
    if "" in names:
        raise ToolkitError(
            f"{where} and column {names.index('') + 1} has no name"
            " (pandas writes its index so: save with index=False)"
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ToolkitError(f"{where} and names {', '.join(twice)} more than once")
    missing = [name for name in ("sessionId", "activity") if name not in names]
    if missing:
        raise ToolkitError(f"{where} without {' and '.join(missing)}; it has {', '.join(names)}")
    return names


def _user_of(path):
    match = _USER_OF_FILE.fullmatch(path.stem)
    if match is None:
        raise ToolkitError(
            f"cannot read the user from the file name {path.name}: begin it with the user and a"
            " hyphen, as in u_01-chop-it-data.csv, or give the file a header with a userId column"
        )
    return match[1].strip()


def _texts(path, name, values, lines):
    texts = [value.strip() for value in values]
    if "" in texts:
        raise ToolkitError(f"{path.name}, line {lines[texts.index('')]}: {name} is empty")
    return texts


def _known_activities(path, labels, lines, activities):
    names = {str(label): name for label, name in activities.items()}
    names |= {name: name for name in activities.values()}
    for line, label in zip(lines, labels, strict=True):
        if label not in names:
            known = ", ".join(f"{label} = {name}" for label, name in activities.items())
            raise ToolkitError(
                f"{path.name}, line {line}: unknown activity {label!r}; known are {known}"
            )
    return [names[label] for label in labels]


def _numbers(path, name, values, lines):
    """The values as an array, or None where no value of a column of one's own is a number."""
    try:
        return np.array([float(value or "nan") for value in values])
    except ValueError:
        bad = [not _is_number(value or "nan") for value in values]
    if all(bad) and name not in RECORDER_COLUMNS:
        return None
    at = bad.index(True)
    raise ToolkitError(f"{path.name}, line {lines[at]}: {name} is {values[at]!r}, not a number")


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True
