"""A fixed rate from irregular times."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from activity_detector_utils.recordings import convert_units, report, resample


def recording(times, session="a", **columns):
    return pd.DataFrame({"sessionId": session, "timestamp": times, **columns})


def test_values_are_interpolated_and_labels_taken_from_the_nearest_sample():
    frame = recording([0.0, 0.3, 0.5], activity=["rest", "chop", "chop"], rotX=[0, 3, 7])
    regular = resample(frame, rate=10)
    assert regular["activity"].tolist() == ["rest", "rest", "chop", "chop", "chop", "chop"]
    np.testing.assert_allclose(regular["timestamp"], [0, 0.1, 0.2, 0.3, 0.4, 0.5])
    np.testing.assert_allclose(regular["rotX"], [0, 1, 2, 3, 5, 7])
    assert list(regular) == list(frame)


def test_labels_that_are_numbers_are_not_interpolated():
    regular = resample(recording([0.0, 0.3], session=7, activity=[0, 3]), rate=10)
    assert regular["activity"].tolist() == [0, 0, 3, 3]
    assert regular["sessionId"].tolist() == [7] * 4


def test_angles_take_the_short_way_round():
    frame = recording([0.0, 0.2], yaw=[3.0, -3.0])  # 0.283 rad apart, across pi
    middle = resample(frame, rate=10)["yaw"].iloc[1]
    assert abs(middle) == pytest.approx(np.pi)


def test_whole_numbers_that_count_or_stay_are_taken_from_the_nearest_sample():
    frame = recording([0.0, 0.1, 0.2, 0.3], trial=[1.0, 1.0, 2.0, 2.0], sample=[7, 8, 9, 10])
    regular = resample(frame.assign(x=[0.0, 1.0, 0.0, 2.0], light=[3, 9, 4, 5]), rate=20)
    assert regular["trial"].tolist() == [1, 1, 1, 1, 2, 2, 2]
    assert set(regular["sample"]) == {7, 8, 9, 10}
    assert regular["x"].tolist() == pytest.approx([0, 0.5, 1, 0.5, 0, 1, 2])
    assert regular["light"].tolist() == pytest.approx([3, 6, 9, 6.5, 4, 4.5, 5])


def test_a_gap_cuts_a_session():
    frame = pd.concat(
        [recording([0.0, 0.1, 5.0, 5.1], rotX=[0.0, 1, 2, 3]), recording([9.0], "b", rotX=[4.0])]
    )
    regular = resample(frame, rate=10)
    assert regular["sessionId"].tolist() == ["a", "a", "a-part2", "a-part2", "b"]
    np.testing.assert_allclose(regular["rotX"], [0, 1, 2, 3, 4])
    assert len(resample(frame, rate=10, max_gap=5)) == 53


def test_the_parts_of_a_session_have_names_of_their_own_and_one_type():
    cut = [0.0, 0.1, 0.2, 0.3, 5.0, 9.0]
    numbered = pd.concat([recording(cut, 7, rotX=0.0), recording([0.0, 0.1], 8, rotX=0.0)])
    names = ["7", "7-part2", "7-part3", "8"]
    for ids in (int, float):
        regular = resample(numbered.astype({"sessionId": ids}), rate=10)
        assert regular["sessionId"].unique().tolist() == names
    taken = pd.concat([recording(cut, "a", rotX=0.0), recording([0.0], "a-part2", rotX=0.0)])
    assert resample(taken, rate=10)["sessionId"].unique().tolist() == [
        *("a", "a-part3", "a-part4", "a-part2")
    ]
    mixed = pd.concat([recording(cut, "7", rotX=0.0), recording([0.0], 7, rotX=0.0)])
    with pytest.raises(ValueError, match="holds '7' and 7, which are one id as text"):
        resample(mixed, rate=10)


TIMES = np.arange(100) / 50
REGULAR = recording(TIMES, rotX=np.sin(TIMES))


@pytest.mark.parametrize(("unit", "per_second"), [("ms", 1e3), ("us", 1e6), ("ns", 1e9)])
def test_times_in_another_unit_are_refused_and_the_way_out_works(unit, per_second):
    frame = recording((TIMES * per_second).astype("int64"), rotX=np.sin(TIMES))
    wanted = rf"a median step of .* In {unit} it would be 50 samples .*convert_units\(frame, time="
    with pytest.raises(ValueError, match=wanted):
        resample(frame, rate=50)
    pd.testing.assert_frame_equal(resample(convert_units(frame, time=unit), 50), REGULAR)


def test_times_converted_twice_and_slow_recorders_are_refused_and_the_way_out_works():
    with pytest.raises(ValueError, match=r"50,000 samples a second.*converted to seconds twice"):
        resample(convert_units(REGULAR, time="ms"), rate=50)
    slow = recording(np.arange(20) * 30.0, rotX=0.0)
    with pytest.raises(ValueError, match=r"above max_gap .* say so: max_gap=90$"):
        resample(slow, rate=1)
    assert len(resample(slow, rate=1, max_gap=90)) == 571


@pytest.mark.parametrize("kind", ["datetime", "zone", "text", "duration", "numbers as text"])
def test_dates_are_understood(kind):
    moments = pd.Series(pd.Timestamp("2026-11-25T17:00") + pd.to_timedelta(TIMES, unit="s"))
    start = pd.Timestamp("2026-11-25T17:00").timestamp()
    times, start = {
        "datetime": (moments, start),
        "zone": (moments.dt.tz_localize("Asia/Tokyo"), start - 9 * 3600),
        "text": (moments.map(pd.Timestamp.isoformat), start),
        "duration": (pd.to_timedelta(TIMES, unit="s"), 0),
        "numbers as text": ([str(time) for time in TIMES], 0),
    }[kind]
    frame = recording(times, userId="u", activity="rest", rotX=np.sin(TIMES))
    regular = resample(frame, rate=50)
    np.testing.assert_allclose(regular["timestamp"] - start, TIMES, atol=1e-6)
    np.testing.assert_allclose(regular["rotX"], np.sin(TIMES), atol=1e-4)
    assert report(frame).rate == pytest.approx(50)


def test_packets_are_spread_evenly_up_to_the_time_that_they_came_with():
    stamped = np.repeat(TIMES[2::3], 3)  # the last sample's time
    frame = recording(stamped, rotX=np.sin(TIMES[: len(stamped)]))
    with pytest.warns(UserWarning, match=r"up to 3 samples share one time .* 1 sessions: a"):
        regular = resample(frame, rate=50)
    pd.testing.assert_frame_equal(regular, REGULAR.iloc[: len(stamped)])


def test_a_lost_packet_leaves_a_gap_and_coarse_clocks_are_understood():
    stamped = np.repeat(TIMES[2::3], 3)
    lost = np.r_[stamped[:30], stamped[60:]]
    with pytest.warns(UserWarning, match="share one time"):
        parts = resample(recording(lost, rotX=0.0), rate=50)["sessionId"].value_counts()
    assert parts.to_dict() == {"a": 30, "a-part2": 39}
    whole_seconds = np.floor(np.arange(500) / 50)
    with pytest.warns(UserWarning, match="up to 50 samples share one time"):
        regular = resample(recording(whole_seconds, rotX=0.0), rate=50)
    assert len(regular) == pytest.approx(500, abs=1)


def test_late_packets_are_sorted():
    order = np.r_[0:30, 33:36, 30:33, 36:99]
    with pytest.warns(UserWarning, match=r"arrived up to 0.1 s late and were sorted"):
        regular = resample(REGULAR.iloc[order], rate=50)
    pd.testing.assert_frame_equal(regular, REGULAR.iloc[:99])


def test_times_that_cannot_be_mended_are_refused_and_the_way_out_works():
    shuffled = REGULAR.sample(frac=1, random_state=0)
    with pytest.raises(
        ValueError, match=r"sorted only if late .* frame.sort_values\('timestamp'\)"
    ):
        resample(shuffled, rate=50)
    pd.testing.assert_frame_equal(resample(shuffled.sort_values("timestamp"), 50), REGULAR)
    standing = REGULAR.assign(timestamp=np.minimum(TIMES, 0.5))
    with pytest.raises(ValueError, match=r"75 samples have the time 0\.5, more than") as caught:
        resample(standing, rate=50)
    way_out = str(caught.value).partition("at 50 Hz: ")[2]
    mended = eval(way_out, {"frame": standing})  # what the message tells the user to write
    pd.testing.assert_frame_equal(resample(mended, 50), REGULAR)


@given(
    st.lists(st.floats(0.001, 0.3), min_size=1, max_size=30),
    st.sampled_from([5, 20, 25, 60]),
    st.sampled_from([0.0, 1.7e9]),
)
def test_a_straight_line_stays_one_at_any_jitter(steps, rate, start):
    times = start + np.cumsum([0.0, *steps])
    # From the times themselves: near 1.7e9 s they are rounded to about 2e-7 s.
    regular = resample(recording(times, rotX=2 * (times - times[0]) + 1), rate)
    grid = np.arange(len(regular)) / rate
    assert grid[-1] <= times[-1] - times[0] + 0.001 / rate < grid[-1] + 1 / rate + 1e-5
    np.testing.assert_allclose(regular["rotX"], 2 * grid + 1, atol=2.1e-3 / rate + 1e-5)


def test_times_at_the_rate_come_back_unchanged():
    frame = recording(1.7e9 + np.arange(200) / 50, rotX=np.sin(np.arange(200)), activity="rest")
    pd.testing.assert_frame_equal(resample(frame, rate=50), frame, rtol=1e-4, atol=1e-4)


def test_what_cannot_be_resampled_is_said():
    good = recording([0.0, 0.1], rotX=[0.0, 1.0])
    with pytest.raises(ValueError, match=r"session 'a': timestamp must increase, but sample 2 is"):
        resample(good.assign(timestamp=0.0), rate=10)
    with pytest.raises(
        ValueError, match=r"1 rows hold a missing or infinite value, .* session 'a'"
    ):
        resample(good.assign(rotX=[0, np.nan]), rate=10)
    with pytest.raises(ValueError, match=r"must hold seconds as numbers.* row 0 holds 'noon'"):
        resample(good.assign(timestamp="noon"), rate=10)
    with pytest.raises(ValueError, match="rate must be a positive number"):
        resample(good, rate=0)
    with pytest.raises(ValueError, match=r"following columns: \['time'\]"):
        resample(good, rate=10, time_column="time")
