"""Units that the size of the values contradicts, said with both numbers and the way out."""

import numpy as np
import pandas as pd
import pytest

from activity_detector_utils.activity_classifier.meaning import read_meaning
from activity_detector_utils.recordings import convert_units, report
from activity_detector_utils.recordings.facts import Column, facts_of, state
from activity_detector_utils.recordings.lengths import with_measured
from activity_detector_utils.recordings.magnitudes import (
    contradictions,
    refuse_contradictions,
)
from activity_detector_utils.recordings.units import parse_units, use_units

G = 9.80665


def recordings(gravity=1.0, rotation=1.0, n_sessions=4):
    """A wrist that turns by some rad/s; acceleration with gravity in g, times `gravity`."""
    rng = np.random.default_rng(0)
    n = 200 * n_sessions
    turn = rng.normal(0, 1.0, (n, 3)) * rotation
    accel = rng.normal([0.6, 0, 0.8], 0.15, (n, 3)) * gravity
    columns = [f"{sensor}{axis}" for sensor in ("rot", "accel") for axis in "XYZ"]
    frame = pd.DataFrame(np.hstack([turn, accel]), columns=columns)
    sessions = np.repeat(list("abcdefgh")[:n_sessions], 200)
    return frame.assign(sessionId=sessions, userId=sessions, activity="w")


def messages(frame, **options):
    return [str(found) for found in contradictions(frame, **options)]


def test_values_that_fit_their_units_are_left_alone():
    assert contradictions(recordings()) == []
    other = convert_units(recordings(G, 180 / np.pi), acceleration="m/s^2", rotation="deg/s")
    assert contradictions(other) == []


def test_metres_called_g_are_refused_and_the_way_out_works():
    frame = recordings(gravity=G)
    (message,) = messages(frame)
    assert message == (
        "accelX, accelY, accelZ: said to be in g (the course's column names), but their median "
        "length is 10.23 in 4 of 4 sessions; m/s^2 would fit; convert_units(frame, "
        "acceleration='m/s^2') brings them to the units used here (--units accel=m/s^2 on the "
        "command line)"
    )
    features = ["accelX", "accelY", "accelZ"]
    with pytest.raises(ValueError, match="m/s\\^2 would fit"):
        read_meaning(frame, features, "sessionId", "activity")
    for repaired in (
        convert_units(frame, acceleration="m/s^2"),
        use_units(frame, parse_units("accel=m/s2")),
    ):
        meaning = read_meaning(repaired, features, "sessionId", "activity")
        assert meaning.units == dict.fromkeys(features, "g")
        assert meaning.columns["accelX"].gravity is True


def test_one_person_in_other_units_is_found_among_others():
    frame = recordings()
    frame.loc[frame["sessionId"] == "c", ["accelX", "accelY", "accelZ"]] *= G
    (found,) = contradictions(frame)
    assert found.sessions == ["c"]
    with pytest.raises(ValueError, match=r"These sessions: c$"):
        refuse_contradictions(frame, None)


@pytest.mark.parametrize(("factor", "unit"), [(1000, "mg"), (16384, None)])
def test_other_scales_are_no_g_either(factor, unit):
    (message,) = messages(recordings(gravity=factor))
    assert ("mg would fit" if unit else "neither g (about 1) nor m/s^2 (about 9.8) fits") in message
    counts = dict.fromkeys(["accelX", "accelY", "accelZ"], "counts")
    frame = recordings(gravity=factor)
    read_meaning(frame, list(counts), "sessionId", "activity", units=counts)
    refuse_contradictions(use_units(frame, dict.fromkeys(counts, "unknown")), None)


def test_a_knock_of_a_few_samples_tells_no_unit():
    frame = recordings()
    knock = frame[:3].assign(sessionId="knock", accelX=7.0)
    assert contradictions(pd.concat([frame, knock])) == []


