"""Other units become the course's, and the frame knows it afterwards."""

import numpy as np
import pandas as pd
import pytest

from activity_detector_utils.recordings import convert_units


def test_units_are_converted_exactly():
    frame = pd.DataFrame(
        {
            "accelX": [9.80665],
            "gravZ": [-9.80665],
            "rotY": [180.0],
            "yaw": [90.0],
            "timestamp": [40],
        }
    )
    converted = convert_units(
        frame, acceleration="m/s^2", rotation="deg/s", attitude="deg", time="ms"
    )
    assert converted.iloc[0].to_dict() == {
        "accelX": 1.0,
        "gravZ": -1.0,
        "rotY": np.pi,
        "yaw": np.pi / 2,
        "timestamp": 0.04,
    }
    assert frame["rotY"].tolist() == [180.0]
    pd.testing.assert_frame_equal(convert_units(converted, rotation="rad/s"), converted)


def test_dates_and_text_are_no_numbers_in_a_unit():
    for times in (pd.to_datetime(["2026-11-25"]), ["40"], [pd.Timestamp("2026").date()]):
        frame = pd.DataFrame({"timestamp": times})
        with pytest.raises(ValueError, match=r"column 'timestamp' holds .* no numbers in ms"):
            convert_units(frame, time="ms")
    mixed = pd.DataFrame({"timestamp": pd.Series([40, None, 80.0], dtype=object)})
    assert convert_units(mixed, time="ms")["timestamp"].tolist()[::2] == [0.04, 0.08]


def test_unknown_units_are_said():
    frame = pd.DataFrame({"rotX": [1.0]})
    with pytest.raises(ValueError, match="unknown unit 'rpm' of rotation; known are rad/s, deg/s"):
        convert_units(frame, rotation="rpm")
    with pytest.raises(ValueError, match="unknown quantity 'speed'"):
        convert_units(frame, speed="m/s")
    with pytest.raises(ValueError, match="no column to convert: time is in timestamp"):
        convert_units(frame, time="ms")
