"""Each thing that goes wrong is planted once in otherwise good recordings."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from activity_detector_utils.recordings.checks import _common_directions
from activity_detector_utils.recordings.summary import report

RATE = 25


def recordings(n_sessions=4, n_samples=100, with_time=True):
    """Sessions a, b, ... of one user who chops; gravity along -z, noise everywhere."""
    rng = np.random.default_rng(0)
    frames = []
    for session in "abcdefgh"[:n_sessions]:
        values = rng.normal([0, 0, 0, 0, 0, -1], 0.1, (n_samples, 6))
        frame = pd.DataFrame(values, columns=["rotX", "rotY", "rotZ", "gravX", "gravY", "gravZ"])
        frame.insert(0, "userId", "u")
        frame.insert(1, "sessionId", session)
        frame.insert(2, "activity", ["rest_it"] * 40 + ["chop_it"] * (n_samples - 40))
        if with_time:
            frame["timestamp"] = np.arange(n_samples) / RATE
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def findings(frame, **options):
    return report(frame, **options).findings.to_dict("split")["data"]


def test_good_recordings_are_described_and_nothing_is_found():
    frame = recordings()
    before = frame.copy()
    found = report(frame)
    assert found.findings.empty
    assert found.rate == pytest.approx(25)
    assert found.sessions.loc["b"].to_dict() == {
        "userId": "u",
        "activity": "chop_it",
        "samples": 100,
        "seconds": pytest.approx(4),
        "rate": pytest.approx(25),
    }
    assert found.activities.to_dict("index") == {
        "chop_it": {"samples": 240, "share": 0.6, "sessions": 4, "people": 1},
        "rest_it": {"samples": 160, "share": 0.4, "sessions": 4, "people": 1},
    }
    text = str(found).splitlines()
    assert text[0] == "1 people, 4 sessions, 400 samples, 0.3 minutes at 25 Hz"
    assert text[-1] == "nothing looks wrong"
    pd.testing.assert_frame_equal(frame, before)


def test_without_times_the_rate_is_what_is_given():
    frame = recordings(with_time=False)
    assert report(frame, rate=50).sessions["seconds"].tolist() == [2.0] * 4
    unknown = report(frame)
    assert np.isnan(unknown.rate)
    assert str(unknown).splitlines()[0] == "1 people, 4 sessions, 400 samples"


def test_missing_values_are_seen_in_nullable_columns():
    frame = recordings(1)
    values = np.where(np.arange(100) < 3, np.nan, frame["rotX"])
    frame["rotX"] = pd.Series(pd.arrays.ArrowExtensionArray(pa.array(values)))
    assert findings(frame) == [["missing values", "a", "3 in rotX"]]


def test_ids_and_labels_may_be_numbers_or_categories():
    frame = recordings()
    numbered = frame.assign(userId=1, sessionId=frame["sessionId"].map(ord), activity=3)
    assert report(numbered).findings.empty
    assert report(frame.astype({"sessionId": "category", "activity": "category"})).findings.empty


def test_missing_and_infinite_values():
    frame = recordings()
    frame.loc[[3, 4], "rotX"] = np.nan
    frame.loc[3, "timestamp"] = np.nan
    frame.loc[105, "rotY"] = -np.inf
    assert findings(frame) == [
        ["missing values", "a", "2 in rotX, 1 in timestamp"],
        ["infinite values", "b", "1 in rotY"],
    ]


def test_repeated_rows():
    frame = recordings(with_time=False)
    frame.loc[[11, 12]] = frame.loc[[10, 10]].to_numpy()
    assert findings(frame.infer_objects()) == [
        ["repeated rows", "a", "2 rows equal the row before"]
    ]


def test_a_coarse_sensor_at_rest_is_told_from_a_log_faster_than_its_sensor():
    rng = np.random.default_rng(0)
    frame = recordings(2, 300)[["userId", "sessionId", "activity", "timestamp"]]
    still = np.arange(600) % 300 < 200  # each session rests, then moves
    values = rng.normal(0, np.where(still, 0.03, 2.0)[:, None], (600, 3))
    names = ["accelX", "accelY", "accelZ"]
    coarse = frame.join(pd.DataFrame(values, columns=names).round(1) + 0.0)
    (found, _) = [row for row in findings(coarse) if row[0] == "repeated rows"]
    assert found[2].endswith("a coarse sensor at rest? its values come in steps of 0.1")
    twice = frame.join(pd.DataFrame(values[np.arange(600) // 2], columns=names))
    assert findings(twice)[0] == [
        "repeated rows",
        "a",
        "150 rows equal the row before (50%): is the log 2 times as fast as its sensor? see"
        " resample",
    ]


def test_near_equal_labels_and_people():
    frame = recordings(2)
    frame.loc[110:119, "activity"] = "Rest it"
    frame.loc[frame["sessionId"] == "b", "userId"] = "U "
    assert findings(frame) == [
        ["near-equal labels", "b", "activity 'Rest it' (10 rows) beside 'rest_it' (70 rows)"],
        ["near-equal labels", "b", "userId 'U ' (100 rows) beside 'u' (100 rows)"],
    ]


def test_a_sample_that_is_there_twice():
    frame = recordings()
    frame = pd.concat([frame, frame.iloc[[10, 20]]])
    assert findings(frame)[0] == [
        "the same sample twice",
        "a",
        "2 rows of the same time and values; clean drops them",
    ]


@pytest.mark.parametrize(("n_stuck", "found"), [(49, False), (50, True), (100, True)])
def test_a_stuck_sensor(n_stuck, found):
    frame = recordings()
    frame.loc[100 : 99 + n_stuck, "rotZ"] = 0.0
    expected = [["stuck sensor", "b", f"rotZ for {n_stuck} of 100 samples"]]
    assert findings(frame) == (expected if found else [])


def test_a_very_short_session():
    frame = recordings()
    frame = frame[(frame["sessionId"] != "c") | (frame["timestamp"] < 9 / RATE - 0.001)]
    assert findings(frame) == [["very short session", "c", "9 samples; the median is 100"]]


def test_a_copy_under_another_name():
    frame = recordings()
    copy = frame[frame["sessionId"] == "b"].assign(sessionId="z", userId="v")
    assert findings(pd.concat([frame, copy])) == [["copy", "z", "holds the same values as b"]]


def test_gaps_backward_times_and_odd_rates():
    frame = recordings()
    frame.loc[50:99, "timestamp"] += 1.0  # a
    frame.loc[[150, 151], "timestamp"] = frame.loc[[151, 150], "timestamp"].to_numpy()  # b
    frame.loc[200:299, "timestamp"] *= 2  # c
    assert findings(frame) == [
        ["gaps", "a", "1, the longest 1.04 s"],
        ["time order", "b", "1 samples not after the one before"],
        ["rate", "c", "12.5 samples per second, not 25"],
    ]


def test_milliseconds_are_recognised():
    found = findings(recordings().assign(timestamp=lambda rows: rows["timestamp"] * 1000))
    assert len(found) == 4
    assert found[0][2].startswith("0.025 samples per second: is the time in milliseconds?")


def flip(frame, *sessions, axes=("gravX", "gravY", "gravZ")):
    frame = frame.copy()
    frame.loc[frame["sessionId"].isin(sessions), list(axes)] *= -1
    return frame


def test_a_flipped_phone_is_found_and_the_others_are_not():
    (found,) = findings(flip(recordings(), "c"))
    assert found[:2] == ["flipped phone", "c"]
    assert found[2].startswith("gravity 1")
    assert "away from u's other sessions of" in found[2]


def test_without_gravity_columns_total_acceleration_tells_and_user_acceleration_does_not():
    names = {"gravX": "accelX", "gravY": "accelY", "gravZ": "accelZ"}
    total = flip(recordings(), "c").rename(columns=names)
    assert [row[:2] for row in findings(total)] == [["flipped phone", "c"]]
    user_acceleration = total.assign(accelZ=np.random.default_rng(1).normal(0, 0.1, 400))
    assert findings(user_acceleration) == []


def test_a_user_with_few_sessions_is_compared_with_everybody():
    frame = recordings(6)
    frame["userId"] = frame["sessionId"].map(dict(zip("abcdef", "uuvvww", strict=True)))
    (found,) = findings(flip(frame, "f"))
    assert found[:2] == ["flipped phone", "f"]
    assert "everybody's other sessions" in found[2]


@pytest.mark.parametrize("flipped", ["bdfh", "ab", "abc"])
def test_where_sessions_disagree_about_down_nobody_is_called_flipped(flipped):
    # Left and right wrists, or too few sessions to tell which of them is odd.
    n_sessions = {"bdfh": 8, "ab": 4, "abc": 4}[flipped]
    expected = ["d"] if flipped == "abc" else []
    assert [row[1] for row in findings(flip(recordings(n_sessions), *flipped))] == expected


def test_long_lists_are_cut_short_in_the_text():
    text = str(report(recordings(8).assign(rotX=0.0)))
    assert "stuck sensor: 8 of 8 sessions" in text
    assert "  e: rotX for 100 of 100 samples\n  and 3 more" in text


def test_what_is_no_recording_is_said():
    with pytest.raises(ValueError, match=r"following columns: \['activity'\]"):
        report(recordings().drop(columns="activity"))
    with pytest.raises(ValueError, match="0 rows"):
        report(recordings().iloc[:0])
    with pytest.raises(ValueError, match="400 rows have no sessionId"):
        report(recordings().assign(sessionId=None))


@pytest.mark.parametrize("n", [3, 4, 5, 8])
def test_what_the_others_share_is_the_median_without_oneself(n):
    """The rule written out, one vector after another; this is what was quadratic."""
    rng = np.random.default_rng(n)
    directions = rng.normal([2, 1, -3], 1.5, (n, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    directions[1] = directions[0]  # equal values must not confuse the ranks
    expected = []
    for i in range(n):
        others = np.delete(directions, i, axis=0)
        median = np.median(others, axis=0)
        median /= np.linalg.norm(median)
        agree = (others @ median > 0.5).mean() >= 0.75
        expected.append(median if agree else [np.nan] * 3)
    np.testing.assert_allclose(_common_directions(directions), expected)


def test_the_activity_of_a_session_is_the_most_frequent():
    frame = recordings(2)
    frame.loc[frame["sessionId"] == "a", "activity"] = ["b"] * 40 + ["c"] * 20 + ["a"] * 40
    assert report(frame).sessions["activity"].to_dict() == {"a": "a", "b": "chop_it"}
