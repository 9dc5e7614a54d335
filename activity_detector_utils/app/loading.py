"""What ``--data`` may name: the course's recordings, a folder of CSV files, a Parquet file."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from ..base.errors import ToolkitError
from ..base.frames import check_frame, holds_numbers, read_ids
from ..recordings import clean, features, load_frame, read_recordings, resample
from ..recordings.facts import stated_facts
from ..recordings.labels import trim_labels, warn_near_equal
from ..recordings.rates import TOLERANCE, find_time_column, measured_rate
from ..recordings.sessions import ids_as_text, own_sessions
from ..recordings.units import use_units
from .console import complain, listed, say

SHOULDER = "shoulder-exercises"
LABELS = ("userId", "sessionId", "activity")


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


def load_recordings(data, activities=None, columns=None, units=None):
    """Load what ``--data`` names.

    Parameters
    ----------
    data : str
        ``shoulder-exercises``, a folder of recorder CSVs or a Parquet file.
    activities : dict, optional
        Label in the CSV files -> activity.
    columns : dict, optional
        A model's own name of a column -> ours, for a file that has only the model's.
    units : dict, optional
        What columns are in, as ``--units`` says; they are converted.

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
        from ..datasets import SHOULDER_PEOPLE, load_shoulder_exercises

        if units:
            raise ToolkitError(f"--units: {SHOULDER} is in rad/s and g; leave it out")
        return Recordings(SHOULDER, load_shoulder_exercises(), people=SHOULDER_PEOPLE)
    if not path.exists():
        raise ToolkitError(
            f"--data {data}: there is no such folder or file; give a folder of CSV files, a "
            f"Parquet file, or {SHOULDER}"
        )
    frame = read_recordings(path, activities) if path.is_dir() else load_frame(path)
    check_frame(frame, str(data))
    ours = {old: new for old, new in (columns or {}).items() if new not in frame}
    frame = _without_odd_columns(data, frame.rename(columns=ours))
    if not path.is_dir():  # read_recordings looks at the labels itself
        frame = trim_labels(frame)
        warn_near_equal(frame)
    if "sessionId" not in frame:
        raise ToolkitError(f"{data} has no column sessionId; it has {listed(frame.columns)}")
    frame = _own_sessions(frame).reset_index(drop=True)
    place = path.resolve()
    name = place.name if place.is_dir() else place.stem
    return Recordings(name, use_units(frame, units) if units else frame)


def without_bad_rows(recordings, columns, needed=LABELS):
    """Drop rows that nothing can be learned from, looking only at columns in use, and say so.

    Parameters
    ----------
    recordings : Recordings
    columns : list of str
        Features.
    needed : sequence of str
        Which of session, activity and person must be known.

    Returns
    -------
    Recordings
        With these columns, and the time where there is one.
    """
    if recordings.people is not None:
        return recordings  # checked when it was loaded
    everything = recordings.frame
    times = [name for name in (find_time_column(everything),) if name]
    used = [n for n in dict.fromkeys((*LABELS, *columns, *times)) if n in everything]
    must = [name for name in (*needed, *columns) if name in everything]
    # Whether a sample is there twice, all its numbers tell.
    told_by = [name for name in everything if name in used or holds_numbers(everything[name])]
    frame, log = clean(everything[told_by], columns=must)
    say_dropped(log)
    for name in ("sessionId", "activity"):
        if name in must:
            read_ids(frame, name, recordings.name)  # one type, or an error that says which
    frame = frame[used]
    if "userId" in must and pd.api.types.infer_dtype(frame["userId"]) not in ("string", "integer"):
        frame = frame.assign(userId=ids_as_text(frame["userId"]))
    return replace(recordings, frame=frame)


def say_dropped(log):
    """Print what `recordings.clean` dropped, if anything."""
    for step in log[log["rows"] > 0].itertuples():
        say(
            f"Dropped {step.rows:,} rows of {step.sessions} sessions ({step.reason}): "
            f"{listed(step.sessionIds)}"
        )


