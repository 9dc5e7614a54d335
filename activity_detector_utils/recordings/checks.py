"""One function per thing that goes wrong in recordings; each lists what it finds.

A finding is a tuple (problem, sessionId, detail). `frame` has `userId, sessionId, activity`;
`features` are the numeric columns that sensors filled.
"""

import numpy as np
import pandas as pd

from ..base.frames import infinite_values, missing_values
from .repeats import describe_repeats, duplicate_rows, repeated_values

GAP_PERIODS = 3  # a step in time longer than this many samples is a gap
RATE_TOLERANCE = 0.1  # share by which a session's rate may be off
STUCK_SAMPLES = 50  # the noise of a live sensor never repeats one value so often
SHORT_SHARE = 0.1  # share of the median length under which a session is very short
FLIPPED_DEGREES = 120  # gravity turned by more than this points the opposite way
AGREE_DEGREES, AGREE_SHARE = 60, 0.75  # when sessions count as agreeing where down is

GRAVITY = ["gravX", "gravY", "gravZ"]
ACCELERATION = ["accelX", "accelY", "accelZ"]


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


def stuck_sensors(frame, features):
    """Sessions in which a sensor keeps one value."""
    findings = []
    for session, rows in frame.groupby("sessionId", sort=False):
        values = rows[features].to_numpy(float)
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
    for session, rows in frame.groupby("sessionId", sort=False):
        original = first.setdefault(rows[features].to_numpy(float).tobytes(), session)
        if original != session:
            findings.append(("copy", session, f"holds the same values as {original}"))
    return findings


def clock_problems(frame, time_column, rates, rate):
    """Gaps, times that do not increase, and sessions at another rate than `rate`."""
    steps = frame.groupby("sessionId", sort=False)[time_column].diff()
    findings = []
    for session, step in steps.groupby(frame["sessionId"], sort=False):
        gaps = step[step > GAP_PERIODS / rate]
        if len(gaps):
            findings.append(("gaps", session, f"{len(gaps)}, the longest {gaps.max():.3g} s"))
        backwards = int((step <= 0).sum())
        if backwards:
            findings.append(
                ("time order", session, f"{backwards} samples not after the one before")
            )
    for session, measured in rates.items():
        if measured < 1:
            hint = "is the time in milliseconds? see convert_units"
            findings.append(("rate", session, f"{measured:.3g} samples per second: {hint}"))
        elif abs(measured / rate - 1) > RATE_TOLERANCE:
            findings.append(("rate", session, f"{measured:.4g} samples per second, not {rate:.4g}"))
    return findings


def flipped_phones(frame):
    """Sessions in which gravity points the opposite way (see `recording_report.report`)."""
    down = gravity_directions(frame)
    users, activities, sessions = (down.index.get_level_values(i).to_numpy() for i in range(3))
    directions, findings = down.to_numpy(), {}
    for i, (user, activity, session) in enumerate(down.index):
        others = (activities == activity) & (sessions != session)
        by_user = _common_direction(directions[others & (users == user)])
        reference, whose = by_user, f"{user}'s other sessions"
        if reference is None:
            reference, whose = _common_direction(directions[others]), "everybody's other sessions"
        if reference is None:
            continue
        angle = np.degrees(np.arccos(np.clip(directions[i] @ reference, -1, 1)))
        if angle > max(FLIPPED_DEGREES, findings.get(session, (0,))[0]):
            findings[session] = (angle, f"gravity {angle:.0f}° away from {whose} of {activity}")
    return [("flipped phone", session, detail) for session, (_, detail) in findings.items()]


def gravity_directions(frame):
    """Unit vector of gravity's median, by user, activity and session; rows without one left out."""
    axes = next((axes for axes in (GRAVITY, ACCELERATION) if set(axes) <= set(frame)), None)
    if axes is None:
        return pd.DataFrame(index=pd.MultiIndex.from_arrays([[], [], []]))
    median = frame.groupby(["userId", "activity", "sessionId"])[axes].median()
    length = np.sqrt((median**2).sum(axis=1))
    # Acceleration without gravity has a median near zero, whose direction means nothing.
    return median[length > 0.5].div(length[length > 0.5], axis=0)


def _common_direction(directions):
    """The direction that two or more unit vectors share, or None where they do not agree.

    Watches worn on left and right wrists, for one, point opposite ways: nobody is flipped there.
    """
    if len(directions) < 2:
        return None
    median = np.median(directions, axis=0)
    median /= max(np.linalg.norm(median), 1e-9)
    near = directions @ median > np.cos(np.radians(AGREE_DEGREES))
    return median if near.mean() >= AGREE_SHARE else None
