"""The recorder's CSV format: one file -> one frame, or one error that names the line."""

import csv
import io
import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError
from .columns import RECORDER_COLUMNS, TEXT_COLUMNS, TIME_COLUMN
from .plain_csv import is_number, read_plain
from .times import seconds

# A leading date is refused: it would make one "user" of everybody recorded that day.
_USER_OF_FILE = re.compile(r"(?!\d{4}-\d{2}-\d{2})([^-]+)-.+")


class RecorderFile(NamedTuple):
    """What one file holds.

    Attributes
    ----------
    frame : DataFrame
        `userId`, `sessionId`, `activity`, then the numeric columns.
    left_out : list of str
        Columns of text.
    trimmed : dict of str to int
        Rows from which blanks were removed, by column.
    """

    frame: pd.DataFrame
    left_out: list
    trimmed: dict


def read_recorder_file(path, names=None):
    """Read one CSV file as `recordings.read_recordings` documents it.

    Parameters
    ----------
    path : Path
        The file.
    names : dict of str to str, optional
        Label in the file -> activity; by default labels are kept as they are.

    Returns
    -------
    RecorderFile

    Raises
    ------
    ToolkitError
        If anything in the file is not as it should be; names the file and the line.
    """
    data = path.read_bytes()
    fields = read_plain(data, names)
    if fields is None:
        fields = _read_with_care(path, data, names)
    del data
    if "userId" not in fields:
        n_rows = len(fields["sessionId"])
        fields["userId"] = pd.Categorical.from_codes(np.zeros(n_rows, int), [_user_of(path)])
    texts, trimmed = {}, {}
    for name in TEXT_COLUMNS:
        text = fields.pop(name)
        new = pd.Series([label.strip() for label in text.categories], dtype="str")
        # Blanks after a comma are a way to write CSV; others are part of what was typed.
        typed = [label.lstrip(" ") for label in text.categories]
        trimmed[name] = int((new != typed).to_numpy()[text.codes].sum())
        if name == "activity" and names is not None:
            new = new.map(names)
        texts[name] = new.take(text.codes).reset_index(drop=True)
    left_out = [name for name, values in fields.items() if values is None]
    numbers = {name: values for name, values in fields.items() if values is not None}
    return RecorderFile(pd.DataFrame(texts | numbers), left_out, trimmed)


def _read_with_care(path, data, names):
    """Columns as `read_plain` returns them, field by field; errors name the line."""
    columns, rows, lines = _split(path, data)
    fields = dict(zip(columns, zip(*rows, strict=True), strict=True))
    texts = {
        name: _texts(path, name, fields.pop(name), lines) for name in TEXT_COLUMNS if name in fields
    }
    if names is not None:
        _check_labels(path, texts["activity"], lines, names)
    return texts | {name: _numbers(path, name, each, lines) for name, each in fields.items()}


def _split(path, data):
    """Column names, rows of as many fields, and the line number of each row."""
    text = _decoded(path, data)
    lines_of_text = io.StringIO(text.rstrip("\r\n"), newline=None)  # \r alone ends a line, too
    reader = csv.reader(lines_of_text, strict=True, skipinitialspace=True)
    rows, lines = [], []
    try:
        for row in reader:
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error as problem:
        raise ToolkitError(f"{path.name}, line {reader.line_num}: {problem}") from problem
    columns = RECORDER_COLUMNS
    if not any(is_number(field) for field in rows[0]):
        columns, rows, lines = _header(path, rows[0]), rows[1:], lines[1:]
        if not rows:
            raise ToolkitError(f"{path.name} holds a header and no rows")
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(columns):
            cut = "; the end of the file is missing" if row and line == lines[-1] else ""
            raise ToolkitError(
                f"{path.name}, line {line}: {len(row)} fields instead of {len(columns)}"
                f" ({', '.join(columns)}){cut}"
            )
    if rows[-1][-1] == "" and not text.endswith(("\n", "\r")):
        raise ToolkitError(f"{path.name}, line {lines[-1]}: the end of the file is missing")
    return columns, rows, lines


def _decoded(path, data):
    """The text of a file, whatever its line ends."""
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
    empty = [not value.strip() for value in values]
    if any(empty):
        raise ToolkitError(f"{path.name}, line {lines[empty.index(True)]}: {name} is empty")
    return pd.Categorical(list(values))


def _check_labels(path, labels, lines, names):
    unknown = ~pd.Series(labels.astype(object)).str.strip().isin(names).to_numpy()
    if unknown.any():
        at = int(unknown.argmax())
        known = ", ".join(f"{label} = {name}" for label, name in names.items() if label != name)
        raise ToolkitError(
            f"{path.name}, line {lines[at]}: unknown activity {labels[at].strip()!r}; known are "
            f"{known or ', '.join(names)}"
        )


def _numbers(path, name, values, lines):
    """The values as an array, or None where no value of a column of one's own is a number."""
    values = [value.strip() for value in values]
    try:
        return np.array([float(value or "nan") for value in values])
    except ValueError:
        bad = [value != "" and not is_number(value) for value in values]
    wanted = "not a number"
    n_numbers = sum(map(is_number, values))
    if name == TIME_COLUMN and not n_numbers:
        column = pd.Series(values, name=name, dtype="str").replace("", None)
        moments = pd.to_datetime(column, format="ISO8601", utc=True, errors="coerce")
        bad = (moments.isna() & column.notna()).tolist()
        if not any(bad):
            return seconds(column).to_numpy()
        wanted = "neither a number nor a date as in 2026-11-25T17:09:22.040"
    elif name not in RECORDER_COLUMNS and not n_numbers:
        return None
    at = bad.index(True)
    raise ToolkitError(f"{path.name}, line {lines[at]}: {name} is {values[at]!r}, {wanted}")
