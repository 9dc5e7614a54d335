"""Shoulder exercises recorded by a smartwatch: the real recordings of chapters 0 to 6."""

from __future__ import annotations

import importlib.util
import itertools
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..base import settings
from ..base.errors import MissingFile, ToolkitError
from . import finding
from .object_arrays import read_object_array

if TYPE_CHECKING:
    import pandas as pd

SHOULDER_RATE = 50
SHOULDER_PEOPLE = {
    "train": ["p01", "p02", "p03", "p04", "p05", "p06"],
    "validation": ["p07", "p08"],
    "test": ["p09", "p10"],
}

NAME = "shoulder-exercises"
PACKAGE = "seglearn==1.2.5"
_PARQUET = Path("shoulder_exercises", "shoulder_exercises.parquet")
_SHA256 = "eb122f23cdf06ef6bd6c6c5312958ec5cf9d038e2e6d457b8081662c75a42537"
_N_SAMPLES = 244_102
_ACTIVITIES = {
    "PEN": "pendulum",
    "ABD": "abduction",
    "FEL": "forward_elevation",
    "IR": "internal_rotation",
    "ER": "external_rotation",
    "TRAP": "trapezius",
    "ROW": "row",
}
_LABELS = ["userId", "sessionId", "arm", "activity"]
_SIGNALS = {
    "wx": "rotX",
    "wy": "rotY",
    "wz": "rotZ",
    "ax": "accelX",
    "ay": "accelY",
    "az": "accelZ",
}


def load_shoulder_exercises() -> pd.DataFrame:
    """Load 140 recordings of shoulder exercises: 10 people x 7 exercises x 2 arms.

    The watch sat on the wrist of the arm that moved; each session is one set of about 20
    repetitions of one exercise. Source: Burns et al. 2018, arXiv:1802.01489, the sample that
    ships inside the Python package seglearn (BSD-3-Clause).

    Returns
    -------
    DataFrame of 244,102 rows
        userId : 'p01' .. 'p10'
        sessionId : such as 'p01-row-left'
        arm : 'left' or 'right'
        activity : pendulum, abduction, forward_elevation, internal_rotation, external_rotation,
            trapezius or row
        rotX, rotY, rotZ : float32, rad/s, in the watch's axes
        accelX, accelY, accelZ : float32, g, in the watch's axes; gravity is included

        A session's rows are contiguous and in time order, 50 a second; sessions are sorted by
        userId, activity, arm.

    Raises
    ------
    MissingFile
        If there is neither a converted copy nor the package that holds the original.
    ToolkitError
        If the original, or a converted copy in ``COURSE_DATA_DIR``, is not what it should be.

    Notes
    -----
    The first call reads the package's file (its checksum is tested first, its code never runs) and
    keeps Parquet in ``data/``, where it may write. A damaged Parquet file there is rebuilt, with a
    warning.

    At rest an acceleration has length 1 g. The axes differ between the arms: in `trapezius` gravity
    lies along x, and the mean of accelX is +0.9 to +1.1 g in all 10 sessions of the left wrist,
    -1.0 to -1.1 g in all 10 of the right one. So a movement has other signs on the other arm.
    Speeds differ too: p03 and p04 need about 60 % of the others' time for a set.
    """
    from ..recordings.facts import course_columns, state

    facts = course_columns(_SIGNALS.values(), "the data set", gravity=True)
    return state(_load(), facts, SHOULDER_RATE)


def _load():
    from ..recordings.frame_files import load_frame

    path = find_parquet()
    if path is None:
        return _convert()
    try:
        frame = load_frame(path)
        _check(frame)
    except ValueError as problem:
        if not path.is_relative_to(settings.cache_folder()):
            raise ToolkitError(f"{path} is damaged or not this data set: {problem}") from problem
        warnings.warn(f"{path} was damaged and is rebuilt", stacklevel=3)
        return _convert()
    return frame


def find_parquet():
    """Path of the converted copy, or None."""
    paths = [folder / _PARQUET for folder in settings.data_folders()]
    return next((path for path in paths if path.exists()), None)


def find_original():
    """Path of the file inside the installed package, found without importing it, or None."""
    spec = importlib.util.find_spec(PACKAGE.split("==")[0])
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0], "data", "watch_dataset.npy")
    return path if path.exists() else None


def _convert():
    """Read the original, keep a Parquet copy, return the frame."""
    from ..recordings.frame_files import save_frame

    path = find_original()
    if path is None:
        searched = ", ".join(str(folder / _PARQUET) for folder in settings.data_folders())
        raise MissingFile(
            f"{NAME} is not here: it ships inside the package {PACKAGE}, which is not installed;"
            f" run `pip install {PACKAGE}`. Also searched {searched}"
        )
    frame = read_original(path)
    copy = settings.cache_folder() / _PARQUET
    with suppress(OSError):  # a folder that one may only read: the frame is here all the same
        copy.parent.mkdir(parents=True, exist_ok=True)
        save_frame(frame, copy)
    return frame


def read_original(path):
    """Read seglearn's own file into the frame that `load_shoulder_exercises` returns."""
    import pandas as pd

    finding.check_sha256(path, [_SHA256], f"install the package again: `pip install {PACKAGE}`")
    with open(path, "rb") as file:
        recorded = read_object_array(file).item()
    names = [_SIGNALS[label] for label in recorded["X_labels"]]
    sessions = []
    for X, subject, label, side in zip(
        recorded["X"], recorded["subject"], recorded["y"], recorded["side"], strict=True
    ):
        user, arm = f"p{subject:02d}", "right" if side == 1 else "left"
        activity = _ACTIVITIES[recorded["y_labels"][label]]
        session = pd.DataFrame(X.astype(np.float32), columns=names)[list(_SIGNALS.values())]
        labels = [user, f"{user}-{activity}-{arm}", arm, activity]
        for position, (column, value) in enumerate(zip(_LABELS, labels, strict=True)):
            session.insert(position, column, value)
        sessions.append(((user, activity, arm), session))
    ordered = [session for _, session in sorted(sessions, key=lambda pair: pair[0])]
    frame = pd.concat(ordered, ignore_index=True)
    _check(frame)
    return frame


def _check(frame):
    """Raise ValueError unless the frame is this data set, complete and in order."""
    columns = [*_LABELS, *_SIGNALS.values()]
    if list(frame.columns) != columns:
        raise ToolkitError(f"its columns are {list(frame.columns)}, wanted {columns}")
    if len(frame) != _N_SAMPLES:
        raise ToolkitError(f"it has {len(frame)} rows, wanted {_N_SAMPLES}")
    if not np.isfinite(frame[list(_SIGNALS.values())].to_numpy()).all():
        raise ToolkitError("it holds values that are not finite")
    starts = frame["sessionId"].ne(frame["sessionId"].shift())
    sessions = frame.loc[starts, _LABELS].itertuples(index=False, name=None)
    wanted = [
        (user, f"{user}-{activity}-{arm}", arm, activity)
        for user in itertools.chain(*SHOULDER_PEOPLE.values())
        for activity in sorted(_ACTIVITIES.values())
        for arm in ("left", "right")
    ]
    if list(sessions) != wanted:
        raise ToolkitError("its sessions are not 10 people x 7 activities x 2 arms in this order")
