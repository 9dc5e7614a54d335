"""What a model says of itself: one schema for constructors, saved models and exported files."""

import math
import numbers
import reprlib
from collections import Counter

from .arguments import is_number
from .errors import ToolkitError, WrongType

MOST_NAMES = 100_000  # features or classes; each is a column or an output of the network
MOST_SAMPLES = 1_000_000  # in a window
INT64 = 2**63
# Fields that others read, with what they must be. All others may be anything that JSON holds.
TEXT_FIELDS = ("author", "data", "description", "held_out", "license")
LIST_FIELDS = ("test_people", "train_people")
COUNT_FIELDS = ("max_iterations", "num_examples", "num_sessions", "training_iterations")


def check_model_facts(facts, where="the model"):
    """Check what a model says of itself, and return it as plain Python.

    Parameters
    ----------
    facts : dict
        ``features``, ``classes``, ``session_id`` and ``target``; where known also
        ``prediction_window``, ``sampling_rate``, ``units`` and ``fields``. Other keys are passed
        on as they are.
    where : str
        What an error calls the model, such as "the saved model 'm'".

    Returns
    -------
    dict
        A copy: ``features`` and ``classes`` as new lists of str, or of int for classes;
        ``prediction_window`` as int; ``sampling_rate`` as float or None; ``units`` and ``fields``
        as new dicts, empty where None came.

    Raises
    ------
    ToolkitError
        Naming the fact, what it is and what it must be.
    """
    missing = [key for key in ("features", "classes", "session_id", "target") if key not in facts]
    if missing:
        raise ToolkitError(f"{where} does not say its {' and '.join(missing)}")
    checked = dict(facts)
    for key, check in _CHECKS.items():
        if key in facts:
            try:
                checked[key] = check(key, facts[key])
            except ToolkitError as error:
                raise ToolkitError(f"{where}: {error}") from None
    columns = [*checked["features"], checked["session_id"], checked["target"]]
    if len(set(columns)) < len(columns):
        raise ToolkitError(
            f"{where}: session_id {_short(checked['session_id'])}, target "
            f"{_short(checked['target'])} and the features are not all different columns: "
            f"{_short(checked['features'])}"
        )
    unknown = set(checked.get("units", ())) - set(checked["features"])
    if unknown:
        raise ToolkitError(
            f"{where}: units names {_short(sorted(unknown))}; the features are "
            f"{_short(checked['features'])}"
        )
    return checked


def _features(key, value):
    names = [_text(f"a name in {key}", name) for name in _sequence(key, value)]
    _refuse_repeated(key, names)
    return names


def _classes(key, value):
    labels = _sequence(key, value)
    if all(isinstance(label, str) for label in labels):
        labels = [_text(f"a label in {key}", label) for label in labels]
    elif all(_is_whole(label) and -INT64 <= label < INT64 for label in labels):
        labels = [int(label) for label in labels]
    else:
        raise ToolkitError(
            f"{key} is {_short(labels)}; it must be a list, all of str or all of int"
        )
    _refuse_repeated(key, labels)
    return labels


def _sequence(key, value):
    """A list of one or more, of what is a list, tuple, array or index, and no text."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, (list, tuple)) or not 0 < len(value) <= MOST_NAMES:
        raise ToolkitError(f"{key} is {_short(value)}; it must be a list of 1 to {MOST_NAMES:,}")
    return list(value)


def _refuse_repeated(key, values):
    if len(set(values)) < len(values):
        name = Counter(values).most_common(1)[0][0]
        raise ToolkitError(f"{key} names {_short(name)} more than once: {_short(values)}")


def _text(key, value):
    """A text that is not empty and that can be written to a file."""
    if not isinstance(value, str) or not value:
        raise ToolkitError(f"{key} is {_short(value)}; it must be a text, and not empty")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ToolkitError(f"{key} is {ascii(value)[:80]}; it holds half a character") from None
    return str(value)


def _window(key, value):
    if not _is_whole(value) or not 1 <= value <= MOST_SAMPLES:
        raise ToolkitError(
            f"{key} is {_short(value)}; it must be a whole number from 1 to {MOST_SAMPLES:,}"
        )
    return int(value)


def check_rate(key, value):
    """A sampling rate (Hz) as float, or None; raises ToolkitError for anything else."""
    if value is None:
        return None
    if not is_number(value) or not 0 < value < math.inf:
        raise ToolkitError(f"{key} is {_short(value)}; it must be samples a second, or None")
    return float(value)


def check_units(key, value):
    """Units as a new dict, empty where None came; raises ToolkitError for anything else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise WrongType(f"{key} is {_short(value)}; it must be a dict of feature to unit, or None")
    return {_text(f"a name in {key}", k): _text(f"a unit in {key}", v) for k, v in value.items()}


def _fields(key, value):
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise ToolkitError(f"{key} is {_short(value)}; it must have a name for each value")
    for name in TEXT_FIELDS:
        text = value.get(name)
        if text is not None and not (isinstance(text, str) and text == ""):
            _text(name, text)
    for name in LIST_FIELDS:
        people = value.get(name, [])
        if not isinstance(people, list) or not all(isinstance(p, (str, int)) for p in people):
            raise ToolkitError(f"{name} is {_short(people)}; it must be a list of people")
    for name in COUNT_FIELDS:
        count = value.get(name)
        if count is not None and not (_is_whole(count) and count >= 0):
            raise ToolkitError(f"{name} is {_short(count)}; it must be a whole number")
    return dict(value)


def _is_whole(value):
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def _short(value):
    """A value as an error shows it, however long or deep it is."""
    return _SHORTENER.repr(value)


_SHORTENER = reprlib.Repr()
_SHORTENER.maxstring = _SHORTENER.maxother = 80
_SHORTENER.maxlist = _SHORTENER.maxdict = 12
_CHECKS = {
    "features": _features,
    "classes": _classes,
    "session_id": _text,
    "target": _text,
    "prediction_window": _window,
    "sampling_rate": check_rate,
    "units": check_units,
    "fields": _fields,
}
