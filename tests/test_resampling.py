"""A fixed rate from irregular times."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from activity_detector_utils.recordings.resampling import resample


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


def test_a_gap_cuts_a_session():
    frame = pd.concat(
        [recording([0.0, 0.1, 5.0, 5.1], rotX=[0.0, 1, 2, 3]), recording([9.0], "b", rotX=[4.0])]
    )
    regular = resample(frame, rate=10)
    assert regular["sessionId"].tolist() == ["a", "a", "a-part2", "a-part2", "b"]
    np.testing.assert_allclose(regular["rotX"], [0, 1, 2, 3, 4])
    assert len(resample(frame, rate=10, max_gap=5)) == 53


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
    with pytest.raises(ValueError, match="must hold seconds as numbers"):
        resample(good.assign(timestamp="noon"), rate=10)
    with pytest.raises(ValueError, match="rate must be a positive number"):
        resample(good, rate=0)
    with pytest.raises(ValueError, match=r"following columns: \['time'\]"):
        resample(good, rate=10, time_column="time")
