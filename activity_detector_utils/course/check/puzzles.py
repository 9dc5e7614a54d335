"""Data of the exercises whose making would give the answer away, were it in the notebook."""

import numpy as np
import pandas as pd

MYSTERY = {"A": "internal_rotation", "B": "trapezius", "C": "abduction"}
COPIED, STUCK, TURNED, HOLED = DAMAGED = (
    "p03-row-right",
    "p05-abduction-left",
    "p08-trapezius-left",
    "p10-pendulum-right",
)


def mystery_sessions(frame, person="p02", arm="left", n_samples=500):
    """Ten seconds of three exercises of one person, without their names.

    Parameters
    ----------
    frame : DataFrame
        The shoulder exercises.
    person, arm : str
    n_samples : int
        Samples of each.

    Returns
    -------
    dict of str to DataFrame
        ``"A"``, ``"B"``, ``"C"`` -> the sensor columns.
    """
    hidden = ["userId", "sessionId", "arm", "activity"]
    rows = frame[(frame["userId"] == person) & (frame["arm"] == arm)]
    return {
        letter: rows[rows["activity"] == activity]
        .iloc[300 : 300 + n_samples]
        .drop(columns=hidden)
        .reset_index(drop=True)
        for letter, activity in MYSTERY.items()
    }


def damaged_recordings(frame):
    """Damage four of the shoulder exercises' recordings, each in another way.

    Parameters
    ----------
    frame : DataFrame
        The shoulder exercises.

    Returns
    -------
    DataFrame
        A damaged copy; `frame` stays as it is.
    """
    session = frame["sessionId"]
    damaged = frame.copy()
    damaged.loc[session == STUCK, "rotY"] = _stick(frame.loc[session == STUCK, "rotY"])
    damaged.loc[session == TURNED, ["accelX", "accelY", "rotX", "rotY"]] *= -1
    damaged.loc[frame.index[session == HOLED][700:720], "accelZ"] = np.nan
    original = frame[session == COPIED.replace("right", "left")]
    copy = original.assign(sessionId=COPIED, arm="right")
    kept = damaged[session != COPIED]
    return pd.concat([kept, copy]).sort_values("sessionId", kind="stable", ignore_index=True)


def _stick(values):
    """Hold one value for two seconds."""
    stuck = values.to_numpy(copy=True)
    stuck[400:500] = stuck[400]
    return stuck
