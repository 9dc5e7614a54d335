"""How long the vectors of a sensor are, session by session, and what that makes plain."""

from dataclasses import replace

import numpy as np
import pandas as pd

from .facts import Facts

STANDARD_GRAVITY = 9.80665  # m/s² in 1 g, exact by definition
IN_G = {"g": 1.0, "m/s^2": 1 / STANDARD_GRAVITY, "mg": 1e-3}
WITH_GRAVITY = (0.85, 1.35)  # g, the median over sessions
STEADY = 0.45  # 5th percentile / median of the length: gravity never lets go
MIN_SAMPLES = 20
AT_MOST_WITHOUT = 0.5  # g: an acceleration so small for most of the time has no gravity in it


def with_measured(frame, facts, session_id="sessionId"):
    """Facts completed by what magnitudes make plain: an accelerometer's unit, gravity in or out.

    Only what is unknown is filled in, and its source says that it was measured.

    Returns
    -------
    Facts
    """
    columns = dict(facts.columns)
    for names in facts.triples("accelerometer", "gravity").values():
        column = facts.columns[names[0]]
        needs_gravity = column.sensor == "accelerometer" and column.gravity is None
        if column.unit is not None and not needs_gravity:
            continue
        lengths = lengths_by_session(frame, names, session_id)
        median = lengths["median"].median()
        unit = column.unit or _unit_of(lengths)
        if unit not in IN_G:
            continue
        gravity = _gravity_of(lengths, IN_G[unit]) if needs_gravity else column.gravity
        source = column.source if column.unit else f"a median length of {median:.3g}"
        for name in names:
            columns[name] = replace(columns[name], unit=unit, gravity=gravity, source=source)
    return Facts(columns, facts.rate)


def typical_length(frame, names, session_id="sessionId"):
    """Median, over the sessions, of the median length of a sensor's vectors."""
    return float(lengths_by_session(frame, names, session_id)["median"].median())


def lengths_by_session(frame, names, session_id):
    """Quantiles of the length of the vector by session; of angles, their greatest size."""
    values = frame[names].to_numpy(float, na_value=np.nan)
    lengths = pd.Series(np.linalg.norm(values, axis=1))
    lengths = lengths.where(np.isfinite(lengths))
    groups = lengths.groupby(frame[session_id].to_numpy(), sort=False)
    largest = pd.Series(np.abs(values).max(axis=1)).where(np.isfinite(lengths))
    sizes = groups.size()
    found = pd.DataFrame(
        {
            "median": groups.median(),
            "low": groups.quantile(0.05),
            "high": groups.quantile(0.99),
            "largest": largest.groupby(frame[session_id].to_numpy(), sort=False).max(),
        }
    )
    # A knock of a few samples is no session that tells a unit, where there are longer ones.
    return found[sizes >= min(MIN_SAMPLES, sizes.max())].dropna()


def includes_gravity(lengths, factor):
    """Whether lengths are those of total acceleration in the unit that is `factor` g."""
    median = lengths["median"].median() * factor
    steady = (lengths["low"] / lengths["median"]).median()
    return WITH_GRAVITY[0] < median < WITH_GRAVITY[1] and steady > STEADY


def _gravity_of(lengths, factor):
    if includes_gravity(lengths, factor):
        return True
    return False if lengths["median"].median() * factor < AT_MOST_WITHOUT else None


def _unit_of(lengths):
    return next((unit for unit in IN_G if includes_gravity(lengths, IN_G[unit])), None)