def test_degrees_called_rad_and_rad_called_degrees():
    (message,) = messages(recordings(rotation=180 / np.pi))
    assert "rotX, rotY, rotZ: said to be in rad/s" in message
    assert "--units rot=deg/s" in message
    degrees = {f"rot{a}": Column("gyroscope", a.lower(), "deg/s", group="r") for a in "XYZ"}
    (message,) = messages(state(recordings(), degrees))
    assert "said to be in deg/s" in message
    assert "rad/s would fit" in message


def test_gravity_claimed_in_or_out_is_checked():
    frame = recordings()

    def claim(gravity, values):
        columns = {
            f"accel{a}": Column("accelerometer", a.lower(), "g", gravity, "accel", "a test")
            for a in "XYZ"
        }
        return messages(state(values, columns))

    without = frame.assign(accelX=frame["accelX"] - 0.6, accelZ=frame["accelZ"] - 0.8)
    assert claim(True, frame) == claim(False, without) == []
    (message,) = claim(False, frame)
    assert "said to be without gravity (a test)" in message
    assert "gravity is in it" in message
    (message,) = claim(True, without)
    assert "with gravity it would be about 1" in message


def test_gravity_has_the_length_of_gravity():
    frame = recordings().rename(columns={f"accel{a}": f"grav{a}" for a in "XYZ"})
    assert messages(frame) == []
    frame[["gravX", "gravY", "gravZ"]] *= G
    (message,) = messages(frame)
    assert "not 1; convert_units(frame, gravity='m/s^2')" in message
    assert messages(convert_units(frame, gravity="m/s^2")) == []


def test_angles_beyond_a_turn_are_degrees():
    frame = recordings().assign(yaw=np.linspace(-170, 170, 800))
    (message,) = messages(frame)
    assert "yaw: angles, said to be in rad" in message
    assert messages(convert_units(frame, attitude="deg")) == []


def test_what_magnitudes_make_plain_is_filled_in_with_its_reason():
    names = {f"accel{a}": f"acc_{a.lower()}" for a in "XYZ"}
    names |= {f"rot{a}": f"gyro_{a.lower()}" for a in "XYZ"}
    for factor, unit in ((1.0, "g"), (G, "m/s^2")):
        frame = recordings(gravity=factor).rename(columns=names)
        columns = with_measured(frame, facts_of(frame)).columns
        assert (columns["acc_x"].unit, columns["acc_x"].gravity) == (unit, True)
        assert columns["acc_x"].source.startswith("a median length of ")
        assert columns["gyro_x"].unit is None  # nothing tells how fast people turn


def test_report_says_guesses_and_contradictions():
    found = report(recordings(gravity=G), rate=50)
    assert found.findings["problem"].tolist() == ["unit"] * 4
    text = str(found)
    assert "guessed: rotX, rotY, rotZ: gyroscope in rad/s (by the course's column names)" in text
    assert text.count("median length is 10.23") == 1
    assert "guessed: accelX, accelY, accelZ: accelerometer in g, gravity included" in str(
        report(recordings(), rate=50)
    )


def test_units_can_be_said_of_quantities_sensors_and_columns():
    frame = pd.DataFrame({"gX": [180.0], "gY": [0.0], "gZ": [0.0], "x": [1.0], "t": [1.0]})
    turned = use_units(frame, {"g": "deg/s", "x": "unknown"})
    assert turned["gX"].tolist() == [np.pi]
    column = facts_of(turned).columns["gY"]
    assert (column.sensor, column.unit) == ("gyroscope", "rad/s")
    with pytest.raises(ValueError, match="no such column or sensor; this data has g"):
        use_units(frame, {"q": "g"})
    with pytest.raises(ValueError, match="unknown unit 'stone'"):
        use_units(frame, {"g": "stone"})
    with pytest.raises(ValueError, match="write column=unit pairs"):
        parse_units("accel")
    with pytest.raises(ValueError, match="says accel more than once"):
        parse_units("accel=g,accel=m/s2")
