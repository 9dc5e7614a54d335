"""Simulated phone gestures, for rooms without phones and for tests (chapter 1).

Nothing here was recorded. Every user is called `sim_<number>`, so that the data say so wherever
they turn up.
"""

import re
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial.transform import Rotation

from ..base.arguments import whole_number
from ..base.errors import ToolkitError
from ..base.frames import require_columns
from ..base.writing import replacing
from ..recordings import GESTURES, RECORDER_COLUMNS
from ..recordings.facts import course_columns, state
from .hand_motion import LEAN, draw_person, mirrored_axial, move_hand
from .phone_sensors import sense

RATE = 25  # samples per second
FLIPPED_SESSION = "sim_01-shake_it-1"
WRONG_SESSION = "sim_02-drive_it-1"

_NOT_IN_NAMES = '/ \\ : * ? " < > |'  # on one system or another
_FILE_NAME = re.compile(r"[^.\s\0-\x1f\x7f/\\:*?\"<>|-]([^\0-\x1f\x7f/\\:*?\"<>|-]*\S)?")

_FINE = 4  # steps of simulated motion per sample
_MOVES = {"chop_it": 3, "drive_it": 1, "shake_it": 2}  # in the order in which files are read
# device_to_hand: the top of the phone forward and up; or landscape, the screen towards the face.
_FORWARD = Rotation.from_rotvec([LEAN, 0, 0])
_WHEEL = Rotation.from_rotvec([-LEAN, 0, 0]) * Rotation.from_matrix(
    [[0, -1, 0], [0, 0, -1], [1, 0, 0]]
)
_END_OVER_END = Rotation.from_rotvec([np.pi, 0, 0])


def simulate_gestures(
    n_people: int = 4, sessions_per_activity: int = 4, seed: int = 42, faults: bool = False
) -> pd.DataFrame:
    """Simulate people who chop, drive and shake a phone, with rest before and after.

    Each session holds one bout of 21 to 28 s of one gesture between two of rest, so that rest is
    about 2.4 times as frequent as each gesture. Each person has a tempo, vigour, grip, tremor and
    handedness (`sim_03`, `sim_07`, ... are left-handed). The sensors are those of one rigid phone:
    rotation rate integrates to attitude, gravity is the world's seen from the phone, and rotation
    rate and acceleration carry noise. Labels run up to half a second ahead of the hand.

    Parameters
    ----------
    n_people : int
        How many people. Person k is the same whatever their number.
    sessions_per_activity : int
        Sessions of each of the three gestures per person. Session k is the same likewise.
    seed : int
        Non-negative; the same seed gives the same values.
    faults : bool
        Plant two faults, for a lesson on finding them: in `sim_01-shake_it-1` the phone is turned
        end over end, and `sim_02-drive_it-1` is labelled `drive_it` while the phone is shaken.

    Returns
    -------
    DataFrame
        `userId`, then the columns of `RECORDER_COLUMNS`: 25 samples per second, rad, rad/s and g.

    Raises
    ------
    ToolkitError
        If a number is out of range.
    """
    whole_number("n_people", n_people, 2 if faults else 1)
    whole_number("sessions_per_activity", sessions_per_activity, 1)
    whole_number("seed", seed, 0)
    people = [draw_person(number, seed) for number in range(1, n_people + 1)]
    sessions = [
        _session(person, gesture, take, seed, faults)
        for person in people
        for gesture in _MOVES
        for take in range(1, sessions_per_activity + 1)
    ]
    frame = pd.concat(sessions, ignore_index=True)
    frame = frame.astype(dict.fromkeys(["userId", "sessionId", "activity"], "str"))
    return state(frame, course_columns(RECORDER_COLUMNS, "the simulation", gravity=False), RATE)


