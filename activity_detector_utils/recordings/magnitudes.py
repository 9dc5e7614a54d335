"""Do values fit the unit that is claimed for them? Lengths of vectors tell, session by session.

Measured on five sets of recordings (wrist, pocket, body): with gravity, the median length of an
acceleration is 0.9 to 2.5 g in every session, and its 5th percentile above 0.4 of that in most;
without gravity it is under 0.9 g. Rotation has a median of up to 7 rad/s in a session, 99 % of its
samples are under 31 rad/s in every session, and over 3 rad/s in every set of recordings.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError
from .facts import facts_of
from .lengths import AT_MOST_WITHOUT, IN_G, includes_gravity, lengths_by_session

MOST_G = 4.0  # a session's median length; more is another unit
MOST_RAD, FASTEST_RAD = 12.0, 40.0  # rad/s: a session's median and 99th percentile
SLOWEST_DEG = 12.0  # deg/s: the 99th percentile of the usual session
FULL_TURN = {"rad": 2 * np.pi, "deg": 360.0}
GRAVITY_LENGTH = (0.85, 1.15)  # g


@dataclass(frozen=True)
class Contradiction:
    """A claim that the values of a sensor do not bear out.

    Attributes
    ----------
    columns : list of str
    sessions : list
        Where.
    detail : str
        Both numbers: what is claimed, and what was measured.
    way_out : str
        What to do, in the terms of `convert_units`; empty if nobody can know.
    """

    columns: list
    sessions: list
    detail: str
    way_out: tuple = ()

    def __str__(self):
        text = f"{', '.join(self.columns)}: {self.detail}"
        if self.way_out:
            quantity, unit = self.way_out
            text += (
                f"; convert_units(frame, {quantity}={unit!r}) brings them to the units used here "
                f"(--units {_OPTION[quantity]}={unit} on the command line)"
            )
        else:
            text += (
                f". If the values are right, claim nothing: --units {self.columns[0]}=unknown and "
                f"so on, or create(units={{{self.columns[0]!r}: 'counts', ...}})"
            )
        return text


_OPTION = {"acceleration": "accel", "gravity": "grav", "rotation": "rot", "attitude": "attitude"}


def contradictions(frame, features=None, facts=None, session_id="sessionId"):
    """Claims about units and gravity that the values contradict.

    Parameters
    ----------
    frame : DataFrame
        With a session column.
    features : list of str, optional
        Look at sensors with a column among these only.
    facts : Facts, optional
        What is claimed; by default what is known about the frame.

    Returns
    -------
    list of Contradiction
    """
    facts = facts or facts_of(frame)
    found = []
    for names in [*facts.triples().values(), *_angles(facts)]:
        if features is not None and not set(names) & set(features):
            continue
        if not all(name in frame and pd.api.types.is_numeric_dtype(frame[name]) for name in names):
            continue
        column = facts.columns[names[0]]
        check = _CHECKS.get(column.sensor)
        if check and column.unit:
            found += check(names, column, lengths_by_session(frame, names, session_id))
    return found


def refuse_contradictions(frame, features, facts=None, session_id="sessionId"):
    """Raise ToolkitError for the first claim that values contradict."""
    for found in contradictions(frame, features, facts, session_id):
        raise ToolkitError(f"{found}{_where(found.sessions, frame, session_id)}")


def _check_acceleration(names, column, lengths):
    if column.unit not in IN_G or lengths.empty:
        return []
    in_g = lengths["median"] * IN_G[column.unit]
    claim = f"said to be in {column.unit} ({column.source})"
    if (in_g > MOST_G).any():
        return [_too_long(names, claim, lengths["median"], in_g > MOST_G)]
    if column.unit != "g" and column.gravity is not False and includes_gravity(lengths, 1.0):
        detail = f"{claim}, but their median length is {lengths['median'].median():.3g}: that is g"
        return [Contradiction(names, list(lengths.index), detail, ("acceleration", "g"))]
    if column.gravity and in_g.median() < AT_MOST_WITHOUT:
        detail = (
            f"said to include gravity ({column.source}), but their median length is "
            f"{in_g.median():.3g} g; with gravity it would be about 1"
        )
        return [Contradiction(names, list(lengths.index), detail)]
    if column.gravity is False and includes_gravity(lengths, IN_G[column.unit]):
        detail = (
            f"said to be without gravity ({column.source}), but their median length is "
            f"{in_g.median():.3g} g, and 95 % of it never goes under "
            f"{(lengths['low'] * IN_G[column.unit]).median():.2g} g: gravity is in it"
        )
        return [Contradiction(names, list(lengths.index), detail)]
    return []


def _too_long(names, claim, median, bad):
    """An acceleration that no body reaches: another unit, if one explains it."""
    typical = median[bad].median()
    unit = next(
        (u for u, f in IN_G.items() if u != "g" and 0.02 < typical * f < MOST_G),
        None,
    )
    says = f"; {unit} would fit" if unit else "; neither g (about 1) nor m/s^2 (about 9.8) fits"
    detail = f"{claim}, but their median length is {typical:.4g} in {_count(bad)}{says}"
    way_out = ("acceleration", unit) if unit else ()
    return Contradiction(names, list(median.index[bad]), detail, way_out)


def _check_gravity(names, column, lengths):
    if column.unit not in IN_G or lengths.empty:
        return []
    low, high = GRAVITY_LENGTH
    bad = ~(lengths["median"] * IN_G[column.unit]).between(low, high)
    if not bad.any():
        return []
    typical = lengths["median"][bad].median()
    unit = next((unit for unit, factor in IN_G.items() if low < typical * factor < high), None)
    detail = (
        f"gravity, said to be in {column.unit} ({column.source}), but its length is "
        f"{typical:.4g} in {_count(bad)}, not {1 / IN_G[column.unit]:.3g}"
    )
    return [
        Contradiction(names, list(lengths.index[bad]), detail, ("gravity", unit) if unit else ())
    ]


def _check_rotation(names, column, lengths):
    claim = f"said to be in {column.unit} ({column.source})"
    if column.unit == "rad/s":
        bad = (lengths["median"] > MOST_RAD) | (lengths["high"] > FASTEST_RAD)
        if bad.any():
            detail = (
                f"{claim}, but turn with a median of {lengths['median'][bad].median():.4g} and up "
                f"to {lengths['high'][bad].median():.4g} in {_count(bad)}: faster than sensors "
                f"measure ({FASTEST_RAD:.0f} rad/s); deg/s would fit"
            )
            return [Contradiction(names, list(lengths.index[bad]), detail, ("rotation", "deg/s"))]
    typical = lengths["high"].median()  # in the usual session, what 99 % of the samples stay under
    if column.unit == "deg/s" and typical < SLOWEST_DEG:
        detail = (
            f"{claim}, but hardly turn faster than {typical:.3g}, which is "
            f"{np.radians(typical):.2g} rad/s; rad/s would fit"
        )
        return [Contradiction(names, list(lengths.index), detail, ("rotation", "rad/s"))]
    return []


def _check_attitude(names, column, lengths):
    if column.unit not in FULL_TURN or lengths.empty:
        return []
    largest = lengths["largest"].max()
    claim = f"angles, said to be in {column.unit} ({column.source})"
    if column.unit == "rad" and largest > FULL_TURN["rad"] + 0.1:
        detail = f"{claim}, but reach {largest:.4g}; a full turn is 6.28 rad; deg would fit"
        return [Contradiction(names, list(lengths.index), detail, ("attitude", "deg"))]
    if column.unit == "deg" and largest <= np.pi + 0.01:
        detail = f"{claim}, but never exceed {largest:.3g}; rad would fit"
        return [Contradiction(names, list(lengths.index), detail, ("attitude", "rad"))]
    return []


_CHECKS = {
    "accelerometer": _check_acceleration,
    "gravity": _check_gravity,
    "gyroscope": _check_rotation,
    "attitude": _check_attitude,
}


def _angles(facts):
    """Groups of roll, pitch, yaw, which are no vector."""
    groups = facts.groups("attitude").values()
    return [names for names in groups if facts.columns[names[0]].axis not in "wxyz"]


def _count(bad):
    return f"{int(bad.sum())} of {len(bad)} sessions"


def _where(sessions, frame, session_id):
    if len(sessions) == frame[session_id].nunique():
        return ""
    some = ", ".join(map(str, sessions[:5])) + (", ..." if len(sessions) > 5 else "")
    return f". These sessions: {some}"
