"""One function per thing that goes wrong in recordings; each lists what it finds.

A finding is a tuple (problem, sessionId, detail). `frame` has `userId, sessionId, activity`;
`features` are the numeric columns that sensors filled.
"""

import numpy as np
import pandas as pd

from ..base.frames import infinite_values, missing_values
from .facts import facts_of
from .labels import SPELLED, in_words, near_equal
from .lengths import IN_G
from .magnitudes import contradictions
from .rates import GAP_PERIODS, TOLERANCE
from .repeats import describe_repeats, duplicate_rows, repeated_values

STUCK_SAMPLES = 50  # the noise of a live sensor never repeats one value so often
SHORT_SHARE = 0.1  # share of the median length under which a session is very short
FLIPPED_DEGREES = 120  # gravity turned by more than this points the opposite way
AGREE_DEGREES, AGREE_SHARE = 60, 0.75  # when sessions count as agreeing where down is


def bad_values(frame, features):
    """Sessions with missing or infinite values."""
    kinds = {
        "missing values": missing_values(frame[["userId", "activity", *features]]),
        "infinite values": infinite_values(frame[features]),
    }
    findings = []
    for problem, bad in kinds.items():
        counts = bad.groupby(frame["sessionId"], sort=False).sum()
        for session, count in counts[counts.any(axis=1)].iterrows():
            listed = ", ".join(f"{n} in {name}" for name, n in count[count > 0].items())
            findings.append((problem, session, listed))
    return findings


def repeats(frame, features, time_column):
    """Sessions that hold a sample twice, and those in which a sensor repeats its values."""
    duplicates = duplicate_rows(frame, time_column).to_numpy()
    repeated = repeated_values(frame, features) & ~duplicates
    values = frame[features].to_numpy(dtype=float, na_value=np.nan)
    twice, again = [], []
    for session, rows in frame.groupby("sessionId", sort=False).indices.items():
        if n := duplicates[rows].sum():
            detail = f"{n} rows of the same time and values; clean drops them"
            twice.append(("the same sample twice", session, detail))
        if repeated[rows].any():
            detail = describe_repeats(values[rows], repeated[rows])
            again.append(("repeated rows", session, detail))
    return twice + again


def near_equal_labels(frame):
    """Sessions with a spelling of an activity or person that is nearly another, more frequent."""
    findings = []
    for column in SPELLED:
        for group in near_equal(frame[column]):
            most, *others = group
            for label in others:
                sessions = frame.loc[(frame[column] == label).to_numpy(bool), "sessionId"].unique()
                detail = f"{column} {in_words(label, group[label])} beside "
                detail += in_words(most, group[most])
                findings += [("near-equal labels", session, detail) for session in sessions]
    return findings


def stuck_sensors(frame, features):
    """Sessions in which a sensor keeps one value."""
    findings = []
    recorded = frame[features].to_numpy(float, na_value=np.nan)
    for session, rows in _rows_of_sessions(frame):
        values = recorded[rows]
        if len(rows) < 2:
            continue
        runs = {name: _longest_run(column) for name, column in zip(features, values.T, strict=True)}
        limit = min(STUCK_SAMPLES, len(rows))
        stuck = [
            f"{name} for {run} of {len(rows)} samples" for name, run in runs.items() if run >= limit
        ]
        if stuck:
            findings.append(("stuck sensor", session, ", ".join(stuck)))
    return findings


def _rows_of_sessions(frame):
    """Each session and the positions of its rows, in order of appearance."""
    codes, sessions = pd.factorize(frame["sessionId"])
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(sessions)))
    return zip(sessions, np.split(order, ends[:-1]), strict=True)


def _longest_run(values):
    changes = np.flatnonzero(values[1:] != values[:-1])
    return int(np.diff(np.concatenate([[-1], changes, [len(values) - 1]])).max())


def short_sessions(sizes):
    """Sessions much shorter than the others; `sizes` is samples by session."""
    median = sizes.median()
    return [
        ("very short session", session, f"{n} samples; the median is {median:,.0f}")
        for session, n in sizes[sizes < SHORT_SHARE * median].items()
    ]


def copies(frame, features):
    """Sessions whose sensor values equal another session's, whoever is said to have made them."""
    first, findings = {}, []
    recorded = frame[features].to_numpy(float, na_value=np.nan)
    for session, rows in _rows_of_sessions(frame):
        original = first.setdefault(recorded[rows].tobytes(), session)
        if original != session:
            findings.append(("copy", session, f"holds the same values as {original}"))
    return findings


