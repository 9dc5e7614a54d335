"""Columns that are no measurement: clocks, counters, ids and labels in disguise."""

import warnings

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError
from ..base.frames import holds_numbers
from . import names as spelling
from .facts import AXES, facts_of

STEADY_SHARE = 0.9  # of a column's steps in one direction: no sensor does that
MIN_STEPS = 12  # fewer steps say nothing
STEADY_CORRELATION = 0.95  # with the position in the session, in the median session
MIN_SESSION = 20  # samples; also of an activity, to compare its values with another's
MOST_MISSING = 0.5  # share of rows


def suspicious_columns(frame, columns, session_id="sessionId", target="activity", source="userId"):
    """Columns that would teach a model something else than motion.

    Parameters
    ----------
    frame : DataFrame
    columns : list of str
        Numeric columns to look at.
    session_id, target, source : str
        As in `choose_features`.

    Returns
    -------
    dict of str to str
        Column -> what is wrong with it.
    """
    facts = facts_of(frame).columns
    axes = axes_by_group(facts)
    sessions = pd.factorize(frame[session_id])[0]
    order = np.argsort(sessions, kind="stable")
    labels, people = (_codes(frame, name) for name in (target, source))
    found = {}
    for name in columns:
        values = numbers(frame[name])
        known_axis = name in facts and is_axis(facts[name], axes)
        reason = _useless(values) or (None if known_axis else _named_like(name, values))
        if reason is None and not (known_axis and facts[name].sensor == "attitude"):
            reason = _steady(values[order], sessions[order], known_axis)
        if reason is None and not known_axis:
            reason = _one_value_each(values, sessions) or _disguised_label(values, labels, people)
        if reason:
            found[name] = reason
    return found


def refuse_suspicious(frame, columns, session_id, target):
    """Raise ToolkitError if a column that nobody named is a clock, counter, id or label.

    The error names the column, and the columns to learn from.
    """
    numeric = [name for name in columns if holds_numbers(frame[name])]
    found = suspicious_columns(frame, numeric, session_id, target)
    if found:
        name, reason = next(iter(found.items()))
        others = [other for other in columns if other not in found]
        raise ToolkitError(
            f"without features, every column but {session_id!r} and {target!r} is learned from, "
            f"and {name!r} {reason}; name the columns to learn from: features={others}"
        )


def warn_about_clocks(frame, features, session_id):
    """Warn of features that somebody named and that look like a clock or a counter."""
    numeric = [name for name in features if holds_numbers(frame[name])]
    sessions = pd.factorize(frame[session_id])[0]
    order = np.argsort(sessions, kind="stable")
    for name in numeric:
        values = numbers(frame[name])
        if _steady(values[order], sessions[order], known_axis=True):
            warnings.warn(
                f"feature {name!r} grows steadily within sessions, as a clock or a counter does: "
                "where activities follow one another in the same order, the model learns the order",
                stacklevel=4,
            )


def numbers(column):
    """Values of a numeric column as float64, missing ones as NaN."""
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def axes_by_group(columns):
    axes = {column.group: set() for column in columns.values()}
    for column in columns.values():
        axes[column.group].add(column.axis)
    return axes


def is_axis(column, axes):
    """Whether a column is an axis of a known sensor, or one of three axes of an unknown one."""
    if column.sensor is None:
        return column.axis != "" and axes[column.group] >= set(AXES)
    return column.axis != ""


def _useless(values):
    missing = np.isnan(values).mean()
    if missing == 1:
        return "holds no value"
    if missing > MOST_MISSING:
        return f"has no value in {missing:.0%} of the rows"
    if np.nanmin(values) == np.nanmax(values):
        return "holds one value throughout"
    return None


def _named_like(name, values):
    if spelling.is_clock(name):
        return "is named like a time"
    whole = (np.isnan(values) | (values == np.floor(values))).all()
    if whole and spelling.is_counter(name):
        return "is named like a counter"
    if whole and spelling.is_id(name):
        return "is named like an id or a label"
    return None


def _steady(values, sessions, known_axis):
    """Whether values, session by session, go one way as a clock or a counter does."""
    inside = sessions[1:] == sessions[:-1]
    steps = np.diff(values)[inside]
    steps = steps[np.isfinite(steps) & (steps != 0)]
    upwards = (steps > 0).mean() if len(steps) >= MIN_STEPS else 0.5
    if max(upwards, 1 - upwards) > STEADY_SHARE:
        way = "grows" if upwards > 0.5 else "falls"
        return f"{way} steadily within sessions (a clock or a counter)"
    if not known_axis and _follows_position(values, sessions):
        return "follows the time in its session (a clock, or something that drifts)"
    return None


def _follows_position(values, sessions):
    """Whether values are in a straight line with the position in the session, in most sessions."""
    frame = pd.DataFrame({"value": values, "session": sessions})
    groups = frame.groupby("session", sort=False)
    frame["position"] = groups.cumcount().astype(float)
    centred = frame[["value", "position"]] - groups[["value", "position"]].transform("mean")
    products = pd.DataFrame(
        {
            "both": centred["value"] * centred["position"],
            "value": centred["value"] ** 2,
            "position": centred["position"] ** 2,
        }
    ).groupby(frame["session"], sort=False)
    sums = products.sum()[products.size() >= MIN_SESSION]
    spread = np.sqrt(sums["value"] * sums["position"])
    correlation = (sums["both"] / spread.where(spread > 0)).dropna()
    return len(correlation) > 0 and abs(correlation.median()) > STEADY_CORRELATION


def _one_value_each(values, sessions):
    """Whether values change between sessions only."""
    found = pd.Series(values).groupby(sessions)
    if found.ngroups > 1 and (found.nunique() <= 1).all() and found.size().max() > 1:
        return "has one value in each session (an id, or a property of the person)"
    return None


def _disguised_label(values, labels, people):
    """Whether values alone tell every person's activities apart."""
    if labels is None:
        return None
    people = np.zeros(len(values)) if people is None else people
    rows = pd.DataFrame({"value": values, "label": labels, "person": people}).dropna()
    groups = rows.groupby(["person", "label"])["value"]
    ranges = groups.quantile([0.01, 0.5, 0.99]).unstack()[groups.size() >= MIN_SESSION]
    ranges = ranges.reset_index().sort_values(["person", 0.5])
    same = ranges["person"].eq(ranges["person"].shift())
    if same.any() and (ranges[0.01] > ranges[0.99].shift())[same].all():
        return (
            "tells the activities apart by itself within each person, as a clock, a setting or the "
            "label itself does"
        )
    return None


def _codes(frame, name):
    return pd.factorize(frame[name])[0] if name in frame else None
