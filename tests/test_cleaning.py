"""Dropping rows and sessions, and units, on frames small enough to check by eye."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from activity_detector_utils.recordings import clean, report, resample

FRAME = pd.DataFrame(
    {
        "userId": "u",
        "sessionId": ["a", "b", "a", "b", "a", "a", "c", "d"],
        "activity": "rest_it",
        "rotX": [1.0, 2, 1, np.nan, 1, 3, 1, np.inf],
        "timestamp": [0.0, 0, 0, 1, 0, 1, 0, 0],
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
        ["the same sample twice", 2, 1, ["a"]],
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


def coarse_at_rest(n=100):
    """A sensor of 10 steps a g that hardly moves: most rows equal the row before."""
    values = np.random.default_rng(0).normal(0, 0.04, (n, 2)).round(1) + 0.0
    return pd.DataFrame(values, columns=["accelX", "accelY"]).assign(sessionId="a", activity="rest")


def test_equal_values_are_no_reason_to_drop_a_row():
    rest = coarse_at_rest()
    assert (rest == rest.shift()).all(axis=1).sum() > 30
    pd.testing.assert_frame_equal(clean(rest)[0], rest)
    timed = rest.assign(timestamp=np.arange(100) / 50)
    pd.testing.assert_frame_equal(clean(timed)[0], timed)


def test_a_sample_is_dropped_where_its_time_says_that_it_is_there_already():
    rest = coarse_at_rest(20).assign(timestamp=np.arange(20) / 50)
    appended = pd.concat([rest, rest.iloc[5:9]], ignore_index=True)  # a file written on twice
    pd.testing.assert_frame_equal(clean(appended)[0], rest)
    other = pd.concat([rest, rest.assign(sessionId="b")])
    assert len(clean(other)[0]) == 40


def test_samples_of_one_packet_are_kept_though_they_are_equal():
    packets = coarse_at_rest(99).assign(timestamp=np.repeat(np.arange(33) / 16, 3))
    assert packets.duplicated().any()
    assert len(clean(packets)[0]) == 99


@pytest.mark.parametrize("dtype", ["double[pyarrow]", "Float64", object, float])
def test_missing_and_infinite_values_of_every_kind_are_dropped(dtype):
    values = [1.0, np.nan, None, np.inf, 1e39, 2.0]  # 1e39 is infinite to a model: float32
    column = pd.Series(values, dtype=dtype)
    if dtype == "double[pyarrow]":
        column = pd.Series(pd.arrays.ArrowExtensionArray(pa.array(values)))
    frame = pd.DataFrame({"sessionId": "a", "rotX": column})
    assert clean(frame)[0]["rotX"].tolist() == [1.0, 2.0]


def test_columns_may_be_named_that_must_hold_values():
    frame = FRAME.assign(note=None, gps=np.nan)
    assert len(clean(frame, columns=["rotX"])[0]) == 4
    with pytest.raises(ValueError, match=r"\['note', 'gps'\] hold no value in any row") as caught:
        clean(frame)
    assert "frame.drop(columns=['note', 'gps'])" in str(caught.value)
    assert len(clean(frame.drop(columns=["note", "gps"]))[0]) == 4


@pytest.mark.parametrize("cell", [[1.0], b"1", {"x": 1}, np.zeros(2)])
def test_a_cell_that_is_no_single_value_is_one_clear_error(cell):
    frame = FRAME.assign(raw=pd.Series([cell] * 8, dtype=object).to_numpy())
    for function in (clean, report, lambda rows: resample(rows, 10)):
        with pytest.raises(ValueError, match=f"column 'raw' .* holds {type(cell).__name__}"):
            function(frame)


def test_clean_refuses_what_makes_no_sense():
    with pytest.raises(ValueError, match=r"unknown sessions \['z'\]; this data has 4: a, b, c, d"):
        clean(FRAME, drop_sessions=["z"])
    with pytest.raises(TypeError, match=r"such as \['a'\]"):
        clean(FRAME, drop_sessions="a")
    with pytest.raises(ValueError, match="nothing is left after cleaning"):
        clean(FRAME, min_samples=100)
    with pytest.raises(ValueError, match=r"following columns: \['sessionId'\]"):
        clean(pd.DataFrame({"rotX": [1.0]}))
    with pytest.raises(ValueError, match="0 rows"):
        clean(FRAME.iloc[:0])