def _session(person, gesture, take, seed, faults):
    """One session as a frame."""
    name = f"{person.name}-{gesture}-{take}"
    rng = np.random.default_rng([seed, person.number, _MOVES[gesture], take])
    before, bout, after = rng.uniform([7, 21, 7], [12.6, 28, 12.6])  # s
    n_samples = int((before + bout + after) * RATE)
    made = "shake_it" if faults and name == WRONG_SESSION else gesture
    flipped = faults and name == FLIPPED_SESSION
    values = _sensor_values(person, made, rng, n_samples, (before, before + bout), flipped)

    clock = np.arange(n_samples) / RATE
    labels = np.where((clock >= before) & (clock < before + bout), gesture, "rest_it")
    frame = pd.DataFrame(values, columns=RECORDER_COLUMNS[2:])
    frame.insert(0, "userId", person.name)
    frame.insert(1, "sessionId", name)
    frame.insert(2, "activity", labels)
    return frame


def _sensor_values(person, gesture, rng, n_samples, bout, flipped):
    """The twelve sensor columns of one session, (n_samples, 12)."""
    time = np.arange(n_samples * _FINE) / (RATE * _FINE)
    turn, shift, lever = move_hand(person, gesture, rng, time, *bout)
    grip = mirrored_axial(person.grip + rng.normal(0, 0.08, 3), person.side)
    hold = _WHEEL if gesture == "drive_it" else _FORWARD
    device_to_hand = Rotation.from_rotvec(grip) * hold
    if flipped:
        device_to_hand = device_to_hand * _END_OVER_END
    heading = Rotation.from_rotvec([0, 0, rng.uniform(-np.pi, np.pi)])
    hand_to_world = heading * Rotation.from_rotvec(turn)
    positions = hand_to_world.apply(lever) + heading.apply(shift)
    values = sense(hand_to_world, positions, device_to_hand, RATE, _FINE)
    values[:, 3:6] += rng.normal(0, 0.02 * person.noise, (n_samples, 3))  # rad/s
    values[:, 9:12] += rng.normal(0, 0.01 * person.noise, (n_samples, 3))  # g
    return np.round(values, 6)


def write_recordings(folder: str | PathLike[str], frame: pd.DataFrame) -> list[Path]:
    """Write a frame as the recorder does: a CSV per user and gesture, no header, numbered labels.

    A session goes to the file of its gesture, such as `sim_01-chop-it-data.csv`; a session of
    rest alone goes to that of `rest_it`. `read_recordings(folder)` reads the sessions back, and a
    frame of `simulate_gestures` exactly.

    Parameters
    ----------
    folder : str or Path
        Where to write; created if missing. Files of the same names are replaced.
    frame : DataFrame
        `userId` and `RECORDER_COLUMNS`, with activities of `GESTURES`.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    ToolkitError
        If a column is missing, an activity is unknown, a session mixes gestures or a user's name
        cannot begin the name of a file.
    CannotWrite
        If a file cannot be written.
    """
    require_columns(frame, ["userId", *RECORDER_COLUMNS])
    codes = {name: code for code, name in GESTURES.items()}
    unknown = sorted(set(frame["activity"]) - set(codes), key=str)
    if unknown:
        raise ToolkitError(f"unknown activities {unknown}; the recorder knows {', '.join(codes)}")
    unfit = sorted(user for user in frame["userId"].unique() if not _FILE_NAME.fullmatch(str(user)))
    if unfit:
        raise ToolkitError(
            f"users {unfit} cannot begin the name of a file: a hyphen ends the user there; "
            f"{_NOT_IN_NAMES} and a dot or space in front cannot be in it"
        )
    gesture = _gesture_of_rows(frame)
    frame = frame.assign(activity=frame["activity"].map(codes))
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for (user, name), rows in frame.groupby(["userId", gesture]):
        path = folder / f"{user}-{name.replace('_', '-')}-data.csv"
        with replacing(path) as temporary:
            rows.to_csv(temporary, columns=RECORDER_COLUMNS, header=False, index=False)
        written.append(path)
    return written


def _gesture_of_rows(frame):
    """For every row the one gesture of its session, `rest_it` if there is none."""
    moves = frame[frame["activity"] != GESTURES[0]]
    made = moves.groupby("sessionId")["activity"].unique()
    mixed = made[made.str.len() > 1]
    if len(mixed):
        session, gestures = mixed.index[0], ", ".join(sorted(mixed.iloc[0]))
        raise ToolkitError(
            f"session {session!r} mixes {gestures}; the recorder has one per session"
        )
    return frame["sessionId"].map(made.str[0]).fillna(GESTURES[0]).rename("gesture")
