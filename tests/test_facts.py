"""What columns mean: read from names, stated, and kept through what is done to a frame."""

import numpy as np
import pandas as pd
import pytest

from activity_detector_utils.datasets.simulate import simulate_gestures, write_recordings
from activity_detector_utils.recordings import (
    convert_units,
    load_frame,
    read_recordings,
    resample,
    save_frame,
)
from activity_detector_utils.recordings.facts import (
    Column,
    course_columns,
    facts_from_name,
    facts_of,
    state,
)


@pytest.mark.parametrize(
    ("name", "sensor", "axis", "unit", "gravity"),
    [
        ("rotX", "gyroscope", "x", "rad/s", None),
        ("accelZ", "accelerometer", "z", "g", None),
        ("yaw", "attitude", "yaw", "rad", None),
        ("gyro_y", "gyroscope", "y", None, None),
        ("wx", "gyroscope", "x", None, None),
        ("aZ", "accelerometer", "z", None, None),
        ("gFx", "accelerometer", "x", None, True),
        ("rotationRate.x", "gyroscope", "x", None, None),
        ("userAcceleration.y", "accelerometer", "y", None, False),
        ("total_acc_x", "accelerometer", "x", None, True),
        ("body_gyro_z", "gyroscope", "z", None, None),
        ("gravity.x", "gravity", "x", None, None),
        ("attitude.roll", "attitude", "roll", None, None),
        ("Linear Acceleration x (m/s^2)", "accelerometer", "x", "m/s^2", False),
        ("LINEAR ACCELERATION X (m/s²)", "accelerometer", "x", "m/s^2", False),
        ("accelerometerAccelerationX(G)", "accelerometer", "x", "g", None),
        ("motionRotationRateX(rad/s)", "gyroscope", "x", "rad/s", None),
        ("MAGNETIC FIELD X (μT)", "magnetometer", "x", "uT", None),
        ("X-axis (g)", "accelerometer", "x", "g", None),
        ("quaternionW", "attitude", "w", None, None),
        # What a name leaves open stays open: gX is a gyroscope here and gravity there.
        ("gX", None, "x", None, None),
        ("x", None, "x", None, None),
        ("max", None, "", None, None),
        ("index", None, "", None, None),
        ("Absolute acceleration (m/s^2)", None, "", "m/s^2", None),
        ("Heart Rate (bpm)", None, "", "bpm", None),
    ],
)
def test_names_say_sensor_axis_unit_and_gravity_and_no_more(name, sensor, axis, unit, gravity):
    column = facts_from_name(name)
    assert (column.sensor, column.axis, column.unit, column.gravity) == (
        sensor,
        axis,
        unit,
        gravity,
    )


def test_facts_stay_with_a_frame_through_selection_files_and_our_functions(tmp_path):
    frame = pd.DataFrame(
        {
            "sessionId": ["a"] * 4 + ["b"] * 4,
            "timestamp": [0.0, 0.5, 1.0, 1.5] * 2,
            "accelX": np.arange(8.0),
        }
    )
    stated = state(frame, course_columns(["accelX"], "a test", gravity=True), rate=2)
    assert frame.attrs == {}
    save_frame(stated, tmp_path / "f.parquet")
    for kept in (
        stated[stated["accelX"] > 3],
        stated[["sessionId", "accelX"]],
        pd.concat([stated, stated[:3]]),
        load_frame(tmp_path / "f.parquet"),
    ):
        facts = facts_of(kept)
        assert facts.columns["accelX"].gravity is True
        assert facts.columns["accelX"].source == "a test"
        assert facts.rate == 2
    assert facts_of(resample(stated, 4, max_gap=1)).rate == 4


def test_frames_that_mean_different_things_do_not_keep_the_facts_of_one():
    grams = state(pd.DataFrame({"accelX": [1.0]}), course_columns(["accelX"], "a"))
    metres = state(
        pd.DataFrame({"accelX": [9.8]}), {"accelX": Column("accelerometer", "x", "m/s^2")}
    )
    assert facts_of(pd.concat([grams, metres])).columns["accelX"].source != "a"


def test_foreign_attrs_are_no_facts():
    frame = pd.DataFrame({"rotX": [1.0]})
    for stored in ("{", "[]", '{"columns": {"rotX": {"colour": 1}}}', 7, None):
        frame.attrs = {"activity_detector_utils.facts": stored}
        assert facts_of(frame).columns["rotX"].unit == "rad/s"


def test_the_recorders_own_files_and_the_simulation_say_that_gravity_is_apart(tmp_path):
    simulated = simulate_gestures(n_people=1, sessions_per_activity=1)
    write_recordings(tmp_path / "r", simulated)
    for frame in (simulated, read_recordings(tmp_path / "r")):
        column = facts_of(frame).columns["accelX"]
        assert (column.unit, column.gravity, column.guessed) == ("g", False, False)


def test_converting_says_what_columns_are_in_now():
    frame = pd.DataFrame({f"acc_{a}": [9.80665] for a in "xyz"})
    column = facts_of(convert_units(frame, acceleration="m/s^2")).columns["acc_x"]
    assert (column.unit, column.source) == ("g", "the user, converted from m/s^2")
