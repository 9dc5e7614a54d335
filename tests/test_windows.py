"""Windows, labels, chunks: exact values on frames small enough to check by eye."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from activity_detector_utils.windows import (
    chunk_lengths,
    cut_windows,
    find_sessions,
    label_windows,
    pack_chunks,
    padded_places,
    window_of_sample,
)

LENGTHS = st.lists(st.integers(1, 130), min_size=1, max_size=6)


def test_rows_of_one_session_belong_together_though_others_lie_between():
    sessions = find_sessions(["b", "a", "b", "a", "a"])
    assert sessions.ids.tolist() == ["b", "a"]
    assert sessions.order.tolist() == [0, 2, 1, 3, 4]
    assert sessions.lengths.tolist() == [2, 3]


def test_the_last_window_of_each_session_is_padded_with_zeros():
    values = np.array([[1], [2], [3], [4]], dtype=np.float32)
    windows = cut_windows(values, [3, 1], prediction_window=2)
    assert windows[..., 0].tolist() == [[1, 2], [3, 0], [4, 0]]
    assert windows.dtype == np.float32
    assert window_of_sample([3, 1], 2).tolist() == [0, 0, 1, 2]


def test_windows_do_not_run_across_sessions():
    windows = cut_windows(np.arange(1, 7, dtype=np.float32)[:, None], [2, 4], 3)
    assert windows[..., 0].tolist() == [[1, 2, 0], [3, 4, 5], [6, 0, 0]]


@pytest.mark.parametrize(
    ("codes", "label"),
    [([0, 1, 1], 1), ([2, 2, 0], 2), ([1, 0, 2], 0), ([2, 1, 1], 1)],
    ids=["majority", "majority first", "tie of three", "majority last"],
)
def test_a_window_takes_its_most_frequent_label_and_a_tie_the_lowest_class(codes, label):
    assert label_windows(np.array(codes), [3], 3, n_classes=3).tolist() == [label]


def test_the_label_of_a_partial_window_counts_real_samples_only():
    # Zeros of the padding must not vote for class 0.
    assert label_windows(np.array([1, 1, 1, 1, 1, 0]), [5, 1], 4, 2).tolist() == [1, 1, 0]


def test_chunks_hold_20_windows_of_one_session():
    numbers = np.arange(1, 24)
    chunks = pack_chunks(numbers, [21, 2])
    assert chunks.shape == (3, 20)
    assert chunks[0].tolist() == list(range(1, 21))
    assert chunks[1].tolist() == [21] + [0] * 19
    assert chunks[2].tolist() == [22, 23] + [0] * 18


def test_chunk_lengths():
    assert chunk_lengths([45, 20, 1]).tolist() == [20, 20, 5, 20, 1]


@given(LENGTHS, st.integers(1, 50))
def test_every_sample_is_in_the_window_its_position_says(lengths, prediction_window):
    values = np.arange(1, sum(lengths) + 1, dtype=np.float32)
    windows = cut_windows(values[:, None], lengths, prediction_window)[..., 0]
    start, first_window = 0, 0
    for length in lengths:
        n_windows = int(np.ceil(length / prediction_window))
        session = windows[first_window : first_window + n_windows].ravel()
        assert session[:length].tolist() == values[start : start + length].tolist()
        assert not session[length:].any()
        start, first_window = start + length, first_window + n_windows
    assert first_window == len(windows)


@given(LENGTHS, st.integers(1, 50))
def test_places_rise_and_end_inside_the_last_block(lengths, block):
    places = padded_places(lengths, block)
    assert (np.diff(places) >= 1).all()
    assert places[-1] // block == sum(-(-n // block) for n in lengths) - 1
