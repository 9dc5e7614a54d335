"""Dropping rows and sessions, and units, on frames small enough to check by eye."""

import numpy as np
import pandas as pd
import pytest

from activity_detector_utils.recordings.cleaning import clean, convert_units

FRAME = pd.DataFrame(
    {
        "userId": "u",
        "sessionId": ["a", "b", "a", "b", "a", "a", "c", "d"],
        "activity": "rest_it",
        "rotX": [1.0, 2, 1, np.nan, 1, 3, 1, np.inf],
    },
    index=[10, 11, 12, 13, 14, 15, 16, 17],
)


def test_clean_drops_in_order_and_says_what():
    before = FRAME.copy()
    cleaned, log = clean(FRAME, drop_sessions=["c"], min_samples=2)
    # a repeats its first row twice, though a row of b lies between; b is left with one sample.
    pd.testing.assert_frame_equal(cleaned, FRAME.loc[[10, 15]])
    assert log.to_dict("split")["data"] == [
        ["session dropped by name", 1, 1, ["c"]],
        ["missing or infinite value", 2, 2, ["b", "d"]],
        ["repeats the row before", 2, 1, ["a"]],
        ["session under 2 samples", 1, 1, ["b"]],
    ]
    pd.testing.assert_frame_equal(FRAME, before)


def test_clean_counts_rows_not_labels_of_a_repeated_index():
    twice = FRAME.set_axis([0, 1] * 4, axis=0)
    assert clean(twice)[0]["rotX"].tolist() == [1.0, 2, 3, 1]


def test_clean_leaves_good_recordings_alone():
    good = FRAME.loc[[10, 11, 15]]
    cleaned, log = clean(good)
    pd.testing.assert_frame_equal(cleaned, good)
    assert log["rows"].tolist() == [0, 0, 0, 0]


def test_equal_values_at_different_times_are_not_repeats():
    frame = FRAME.loc[[10, 12]].assign(timestamp=[0.0, 0.04])
    assert len(clean(frame)[0]) == 2


def test_clean_refuses_what_makes_no_sense():
    with pytest.raises(ValueError, match=r"unknown sessions \['z'\]; this data has 4: a, b, c, d"):
        clean(FRAME, drop_sessions=["z"])
    with pytest.raises(TypeError, match=r"such as \['a'\]"):
        clean(FRAME, drop_sessions="a")
    with pytest.raises(ValueError, match="nothing is left after cleaning"):
        clean(FRAME, min_samples=100)
    with pytest.raises(ValueError, match=r"following columns: \['sessionId'\]"):
        clean(pd.DataFrame({"rotX": [1.0]}))
    with pytest.raises(ValueError, match="has 0 rows"):
        clean(FRAME.iloc[:0])


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


def test_unknown_units_are_said():
    frame = pd.DataFrame({"rotX": [1.0]})
    with pytest.raises(ValueError, match="unknown unit 'rpm' of rotation; known are rad/s, deg/s"):
        convert_units(frame, rotation="rpm")
    with pytest.raises(ValueError, match="unknown quantity 'speed'"):
        convert_units(frame, speed="m/s")
    with pytest.raises(ValueError, match="no column to convert: time is in timestamp"):
        convert_units(frame, time="ms")
