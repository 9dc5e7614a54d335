"""Which columns to learn from: the axes of sensors, and what is left out, with reasons."""

from dataclasses import dataclass, field

import pandas as pd

from ..base.frames import holds_numbers
from .facts import facts_of
from .suspicions import axes_by_group, is_axis, suspicious_columns

ROLES = ("userId", "sessionId", "activity")

# Sensors in the order in which their axes become features.
_MOTION = ("gyroscope", "accelerometer", None)  # None: three axes of a sensor unknown here
_OTHERS = ("gravity", "attitude", "magnetometer")


@dataclass(frozen=True)
class FeatureChoice:
    """The columns to learn from.

    Attributes
    ----------
    chosen : list of str
    left_out : dict of str to str
        Column -> why it is not among them. Session, label and person are not listed.
    """

    chosen: list
    left_out: dict = field(default_factory=dict)

    def lines(self):
        """What was left out, one line for each reason."""
        by_reason = {}
        for name, reason in self.left_out.items():
            by_reason.setdefault(reason, []).append(name)
        return [f"{', '.join(names)}: {reason}" for reason, names in by_reason.items()]


def choose_features(frame, session_id="sessionId", target="activity", source="userId"):
    """Choose the columns to learn from by what they are.

    These are the axes of gyroscopes and accelerometers, x, y, z of each; where there is none, the
    axes of other sensors; where there is none of these either, every column of measurements.

    Parameters
    ----------
    frame : DataFrame
    session_id, target, source : str
        Columns of the session, the label and the person; the last two may be missing.

    Returns
    -------
    FeatureChoice
        Nothing may be chosen.
    """
    roles = {session_id, target, source, *ROLES}
    measured, left_out = [], {}
    for name in frame.columns:
        if name in roles:
            continue
        if not isinstance(name, str):
            left_out[name] = "its name is no text"
        elif holds_numbers(frame[name]):
            measured.append(name)
        else:
            left_out[name] = f"holds no numbers ({_kind(frame[name])})"
    left_out |= suspicious_columns(frame, measured, session_id, target, source)
    usable = [name for name in measured if name not in left_out]
    chosen = _sensor_axes(frame, usable)
    for name in usable:
        if name not in chosen:
            left_out[name] = _not_needed(facts_of(frame).columns[name])
    in_order = [name for name in frame.columns if name in left_out]
    return FeatureChoice(chosen, {name: left_out[name] for name in in_order})


def _sensor_axes(frame, usable):
    """Columns in the order of sensors, then axes; see `choose_features`."""
    facts = facts_of(frame)
    known = {name: facts.columns[name] for name in usable}
    axes = axes_by_group(known)
    motion = [
        name for name, column in known.items() if column.sensor in _MOTION and is_axis(column, axes)
    ]
    motion.sort(key=lambda name: _MOTION.index(known[name].sensor))
    if motion:
        return _by_axis(motion, known)
    others = [name for name, column in known.items() if column.sensor in _OTHERS]
    return _by_axis(others, known) or usable


def _by_axis(names, known):
    """Keep the order of sensors as they come, and put each one's axes in order."""
    groups = dict.fromkeys((known[name].sensor, known[name].group) for name in names)
    rank = {group: number for number, group in enumerate(groups)}
    return sorted(names, key=lambda n: (rank[known[n].sensor, known[n].group], known[n].axis))


def _not_needed(column):
    if column.sensor in _OTHERS:
        return f"{column.sensor}, beside gyroscope or accelerometer; --features can name it"
    return "no axis of a motion sensor that is known here; --features can name it"


def _kind(column):
    return "text" if pd.api.types.is_string_dtype(column) else str(column.dtype)