def clock_problems(frame, time_column, rates, rate):
    """Gaps, times that do not increase, and sessions at another rate than `rate`."""
    sessions = frame["sessionId"].to_numpy()
    steps = frame.groupby("sessionId", sort=False)[time_column].diff().reset_index(drop=True)
    long = (steps > GAP_PERIODS / rate).to_numpy()
    gaps = steps[long].groupby(sessions[long], sort=False).agg(["size", "max"])
    backwards = (steps <= 0).groupby(sessions, sort=False).sum()
    findings = []
    for session in backwards.index[(backwards > 0) | backwards.index.isin(gaps.index)]:
        if session in gaps.index:
            count, longest = gaps.loc[session]
            findings.append(("gaps", session, f"{count:.0f}, the longest {longest:.3g} s"))
        if backwards[session]:
            detail = f"{backwards[session]} samples not after the one before"
            findings.append(("time order", session, detail))
    for session, measured in rates.items():
        if measured < 1:
            hint = "is the time in milliseconds? see convert_units"
            findings.append(("rate", session, f"{measured:.3g} samples per second: {hint}"))
        elif abs(measured / rate - 1) > TOLERANCE:
            findings.append(("rate", session, f"{measured:.4g} samples per second, not {rate:.4g}"))
    return findings


def flipped_phones(frame):
    """Sessions in which gravity points the opposite way (see `summary.report`)."""
    down = gravity_directions(frame)
    directions = down.to_numpy()
    by_user = _of_the_others(directions, down.groupby(level=["userId", "activity"]).indices)
    by_all = _of_the_others(directions, down.groupby(level="activity").indices)
    own = np.isfinite(by_user).all(axis=1)
    cosines = (directions * np.where(own[:, None], by_user, by_all)).sum(axis=1)
    angles, findings = np.degrees(np.arccos(np.clip(cosines, -1, 1))), {}
    for i in np.flatnonzero(angles > FLIPPED_DEGREES):
        user, activity, session = down.index[i]
        if angles[i] > findings.get(session, (0,))[0]:
            whose = f"{user}'s" if own[i] else "everybody's"
            detail = f"gravity {angles[i]:.0f}° away from {whose} other sessions of {activity}"
            findings[session] = (angles[i], detail)
    return [("flipped phone", session, detail) for session, (_, detail) in findings.items()]


def gravity_directions(frame):
    """Unit vector of gravity's median, by user, activity and session; rows without one left out."""
    facts = facts_of(frame)
    found = facts.triples("gravity") or facts.triples("accelerometer")
    if not found:
        levels = ["userId", "activity", "sessionId"]
        nobody = pd.MultiIndex.from_arrays([[], [], []], names=levels)
        return pd.DataFrame(np.empty((0, 3)), index=nobody)
    axes = next(iter(found.values()))
    in_g = IN_G.get(facts.columns[axes[0]].unit, 1.0)
    groups = frame.groupby(["userId", "activity", "sessionId"], observed=True)
    median = groups[axes].median() * in_g
    length = np.sqrt((median**2).sum(axis=1))
    # Acceleration without gravity has a median near zero, whose direction means nothing.
    return median[length > 0.5].div(length[length > 0.5], axis=0)


def wrong_units(frame):
    """Sessions whose values contradict the unit that is claimed for them."""
    return [
        ("unit", session, str(found))
        for found in contradictions(frame)
        for session in found.sessions
    ]


def _of_the_others(directions, groups):
    """For each direction the one that the others of its group share, NaN where they have none."""
    shared = np.full(directions.shape, np.nan)
    for members in groups.values():
        if len(members) > 2:
            shared[members] = _common_directions(directions[members])
    return shared


def _common_directions(directions):
    """For each of n unit vectors the direction that all others share, NaN where they disagree.

    Watches worn on left and right wrists, for one, point opposite ways: nobody is flipped there.
    """
    n = len(directions)
    ranks = np.argsort(np.argsort(directions, axis=0, kind="stable"), axis=0)
    ordered = np.sort(directions, axis=0)
    # The median of the others: one of few values, whichever vector is left out.
    low, high = (n - 2) // 2, (n - 1) // 2
    middle = [np.take_along_axis(ordered, at + (at >= ranks), axis=0) for at in (low, high)]
    medians = (middle[0] + middle[1]) / 2
    medians /= np.maximum(np.linalg.norm(medians, axis=1, keepdims=True), 1e-9)
    distinct, which = np.unique(medians, axis=0, return_inverse=True)
    near = directions @ distinct.T > np.cos(np.radians(AGREE_DEGREES))
    itself = near[np.arange(n), which.ravel()]
    agree = (near.sum(axis=0)[which.ravel()] - itself) / (n - 1) >= AGREE_SHARE
    return np.where(agree[:, None], medians, np.nan)
