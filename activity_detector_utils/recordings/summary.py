"""What a set of recordings holds, and what looks wrong in it before anything is dropped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError
from ..base.frames import check_recordings
from . import checks
from .cleaning import numeric_columns
from .rates import session_rates
from .saying import describe_columns
from .times import seconds

_LINES_PER_PROBLEM = 5


@dataclass(frozen=True)
class RecordingReport:
    """What `report` found; print it, or use its frames.

    Attributes
    ----------
    sessions : DataFrame
        One row per session, indexed by `sessionId`: `userId`, `activity` (the most frequent),
        `samples`, `seconds`, `rate`.
    activities : DataFrame
        Indexed by `activity`: `samples`, `share`, `sessions`, `people`.
    findings : DataFrame
        One row per session and problem: `problem`, `sessionId`, `detail`.
    rate : float
        Samples per second: measured where there are timestamps, else as given, else NaN.
    guesses : tuple of str
        What columns are taken to mean that nobody stated, and why.
    """

    sessions: pd.DataFrame
    activities: pd.DataFrame
    findings: pd.DataFrame
    rate: float
    guesses: tuple = ()

    def __str__(self):
        guesses = ["", *(f"guessed: {line}" for line in self.guesses)] if self.guesses else []
        return "\n".join([*self._size_lines(), *guesses, "", *self._finding_lines()])

    def _size_lines(self):
        sessions, samples = self.sessions, self.sessions["samples"]
        people = sessions["userId"].nunique()
        size = f"{people} people, {len(sessions)} sessions, {samples.sum():,} samples"
        if np.isfinite(self.rate):
            size += f", {sessions['seconds'].sum() / 60:.1f} minutes at {self.rate:.4g} Hz"
        lengths = f"{samples.min():,} to {samples.max():,} samples, median {samples.median():,.0f}"
        table = self.activities.to_string(formatters={"share": "{:.1%}".format})
        return [size, f"a session has {lengths}", "", table]

    def _finding_lines(self):
        if self.findings.empty:
            return ["nothing looks wrong"]
        lines = []
        for problem, rows in self.findings.groupby("problem", sort=False):
            lines.append(f"{problem}: {len(rows)} of {len(self.sessions)} sessions")
            shown = rows.head(_LINES_PER_PROBLEM)
            if problem == "unit":  # the same words for every session
                lines += [f"  {detail}" for detail in rows["detail"].unique()]
                continue
            lines += [f"  {row.sessionId}: {row.detail}" for row in shown.itertuples()]
            if len(rows) > len(shown):
                lines.append(f"  and {len(rows) - len(shown)} more")
        return lines


def report(
    frame: pd.DataFrame, rate: float | None = None, time_column: str = "timestamp"
) -> RecordingReport:
    """Describe recordings and list what looks wrong; nothing is changed.

    In each session: missing and infinite values; labels and people spelled nearly as others are; a
    sample that is there twice; rows with the values of the row before, and what that may mean;
    stuck sensors (one value throughout, or 50 times in a row); a very short session (under a tenth
    of the median); a copy of another session; a flipped phone. Where there is a time column also
    gaps (steps of more than 3 samples), times that do not increase, and a rate more than 10 % off.
    And for each sensor a unit, or gravity in or out, that the size of its values contradicts; what
    was guessed from names is listed.

    A phone is called flipped where the median direction of gravity during one activity is more
    than 120 degrees away from that of the same user's other sessions of the activity, or of
    everybody's where that user has fewer than two others or these disagree. Sessions agree if
    three quarters of them lie within 60 degrees of their median. Gravity is `gravX..Z`; without
    these columns `accelX..Z`, provided that it includes gravity.

    Parameters
    ----------
    frame : DataFrame
        Recordings with `userId`, `sessionId` and `activity`.
    rate : float, optional
        Samples per second that the recorder was set to, if known.
    time_column : str
        A column of times, used where the frame has it: seconds, or dates.

    Returns
    -------
    RecordingReport

    Raises
    ------
    ToolkitError
        If the frame is empty, lacks one of the three columns, or has rows without `sessionId`.
    """
    check_recordings(frame, ["userId", "sessionId", "activity"])
    if frame["sessionId"].isna().any():
        raise ToolkitError(
            f"{frame['sessionId'].isna().sum()} rows have no sessionId; clean drops them"
        )
    if time_column in frame:
        frame = frame.assign(**{time_column: seconds(frame[time_column])})
    by_session = frame.groupby("sessionId", sort=False)
    sessions = pd.DataFrame({name: _most_frequent(frame, name) for name in ("userId", "activity")})
    sessions["samples"] = by_session.size()
    sessions["rate"] = np.nan if rate is None else float(rate)
    findings = _sensor_findings(frame, time_column, sessions["samples"])
    if time_column in frame:
        sessions["rate"] = session_rates(frame, time_column)
        expected = rate or sessions["rate"].median()
        findings += checks.clock_problems(frame, time_column, sessions["rate"], expected)
    sessions.insert(3, "seconds", sessions["samples"] / sessions["rate"])
    findings = pd.DataFrame(findings, columns=["problem", "sessionId", "detail"])
    overall = float(sessions["rate"].median())
    guesses = tuple(describe_columns(frame, guesses_only=True))
    return RecordingReport(sessions, _activity_table(frame), findings, overall, guesses)


def _sensor_findings(frame, time_column, sizes):
    numeric = numeric_columns(frame)
    features = [name for name in numeric if name != time_column]
    return [
        *checks.bad_values(frame, numeric),
        *checks.near_equal_labels(frame),
        *checks.repeats(frame, features, time_column),
        *checks.stuck_sensors(frame, features),
        *checks.short_sessions(sizes),
        *checks.copies(frame, features),
        *checks.flipped_phones(frame),
        *checks.wrong_units(frame),
    ]


def _most_frequent(frame, column):
    """The value that most samples of each session have; of equals the first in order."""
    counts = frame.groupby(["sessionId", column], dropna=False, observed=True).size()
    counts = counts.rename("n").reset_index().sort_values("n", ascending=False, kind="stable")
    chosen = counts.drop_duplicates("sessionId").set_index("sessionId")[column]
    return chosen.reindex(frame["sessionId"].unique())


def _activity_table(frame):
    groups = frame.groupby("activity")
    table = pd.DataFrame({"samples": groups.size(), "share": groups.size() / len(frame)})
    table["sessions"] = groups["sessionId"].nunique()
    table["people"] = groups["userId"].nunique()
    return table
