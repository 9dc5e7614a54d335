"""What the name of a column says: the spellings of recorders, read by pattern.

Nothing is claimed that a name leaves open: ``gX`` may be a gyroscope or gravity and is unknown.
"""

import re

SENSORS = ("gyroscope", "accelerometer", "gravity", "attitude", "magnetometer")

# What is left of a name without axis, unit and all but letters -> sensor, gravity in or out; the
# first that fits.
_STEMS = [
    (r"jerk", None, None),
    (r"acc.*(inc|with)(luding|l)?gravity|totalacc|^gf(orce)?$", "accelerometer", True),
    (
        r"(linear|lin|user|body)acc|acc.*(ex|without|no)(cluding|cl)?gravity",
        "accelerometer",
        False,
    ),
    (r"rotationvector|quat|orient|attitude|euler", "attitude", None),
    (r"gyr|rotationrate|rotrate|angular(vel|rate|speed)|angvel|omega|^rot$|^w$", "gyroscope", None),
    (r"mag(?!nitude)", "magnetometer", None),
    (r"grav", "gravity", None),
    (r"acc(?!ur)|^a$", "accelerometer", None),
]
_ANGLES = re.compile(r"(?:^|[\s._-]|(?<=[a-z])(?=[A-Z]))(roll|pitch|yaw|azimuth|heading)$", re.I)
_TRAILING = re.compile(r"^(.*?)[\s._:-]*([wxyz])(?:[\s_-]*axis)?$", re.I)
_LEADING = re.compile(r"^([xyz])(?:[\s_-]*axis)?(?:[\s._:-]+(.*))?$", re.I)
_UNIT = re.compile(r"\s*[(\[]([^)\]]*)[)\]]\s*$")
_UNITS = {
    "g": "g",
    "mg": "mg",
    "m/s^2": "m/s^2",
    "m/s2": "m/s^2",
    "m/s/s": "m/s^2",
    "ms-2": "m/s^2",
    "ms^-2": "m/s^2",
    "rad/s": "rad/s",
    "deg/s": "deg/s",
    "°/s": "deg/s",
    "dps": "deg/s",
    "rad": "rad",
    "deg": "deg",
    "°": "deg",
    "ut": "uT",
    "s": "s",
    "ms": "ms",
    "us": "us",
    "ns": "ns",
}
# What measures in a unit, where the name does not say.
SENSOR_OF_UNIT = {
    "g": "accelerometer",
    "mg": "accelerometer",
    "m/s^2": "accelerometer",
    "rad/s": "gyroscope",
    "deg/s": "gyroscope",
    "uT": "magnetometer",
}
_SIGNS = str.maketrans({"²": "2", "µ": "u", "μ": "u", "−": "-"})

_CLOCK = {"time", "times", "timestamp", "timestamps", "date", "datetime", "clock", "elapsed"}
_CLOCK |= {"millis", "milliseconds", "seconds", "epoch", "ts", "unixtime", "uptime"}
_COUNTER = {"index", "idx", "count", "counter", "row", "sample", "samples", "seq", "sequence"}
_COUNTER |= {"packet", "unnamed", "line", "number", "frame"}
_ID = {"id", "ids", "uid", "user", "userid", "subject", "person", "participant", "session"}
_ID |= {"sessionid", "trial", "recording", "file", "device", "label", "labels", "class", "target"}
_ID |= {"activity", "subjectid", "fold", "repetition"}


def read_name(name):
    """Sensor, axis, unit, gravity and group of a column, as far as its name tells them.

    Returns
    -------
    dict
        Keys as in :class:`.facts.Column`, without the source.
    """
    body, unit = split_unit(name)
    angle = _ANGLES.search(body)
    if angle:
        before = _letters(body[: angle.start()])
        sensor = None if re.search(r"gyr|rate|acc|mag", before) else "attitude"
        return _said(sensor, angle[1].lower(), unit, None, before or "attitude")
    stem, axis = _split_axis(body)
    if axis is None:
        return _said(None, "", unit, None, "")
    for pattern, sensor, gravity in _STEMS:
        if re.search(pattern, _letters(stem)):
            if axis == "w" and sensor != "attitude":
                break
            return _said(sensor, axis, unit, gravity, stem)
    clear = stem == "" or body[len(stem)] in " ._:-" or body[-1].isupper() or unit is not None
    if not clear or axis == "w":
        return _said(None, "", unit, None, stem)
    return _said(SENSOR_OF_UNIT.get(unit), axis, unit, None, stem)


def split_unit(name):
    """Name without the unit in brackets at its end, and that unit; None if there is none."""
    found = _UNIT.search(name)
    if not found:
        return name.strip(), None
    text = found[1].strip()
    return name[: found.start()].strip(), parse_unit(text) or text or None


def parse_unit(text):
    """The unit as written here, from one of its spellings; None for another unit."""
    return _UNITS.get(text.strip().lower().translate(_SIGNS).replace(" ", ""))


def is_clock(name):
    """Whether a column is called like a time."""
    tokens = _tokens(name)
    return bool(tokens & _CLOCK) or any(token.endswith("timestamp") for token in tokens)


def is_counter(name):
    """Whether a column is called like a counter of rows."""
    return bool(_tokens(name) & _COUNTER)


def is_id(name):
    """Whether a column is called like an id or a label."""
    return bool(_tokens(name) & _ID)


def _said(sensor, axis, unit, gravity, group):
    return {"sensor": sensor, "axis": axis, "unit": unit, "gravity": gravity, "group": group}


def _split_axis(body):
    """What is left of a name without its axis, and the axis in small letters; None if none."""
    leading = _LEADING.match(body)
    if leading:
        return leading[2] or "", leading[1].lower()
    trailing = _TRAILING.match(body)
    return (trailing[1], trailing[2].lower()) if trailing else (body, None)


def _letters(text):
    return re.sub(r"[^a-z]", "", text.lower())


def _tokens(name):
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return set(re.findall(r"[a-z]+", split.lower()))
