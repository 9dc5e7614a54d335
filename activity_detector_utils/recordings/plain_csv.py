"""The quick way to read a recorder's CSV, for files in which nothing is unusual.

Most files are. The others are read field by field (`recorder_csv`), which takes ten times as long
and can name the line of an error.
"""

import numpy as np
import pyarrow as pa
from pyarrow import csv

from ..base.errors import ToolkitError
from .columns import RECORDER_COLUMNS, TEXT_COLUMNS, TIME_COLUMN
from .times import seconds

UNUSUAL = object()
_ODD = b'"', b"\0", b"0x", b"0X"


def is_number(text):
    """Whether a field is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def read_plain(data, names=None):
    """Read the bytes of a file, if nothing in it is unusual.

    Parameters
    ----------
    data : bytes
    names : dict of str to str, optional
        The labels known; any other is unusual.

    Returns
    -------
    dict or None
        Column -> values: a Categorical for `userId`, `sessionId` and `activity`, an array of
        float64 for a column of numbers, None for a column of text. None instead of a dict if the
        file needs to be read with care, or not at all.
    """
    header, columns = _columns(data)
    # Quotes, what is no text, a last field cut off, numbers such as 0x1, which only Arrow takes.
    if columns is None or data.endswith(b",") or any(odd in data for odd in _ODD):
        return None
    types = dict.fromkeys(TEXT_COLUMNS, pa.dictionary(pa.int32(), pa.string()))
    types |= dict.fromkeys(RECORDER_COLUMNS[2:], pa.float64())
    try:
        table = csv.read_csv(
            pa.BufferReader(_without_last_line_ends(data)),
            csv.ReadOptions(column_names=columns, skip_rows=int(header)),
            csv.ParseOptions(quote_char=False, ignore_empty_lines=False),
            csv.ConvertOptions(column_types=types, null_values=["", "nan"]),
        )
    except pa.ArrowInvalid:
        return None
    fields = {}
    for name in columns:
        fields[name] = _values(name, table[name])
        table = table.drop_columns(name)  # each is freed once it is copied
    return None if _is_unusual(fields, names) else fields


def _is_unusual(fields, names):
    """Whether a column mixes kinds, a text is empty or a label is not among the names."""
    if any(values is UNUSUAL for values in fields.values()):
        return True
    texts = [fields[name] for name in TEXT_COLUMNS if name in fields]
    if any((text.codes < 0).any() or not all(map(str.strip, text.categories)) for text in texts):
        return True
    labels = {label.strip() for label in fields["activity"].categories}
    return not labels or (names is not None and not labels <= names.keys())


def _columns(data):
    """Whether the first line is a header, and the names of the columns; None if unusual."""
    first = data[: data.find(b"\n") + 1 or len(data)].rstrip(b"\r\n")
    if b"\r" in first:
        return False, None
    try:
        fields = [field.strip() for field in first.decode("utf-8-sig").split(",")]
    except UnicodeDecodeError:
        return False, None
    if any(map(is_number, fields)):
        return False, RECORDER_COLUMNS
    usual = "" not in fields and len(set(fields)) == len(fields)
    return True, fields if usual and {"sessionId", "activity"} <= set(fields) else None


def _without_last_line_ends(data):
    """The bytes, not copied, without the ends of the last line and of empty ones after it."""
    end = len(data)
    while end and data[end - 1] in b"\r\n":
        end -= 1
    return pa.py_buffer(data).slice(0, end)


def _values(name, column):
    """The values of one column as `read_plain` returns them; UNUSUAL if it mixes kinds."""
    if name in TEXT_COLUMNS:
        return column.unify_dictionaries().to_pandas().array
    kind = column.type
    if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_null(kind):
        return column.to_pandas().to_numpy(dtype=np.float64, na_value=np.nan)
    if pa.types.is_binary(kind):
        return UNUSUAL  # not UTF-8
    values = column.to_pandas()
    if name == TIME_COLUMN:
        try:
            return seconds(values).to_numpy()
        except ToolkitError:
            return UNUSUAL
    if pa.types.is_string(kind):
        texts = values.dropna().unique()
        if any(map(is_number, texts)) or not any(map(str.strip, texts)):
            return UNUSUAL
    return None
