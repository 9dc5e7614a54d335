"""What columns mean: sensor, axis, unit, gravity in or out, and where each of these is known from.

Facts that somebody stated (a file, a data set's loader, the user) travel in ``frame.attrs``, which
selecting rows or columns and Parquet keep. What nobody stated is read from the columns' names
(:mod:`.names`); what cannot be read is unknown, and nothing that needs it is done.
"""

import json
from dataclasses import asdict, dataclass, field

from ..base.frames import holds_numbers
from .names import SENSORS, read_name

KEY = "activity_detector_utils.facts"  # in frame.attrs
CONVENTION = "the course's column names"
RECOGNISED = "its name"
AXES = ("x", "y", "z")

# What the course means by these names, wherever they come from.
_COURSE = {
    "rot": ("gyroscope", "rad/s"),
    "accel": ("accelerometer", "g"),
    "grav": ("gravity", "g"),
}


@dataclass(frozen=True)
class Column:
    """What one column measures; None is unknown.

    Attributes
    ----------
    sensor : {'accelerometer', 'gyroscope', 'gravity', 'attitude', 'magnetometer'} or None
    axis : str
        ``x, y, z``; of an attitude the name of the angle; empty if it has none.
    unit : str or None
        ``g, m/s^2, rad/s, deg/s, rad, deg, uT`` or as the file says.
    gravity : bool or None
        Whether an accelerometer's values include gravity.
    group : str
        Columns with the same group are axes of one sensor.
    source : str
        Where this is known from.
    """

    sensor: str | None = None
    axis: str = ""
    unit: str | None = None
    gravity: bool | None = None
    group: str = ""
    source: str = ""

    @property
    def guessed(self):
        """Whether nobody stated it."""
        return self.source in (CONVENTION, RECOGNISED) or self.source.startswith("a median")


@dataclass(frozen=True)
class Facts:
    """What the numeric columns of a frame mean.

    Attributes
    ----------
    columns : dict of str to Column
    rate : float or None
        Samples a second, as stated; None if nobody did.
    """

    columns: dict = field(default_factory=dict)
    rate: float | None = None

    def groups(self, *sensors):
        """Columns of each sensor of these kinds (default: all known), axis by axis.

        Returns
        -------
        dict of str to list of str
            Group -> its columns, in the order of their axes.
        """
        found = {}
        for name, column in self.columns.items():
            if column.sensor in (sensors or SENSORS):
                found.setdefault(column.group, []).append(name)
        return {
            group: sorted(names, key=lambda name: self.columns[name].axis)
            for group, names in found.items()
        }

    def triples(self, *sensors):
        """Like `groups`, but only sensors with all of x, y and z."""
        return {
            group: names
            for group, names in self.groups(*sensors).items()
            if tuple(self.columns[name].axis for name in names) == AXES
        }

    def units(self, features):
        """Feature -> unit, where it is known."""
        known = {name: self.columns[name].unit for name in features if name in self.columns}
        return {name: unit for name, unit in known.items() if unit}


def facts_of(frame):
    """What is known about the numeric columns of a frame: stated, or read from names.

    Returns
    -------
    Facts
    """
    stated = stated_facts(frame)
    columns = {
        name: stated.columns.get(name) or facts_from_name(name)
        for name in frame.columns
        if isinstance(name, str) and holds_numbers(frame[name])
    }
    return Facts(columns, stated.rate)


def stated_facts(frame):
    """Only what somebody stated about a frame; facts that cannot be read are none."""
    try:
        stored = json.loads(frame.attrs.get(KEY, "{}"))
        columns = {name: Column(**column) for name, column in stored.get("columns", {}).items()}
        rate = stored.get("rate")
        return Facts(columns, None if rate is None else float(rate))
    except (TypeError, ValueError, AttributeError):  # attrs are anybody's
        return Facts()


def facts_from_name(name):
    """What the name of a column says, by the course's convention or as other recorders write."""
    stem, axis = name[:-1], name[-1:].lower()
    if stem in _COURSE and name[-1:] in ("X", "Y", "Z"):
        sensor, unit = _COURSE[stem]
        return Column(sensor, axis, unit, None, stem, CONVENTION)
    if name in ("roll", "pitch", "yaw"):
        return Column("attitude", name, "rad", None, "attitude", CONVENTION)
    return Column(**read_name(name), source=RECOGNISED)


def state(frame, columns=None, rate=None):
    """Return the frame with facts stated about it; the frame given stays as it is.

    Parameters
    ----------
    frame : DataFrame
    columns : dict of str to Column, optional
        Added to what is stated already.
    rate : float, optional
        Samples a second (Hz).

    Returns
    -------
    DataFrame
        Shares its values with `frame`.
    """
    before = stated_facts(frame)
    known = before.columns | (columns or {})
    stored = {
        "columns": {name: asdict(column) for name, column in known.items()},
        "rate": before.rate if rate is None else float(rate),
    }
    result = frame.copy(deep=False)
    # As text: pandas copies attrs deeply with every selection, and compares them to concatenate.
    result.attrs = {**frame.attrs, KEY: json.dumps(stored)}
    return result


def course_columns(names, source, gravity=None):
    """Facts for columns with the course's names, stated by `source`.

    Parameters
    ----------
    names : iterable of str
        Others than the course's are left out.
    source : str
    gravity : bool, optional
        Whether `accelX..Z` include gravity.

    Returns
    -------
    dict of str to Column
    """
    known = {name: facts_from_name(name) for name in names}
    return {
        name: Column(
            column.sensor,
            column.axis,
            column.unit,
            gravity if column.sensor == "accelerometer" else None,
            column.group,
            source,
        )
        for name, column in known.items()
        if column.source == CONVENTION
    }