def choose_features(frame, wanted=None):
    """The columns to learn from: those wanted, else what `recordings.features` chooses, aloud.

    Raises
    ------
    ToolkitError
        If a column wanted does not exist, holds no numbers or no value, or nothing can be chosen.
    """
    if wanted is None:
        choice = features.choose_features(frame)
        for line in choice.lines():
            say(f"Left out: {line}")
        if not choice.chosen:
            raise ToolkitError(
                "no column to learn from; --features names columns of "
                f"{listed(choice.left_out) or 'which this data has none'}"
            )
        return choice.chosen
    known = [name for name in frame if holds_numbers(frame[name]) and name not in LABELS]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise ToolkitError(f"no numeric column {listed(unknown)}; this data has {listed(known)}")
    if empty := [name for name in wanted if frame[name].isna().all()]:
        raise ToolkitError(f"column {listed(empty)} holds no value; leave it out of --features")
    return wanted


def at_one_rate(recordings, rate=None, resample_to=None):
    """Recordings at one rate, that is measured where they have times, and said.

    Parameters
    ----------
    recordings : Recordings
    rate : float, optional
        Samples a second (Hz) that the user claims.
    resample_to : float, optional
        The rate to bring them to.

    Raises
    ------
    ToolkitError
        If the rate is another than was claimed, or sessions differ; says what to do.
    """
    frame, column = recordings.frame, find_time_column(recordings.frame)
    if resample_to is not None:
        if column is None:
            raise ToolkitError("--resample needs times: a column timestamp, in seconds")
        frame = resample(frame, resample_to, column)
        say(f"Resampled to {resample_to:g} Hz, from the times in {column}.")
        return replace(recordings, frame=frame, rate=resample_to)
    stated = stated_facts(frame).rate
    if rate is not None and stated is not None and abs(stated / rate - 1) > TOLERANCE:
        raise ToolkitError(f"--rate {rate:g}, but {recordings.name} says {stated:g}; leave it out")
    measured = measured_rate(frame, rate or stated, time_column=column)
    if rate is None and stated is None and measured is not None:
        say(f"Rate: {measured:.4g} Hz, measured from the times in {column}.")
    return replace(recordings, rate=rate or stated or measured)


def parse_activities(text):
    """``"0=rest,1=run"`` -> ``{"0": "rest", "1": "run"}``; None stays None.

    Raises
    ------
    ToolkitError
        If it is written otherwise, or names a label twice.
    """
    if text is None:
        return None
    pairs = [pair.partition("=") for pair in text.split(",")]
    if not all(label.strip() and name.strip() for label, _, name in pairs):
        raise ToolkitError(f"--activities {text!r}: write label=name pairs, such as 0=rest,1=run")
    labels = [label.strip() for label, _, _ in pairs]
    if twice := sorted({label for label in labels if labels.count(label) > 1}):
        raise ToolkitError(f"--activities {text!r} names {listed(twice)} more than once")
    return {label.strip(): name.strip() for label, _, name in pairs}


def _without_odd_columns(data, frame):
    """The frame without columns of lists, bytes and the like; a label that is one is an error."""
    kinds = {
        name: pd.api.types.infer_dtype(frame[name], skipna=True)
        for name in frame.columns
        if frame[name].dtype == object
    }
    odd = [name for name, kind in kinds.items() if kind in ("mixed", "bytes")]
    for name in LABELS:
        if name in odd:
            raise ToolkitError(
                f"column {name} of {data} holds a {type(frame[name].dropna().iloc[0]).__name__} in "
                "a row; text or whole numbers are needed"
            )
    if odd:
        complain(f"Note: left out columns that hold neither numbers nor text: {listed(odd)}")
    return frame.drop(columns=odd)


def _own_sessions(frame):
    """Rename sessions whose id several people share: they are several recordings."""
    if "userId" not in frame:
        return frame
    owners = frame[["userId", "sessionId"]].dropna().drop_duplicates()
    n_shared = owners.loc[owners["sessionId"].duplicated(), "sessionId"].nunique()
    if not n_shared:
        return frame
    say(f"{n_shared} session ids occur for several people; they become <userId>-<sessionId>.")
    sessions, users = (ids_as_text(frame[name]) for name in ("sessionId", "userId"))
    return frame.assign(sessionId=own_sessions(sessions, users))


def _simulated(users):
    return users.str.startswith("sim_").any()
