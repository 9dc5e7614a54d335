"""Check what a file says of its model, before anything is made of it."""

import math
import reprlib

from ..base.errors import ToolkitError

INT64 = 2**63


def check_facts(path, known):
    """Check what a file says of its model; the one door of all formats.

    Parameters
    ----------
    path : str or Path
        For errors.
    known : dict
        ``features, classes, prediction_window, session_id, target``; where known also
        ``sampling_rate, units, fields``.

    Returns
    -------
    dict

    Raises
    ------
    ToolkitError
        Naming the fact and what it is.
    """
    for key, is_right in RULES.items():
        if key in known and not is_right(known[key]):
            raise ToolkitError(f"'{path}': its metadata entry {key} is {short(known[key])}")
    return known


def short(value):
    """A value as an error shows it, however long it is."""
    return reprlib.repr(value)


def _is_text(value):
    """Whether it is a text that is not empty and can be printed."""
    return isinstance(value, str) and value != "" and not any(map(_is_half, value))


def _is_half(character):
    return "\ud800" <= character <= "\udfff"  # JSON can write one half of a pair


def _are_texts(values):
    return isinstance(values, list) and all(map(_is_text, values)) and _are_different(values)


def _are_different(values):
    return 0 < len(values) == len(set(values))


def _is_whole(value, low=-INT64):
    return type(value) is int and low <= value < INT64


def _are_labels(values):
    whole = isinstance(values, list) and all(map(_is_whole, values)) and _are_different(values)
    return whole or _are_texts(values)


def _is_rate(value):
    return value is None or (type(value) in (int, float) and 0 < value < math.inf)


def _are_units(value):
    return value is None or (isinstance(value, dict) and all(map(_is_text, value.values())))


def _are_fields(fields):
    texts = [text for key, text in fields.items() if key != "max_iterations"]
    return _is_whole(fields.get("max_iterations", 1), 1) and all(map(_is_text, texts))


RULES = {
    "features": _are_texts,
    "classes": _are_labels,
    "prediction_window": lambda value: _is_whole(value, 1),
    "session_id": _is_text,
    "target": _is_text,
    "sampling_rate": _is_rate,
    "units": _are_units,
    "fields": _are_fields,
}
