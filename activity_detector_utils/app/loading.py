"""What ``--data`` may name: the course's recordings, a folder of CSV files, a Parquet file."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from ..base.errors import ToolkitError
from ..recordings import MOTION_FEATURES, clean, load_frame, read_recordings
from .console import listed, say

SHOULDER = "shoulder-exercises"
LABELS = ("userId", "sessionId", "activity")
UNITS = {"rot": "rad/s", "accel": "g", "grav": "g", "roll": "rad", "pitch": "rad", "yaw": "rad"}


@dataclass(frozen=True)
class Recordings:
    """Recordings, and what is known about them.

    Attributes
    ----------
    name : str
        For people: the data set, or the name of the folder or file.
    frame : DataFrame
        With `sessionId`, and `userId` and `activity` where they were recorded.
    rate : float or None
        Samples a second (Hz).
    people : dict or None
        ``train, validation, test`` -> people, where the data set has a fixed division.
    """

    name: str
    frame: pd.DataFrame
    rate: float | None = None
    people: dict | None = None

    @property
    def title(self):
        """The name, with a warning where some of the recordings are simulated."""
        users = self.frame["userId"].astype(str) if "userId" in self.frame else pd.Series(dtype=str)
        return f"{self.name} (simulated, not recorded)" if _simulated(users) else self.name


def load_recordings(data, rate=None, activities=None, columns=None):
    """Load what ``--data`` names.

    Parameters
    ----------
    data : str
        ``shoulder-exercises``, a folder of recorder CSVs or a Parquet file.
    rate : float, optional
        Samples a second (Hz), where the user knows.
    activities : dict, optional
        Label in the CSV files -> activity.
    columns : dict, optional
        A model's own name of a column -> ours, for a file that has only the model's.

    Returns
    -------
    Recordings

    Raises
    ------
    ToolkitError
        If there is no such data, or it is damaged.
    """
    path = Path(data)
    if activities is not None and not path.is_dir():
        raise ToolkitError("--activities names the labels of CSV files; give a folder of them")
    if data == SHOULDER:
        from ..datasets import SHOULDER_PEOPLE, SHOULDER_RATE, load_shoulder_exercises

        return Recordings(
            SHOULDER, load_shoulder_exercises(), rate or float(SHOULDER_RATE), SHOULDER_PEOPLE
        )
    if not path.exists():
        raise ToolkitError(
            f"--data {data}: there is no such folder or file; give a folder of CSV files, a "
            f"Parquet file, or {SHOULDER}"
        )
    frame = read_recordings(path, activities) if path.is_dir() else load_frame(path)
    ours = {old: new for old, new in (columns or {}).items() if new not in frame}
    frame = frame.rename(columns=ours)
    if "sessionId" not in frame:
        raise ToolkitError(f"{data} has no column sessionId; it has {listed(frame.columns)}")
    frame = _own_sessions(frame).reset_index(drop=True)
    return Recordings(path.resolve().stem, frame, rate)


def without_bad_rows(recordings, features):
    """Drop rows that nothing can be learned from, looking only at columns in use, and say so.

    Returns
    -------
    Recordings
    """
    if recordings.people is not None:
        return recordings  # checked when it was loaded
    used = [name for name in (*LABELS, *features) if name in recordings.frame]
    extra = [name for name in ("timestamp",) if name in recordings.frame]
    frame, log = clean(recordings.frame[[*used, *extra]])
    say_dropped(log)
    return replace(recordings, frame=frame)


def say_dropped(log):
    """Print what `recordings.clean` dropped, if anything."""
    for step in log[log["rows"] > 0].itertuples():
        say(
            f"Dropped {step.rows:,} rows of {step.sessions} sessions ({step.reason}): "
            f"{listed(step.sessionIds)}"
        )


def choose_features(frame, wanted=None):
    """The columns to learn from: those wanted, else the six of motion, else all numbers.

    Raises
    ------
    ToolkitError
        If a column wanted does not exist or holds no numbers, or no column does.
    """
    numbers = frame.select_dtypes("number").columns
    known = [name for name in numbers if name not in (*LABELS, "timestamp")]
    unknown = [name for name in wanted or () if name not in known]
    if unknown or not known:
        raise ToolkitError(f"no numeric column {listed(unknown)}; this data has {listed(known)}")
    if wanted is None:
        return MOTION_FEATURES if set(MOTION_FEATURES) <= set(known) else known
    return wanted


def units_of(features):
    """Feature -> unit, for the recorder's columns; what others measure is not known here."""
    starts = {name: [start for start in UNITS if name.startswith(start)] for name in features}
    return {name: UNITS[found[0]] for name, found in starts.items() if found}


def parse_activities(text):
    """``"0=rest,1=run"`` -> ``{"0": "rest", "1": "run"}``; None stays None.

    Raises
    ------
    ToolkitError
        If it is written otherwise.
    """
    if text is None:
        return None
    pairs = [pair.partition("=") for pair in text.split(",")]
    if not all(label.strip() and name.strip() for label, _, name in pairs):
        raise ToolkitError(f"--activities {text!r}: write label=name pairs, such as 0=rest,1=run")
    return {label.strip(): name.strip() for label, _, name in pairs}


def _own_sessions(frame):
    """Rename sessions whose id several people share: they are several recordings."""
    if "userId" not in frame:
        return frame
    owners = frame[["userId", "sessionId"]].drop_duplicates()
    shared = owners.loc[owners["sessionId"].duplicated(), "sessionId"].unique()
    if not len(shared):
        return frame
    say(f"{len(shared)} session ids occur for several people; they become <userId>-<sessionId>.")
    names = frame["userId"].astype(str) + "-" + frame["sessionId"].astype(str)
    sessions = frame["sessionId"].astype(str).where(~frame["sessionId"].isin(shared), names)
    return frame.assign(sessionId=sessions)


def _simulated(users):
    return users.str.startswith("sim_").any()
