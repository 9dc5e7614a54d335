"""Rates are measured where there are times, and compared with each other and with claims."""

import numpy as np
import pandas as pd
import pytest

from activity_detector_utils.activity_classifier.meaning import read_meaning
from activity_detector_utils.recordings import convert_units, resample
from activity_detector_utils.recordings.rates import (
    find_time_column,
    measured_rate,
    refuse_other_rate,
    session_rates,
)


def recorded_at(*rates, seconds=4, scale=1.0):
    """One session for each rate, called a, b, c."""
    parts = [
        pd.DataFrame({"timestamp": np.arange(int(seconds * rate)) / rate * scale}).assign(
            sessionId=session, x=0.5
        )
        for session, rate in zip("abc", rates, strict=False)
    ]
    return pd.concat(parts)


def test_rates_are_measured_through_packets_gaps_and_dates():
    times = {
        "even": np.arange(60) / 50,
        "packets": np.repeat(np.arange(20) * 0.06, 3),
        "gap": np.arange(60) / 50 + np.where(np.arange(60) < 30, 0, 10),
        "swapped": (np.arange(60) ^ 1) / 50,
    }
    frame = pd.concat([pd.DataFrame({"timestamp": t, "sessionId": s}) for s, t in times.items()])
    for measured in (
        session_rates(frame),
        session_rates(frame.assign(timestamp=pd.to_datetime(frame["timestamp"], unit="s"))),
    ):
        assert measured.index.tolist() == list(times)
        assert measured.to_numpy() == pytest.approx(50, rel=0.04)


def test_people_at_three_rates_are_refused_and_the_way_out_works():
    frame = recorded_at(51.6, 100.3, 199.8)
    with pytest.raises(ValueError, match="sessions have different rates") as caught:
        measured_rate(frame)
    assert "51.6 Hz in 1 (a); 100.3 Hz in 1 (b); 199.8 Hz in 1 (c)" in str(caught.value)
    assert "resample(frame, 52)" in str(caught.value)
    assert "--resample 52" in str(caught.value)
    assert measured_rate(resample(frame, 52)) == pytest.approx(52)
    with pytest.raises(ValueError, match="different rates"):
        read_meaning(frame.assign(activity="w"), ["x"], "sessionId", "activity")


def test_a_claim_is_compared_with_the_times():
    frame = recorded_at(50, 51)
    assert measured_rate(frame, 50) == pytest.approx(50.5)
    with pytest.raises(ValueError, match="100 samples a second are claimed, but column"):
        measured_rate(frame, 100)


def test_times_in_milliseconds_are_recognised():
    frame = recorded_at(50, scale=1000)
    with pytest.raises(ValueError, match="is it in ms\\? convert_units\\(frame, time='ms'\\)"):
        measured_rate(frame, 50)
    with pytest.warns(UserWarning, match="no rate is kept \\(is it in ms"):
        assert measured_rate(frame) is None
    assert measured_rate(convert_units(frame, time="ms"), 50) == pytest.approx(50)


def test_recordings_at_another_rate_than_the_models_are_refused():
    frame = recorded_at(50, 100)
    refuse_other_rate(frame[frame["sessionId"] == "a"], 50)
    refuse_other_rate(frame.drop(columns="timestamp"), 50)
    with pytest.raises(ValueError, match=r"trained at 50 .* 1 of 2 sessions .* 'b' with 100"):
        refuse_other_rate(frame, 50)


@pytest.mark.parametrize(
    ("name", "values", "found"),
    [
        ("timestamp", [0, 1], True),
        ("timestamp", ["2026-11-25T10:00:00", "2026-11-25T10:00:01"], True),
        ("seconds_elapsed", [0, 1], True),
        ("Time (s)", [0, 1], True),
        ("time", [0, 1], False),  # in which unit?
        ("time", pd.to_datetime([0, 1], unit="s"), True),
        ("note", ["a", "b"], False),
        ("timestamp", ["soon", "later"], False),
    ],
)
def test_only_columns_of_known_times_are_times(name, values, found):
    frame = pd.DataFrame({name: values})
    assert find_time_column(frame) == (name if found else None)
