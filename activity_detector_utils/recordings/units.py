"""Columns in other units -> g, rad/s, rad and seconds, and a note of it on the frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError
from ..base.frames import check_frame, holds_numbers
from .facts import facts_of, state
from .lengths import IN_G
from .names import parse_unit
from .times import UNITS as TIME_UNITS

# quantity -> (sensors that measure it, unit -> factor to the unit used here, which is the first)
QUANTITIES = {
    "acceleration": (("accelerometer", "gravity"), IN_G),
    "gravity": (("gravity",), IN_G),
    "rotation": (("gyroscope",), {"rad/s": 1.0, "deg/s": np.pi / 180}),
    "attitude": (("attitude",), {"rad": 1.0, "deg": np.pi / 180}),
    "time": ((), {"s": 1.0} | TIME_UNITS),
}
_COURSE_NAMES = {
    "acceleration": "accelX, accelY, accelZ, gravX, gravY, gravZ",
    "gravity": "gravX, gravY, gravZ",
    "rotation": "rotX, rotY, rotZ",
    "attitude": "roll, pitch, yaw",
    "time": "timestamp",
}
_SHORT = {"accel": "acceleration", "acc": "acceleration", "grav": "gravity", "rot": "rotation"}
_SHORT |= {"gyro": "rotation", "timestamp": "time"}
UNKNOWN = "unknown"


def convert_units(frame: pd.DataFrame, **units: str) -> pd.DataFrame:
    """Convert columns to the units used here: g, rad/s, rad and seconds.

    Columns are the course's, or those whose names or facts tell their sensor (``gyro_x``).
    Signs and axes are left alone: Android's gravity points the other way than Core Motion's.

    Parameters
    ----------
    frame : DataFrame
        Recordings in other units.
    acceleration : {"m/s^2", "mg", "g"}, optional
        What accelerometers (`accelX..Z`) and gravity (`gravX..Z`) are in.
    gravity : {"m/s^2", "mg", "g"}, optional
        What gravity is in, where that is another unit than the accelerometer's.
    rotation : {"deg/s", "rad/s"}, optional
        What gyroscopes (`rotX..Z`) are in.
    attitude : {"deg", "rad"}, optional
        What `roll`, `pitch` and `yaw` are in.
    time : {"ms", "us", "ns", "s"}, optional
        What `timestamp` is in.

    Returns
    -------
    DataFrame
        A converted copy; its facts say what its columns are in now.

    Raises
    ------
    ToolkitError
        If a unit is unknown, or the frame has no column of that quantity.
    """
    check_frame(frame)
    facts = facts_of(frame)
    wanted: dict[str, tuple[str, str]] = {}
    for quantity, unit in units.items():
        if quantity not in QUANTITIES:
            raise ToolkitError(f"unknown quantity {quantity!r}; known are {', '.join(QUANTITIES)}")
        names = _columns_of(frame, facts, quantity)
        if not names:
            raise ToolkitError(
                f"no column to convert: {quantity} is in {_COURSE_NAMES[quantity]}, or in columns "
                "that are named after a sensor and an axis, such as acc_x"
            )
        # A quantity's own word counts more: gravity is an acceleration, too.
        wanted |= {
            name: (quantity, unit) for name in names if name not in wanted or quantity == "gravity"
        }
    return _converted(frame, facts, wanted)


def use_units(frame, units):
    """Convert what the user says: quantities, sensors or single columns, as on the command line.

    Parameters
    ----------
    frame : DataFrame
    units : dict of str to str
        ``accel``, ``grav``, ``rot``, ``attitude``, ``time``, or the name of a column, or what the
        names of three columns share (``g`` for ``gX, gY, gZ``) -> unit. A unit tells what measured:
        what is in deg/s is a gyroscope. ``unknown`` makes no claim.

    Returns
    -------
    DataFrame

    Raises
    ------
    ToolkitError
        If there is no such column or unit.
    """
    check_frame(frame)
    facts = facts_of(frame)
    wanted = {}
    # The more exact word comes last, and counts.
    for key, text in sorted(units.items(), key=lambda pair: _exactness(frame, pair[0])):
        quantity = _SHORT.get(key.lower(), key.lower())
        unit = parse_unit(text) or text
        names = _named(frame, facts, key, quantity)
        if unit == UNKNOWN:
            wanted |= dict.fromkeys(names, (None, None))
            continue
        if quantity not in QUANTITIES:
            quantity = _quantity_in(unit)
        wanted |= dict.fromkeys(names, (quantity, unit))
    return _converted(frame, facts, wanted)


def parse_units(text):
    """``"accel=m/s2,rot=deg/s"`` -> ``{"accel": "m/s2", "rot": "deg/s"}``; None is empty.

    Raises
    ------
    ToolkitError
        If it is written otherwise.
    """
    pairs = [pair.partition("=") for pair in (text or "").split(",") if text]
    keys = [key.strip() for key, _, _ in pairs]
    if not all(key.strip() and unit.strip() for key, _, unit in pairs):
        raise ToolkitError(
            f"--units {text!r}: write column=unit pairs, such as accel=m/s^2,time=ms"
        )
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise ToolkitError(f"--units {text!r} says {', '.join(twice)} more than once")
    return {key.strip(): unit.strip() for key, _, unit in pairs}


def _converted(frame, facts, wanted):
    """Apply column -> (quantity, unit); quantity None only forgets what is claimed."""
    values, stated = {}, {}
    for name, (quantity, unit) in wanted.items():
        column = facts.columns.get(name)
        if quantity is None:
            stated[name] = replace(column, unit=None, source="the user")
            continue
        sensors, factors = QUANTITIES[quantity]
        if unit not in factors:
            raise ToolkitError(
                f"unknown unit {unit!r} of {quantity}; known are {', '.join(factors)}"
            )
        values[name] = _numbers(frame[name], unit) * factors[unit]
        if column is not None:
            stated[name] = replace(
                column,
                sensor=column.sensor if column.sensor in sensors else next(iter(sensors), None),
                unit=next(iter(factors)),
                source="the user" if factors[unit] == 1 else f"the user, converted from {unit}",
            )
    return state(frame.assign(**values), stated)


def _numbers(column, unit):
    if not holds_numbers(column):
        raise ToolkitError(
            f"column {column.name!r} holds {column.dtype}, and no numbers in {unit}; leave dates "
            "as they are (report and resample read them), and make numbers of text with "
            f"pd.to_numeric(frame[{column.name!r}])"
        )
    return pd.to_numeric(column) if column.dtype == object else column  # a None among numbers


def _columns_of(frame, facts, quantity):
    if quantity == "time":
        return [name for name in ("timestamp",) if name in frame]
    sensors, _ = QUANTITIES[quantity]
    measuring = {name: c for name, c in facts.columns.items() if c.sensor in sensors and c.axis}
    quaternion = {n for n, c in measuring.items() if quantity == "attitude" and c.axis in "wxyz"}
    return [name for name in measuring if name not in quaternion]


def _exactness(frame, key):
    """How exact a word is: 0 a quantity or a sensor, 1 gravity or time, 2 a column."""
    if key in frame:
        return 2
    return 1 if _SHORT.get(key.lower(), key.lower()) in ("gravity", "time") else 0


def _named(frame, facts, key, quantity):
    """Columns that the user means by a word."""
    if key in frame:
        if key not in facts.columns:
            raise ToolkitError(f"--units: column {key!r} holds no numbers")
        return [key]
    names = _columns_of(frame, facts, quantity) if quantity in QUANTITIES else []
    group = "" if key.lower() == "xyz" else key  # x, y, z have nothing else in common
    of_group = [name for name, column in facts.columns.items() if column.group == group]
    names = names or [name for name in of_group if facts.columns[name].axis]
    if not names:
        groups = dict.fromkeys(c.group for c in facts.columns.values() if c.axis and c.group)
        raise ToolkitError(
            f"--units {key}=...: no such column or sensor; this data has "
            f"{', '.join([*groups, *facts.columns])}"
        )
    return names


def _quantity_in(unit):
    for quantity, (_, factors) in QUANTITIES.items():
        if unit in factors:
            return quantity
    known = dict.fromkeys(unit for _, factors in QUANTITIES.values() for unit in factors)
    raise ToolkitError(f"unknown unit {unit!r}; known are {', '.join(known)}, {UNKNOWN}")
