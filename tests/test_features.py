"""Features are measurements: not clocks, counters, ids, nor labels in disguise."""

import numpy as np
import pandas as pd
import pytest

from activity_detector_utils.activity_classifier.meaning import read_meaning
from activity_detector_utils.recordings.features import choose_features


def walk_then_run(n=100, **more):
    """Noise in x, y, z; each of three people first walks, then runs, in one session."""
    rng = np.random.default_rng(0)
    parts = []
    for person in range(3):
        frame = pd.DataFrame(rng.normal(size=(2 * n, 3)), columns=["x", "y", "z"])
        frame.insert(0, "userId", person)
        frame.insert(1, "sessionId", f"s{person}")
        frame.insert(2, "activity", ["walk"] * n + ["run"] * n)
        parts.append(frame)
    frame = pd.concat(parts, ignore_index=True)
    row = np.tile(np.arange(2 * n), 3)
    code = (frame["activity"] == "run").to_numpy().astype(int)
    columns = {
        "seconds_elapsed": row / 50,
        "p1": row / 50,
        "p2": np.arange(len(row)),
        "p3": -row,
        "p4": row % 16,
        "p5": row + rng.normal(0, 15, len(row)),
        "p6": frame["userId"] * 10.0 + 20,
        "p7": code + rng.normal(0, 0.1, len(row)),
        "p8": code,
        "p9": np.nan,
        "p10": 5.0,
        "p11": np.where(row % 5 == 0, rng.normal(size=len(row)), np.nan),
        "trial": 1 + row // 50,
        "good": rng.normal(60, 3, len(row)),
    }
    return frame.assign(**{name: columns[name] for name in more.get("add", columns)})


def test_what_is_no_measurement_is_left_out_with_a_reason():
    choice = choose_features(walk_then_run())
    assert choice.chosen == ["x", "y", "z"]
    clock = "grows steadily within sessions (a clock or a counter)"
    disguised = (
        "tells the activities apart by itself within each person, as a clock, a setting or the "
        "label itself does"
    )
    assert choice.left_out == {
        "seconds_elapsed": "is named like a time",
        "p1": clock,
        "p2": clock,
        "p3": clock.replace("grows", "falls"),
        "p4": clock,
        "p5": "follows the time in its session (a clock, or something that drifts)",
        "p6": "has one value in each session (an id, or a property of the person)",
        "p7": disguised,
        "p8": disguised,
        "p9": "holds no value",
        "p10": "holds one value throughout",
        "p11": "has no value in 80% of the rows",
        "trial": "is named like an id or a label",
        "good": "no axis of a motion sensor that is known here; --features can name it",
    }


@pytest.mark.parametrize("name", ["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10"])
def test_create_stops_at_such_a_column_that_nobody_named(name):
    frame = walk_then_run(add=[name, "good"]).drop(columns="userId")
    features = [column for column in frame if column not in ("sessionId", "activity")]
    with pytest.raises(ValueError, match=name) as caught:
        read_meaning(frame, features, "sessionId", "activity", named=False)
    assert str(caught.value).endswith("features=['x', 'y', 'z', 'good']")


def test_a_clock_that_somebody_named_is_a_warning():
    frame = walk_then_run(add=["p1"])
    with pytest.warns(UserWarning, match="'p1' grows steadily within sessions"):
        read_meaning(frame, ["x", "p1"], "sessionId", "activity")


def test_axes_of_sensors_are_chosen_in_one_order_whatever_their_names():
    rng = np.random.default_rng(0)
    names = ["heart", "az", "ay", "ax", "gravity.x", "wz", "wy", "wx", "arm"]
    frame = pd.DataFrame(rng.normal(size=(60, 9)), columns=names).assign(arm="left")
    frame = frame.assign(sessionId="s", activity="a", userId="u")
    choice = choose_features(frame)
    assert choice.chosen == ["wx", "wy", "wz", "ax", "ay", "az"]
    assert choice.left_out == {
        "heart": "no axis of a motion sensor that is known here; --features can name it",
        "gravity.x": "gravity, beside gyroscope or accelerometer; --features can name it",
        "arm": "holds no numbers (text)",
    }


def test_a_posture_is_no_label_in_disguise():
    """Lying and standing differ by the axis of gravity alone: that is what a sensor is for."""
    frame = walk_then_run(add=[])
    frame["x"] += np.where(frame["activity"] == "run", 50, 0)
    assert choose_features(frame).chosen == ["x", "y", "z"]


def test_without_axes_every_measurement_is_chosen():
    frame = walk_then_run(add=["good", "p1"]).drop(columns=["x", "y", "z"])
    assert choose_features(frame).chosen == ["good"]


def test_numbers_with_a_none_among_them_are_numbers():
    frame = walk_then_run(add=["good"]).rename(columns={a: f"accel{a.upper()}" for a in "xyz"})
    frame["accelY"] = frame["accelY"].astype(object)
    frame.loc[3, "accelY"] = None
    assert choose_features(frame).chosen == ["accelX", "accelY", "accelZ"]
