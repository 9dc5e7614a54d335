import numpy as np
import pandas as pd
import pytest

from activity_detector_utils.course.window_arrays import whole_windows

FRAME = pd.DataFrame(
    {
        "sessionId": ["b", "b", "a", "b", "a", "b", "b", "c"],
        "activity": ["run", "run", "rest", "rest", "rest", "rest", "run", "run"],
        "rotX": np.arange(8.0),
        "rotY": np.arange(8.0) + 10,
    },
    index=range(100, 108),
)


def test_rows_of_a_session_are_joined_and_its_end_is_dropped():
    X, y = whole_windows(FRAME, 2, ["rest", "run"], ["rotX"])
    assert X[:, :, 0].tolist() == [[0, 1], [3, 5], [2, 4]]
    assert y.tolist() == [1, 0, 0]
    assert X.dtype == np.float32


def test_features_keep_the_order_asked_for():
    X, _ = whole_windows(FRAME, 5, ["run", "rest"], ["rotY", "rotX"])
    assert X.tolist() == [[[10, 0], [11, 1], [13, 3], [15, 5], [16, 6]]]


def test_a_window_has_its_most_frequent_class():
    _, y = whole_windows(FRAME, 5, ["rest", "run"], ["rotX"])
    assert y.tolist() == [1]


def test_an_unknown_activity_is_named():
    with pytest.raises(ValueError, match=r"\['rest'\] are not in the classes \['run'\]"):
        whole_windows(FRAME, 2, ["run"], ["rotX"])


def test_no_session_is_long_enough():
    with pytest.raises(ValueError, match="longest session has 5 samples, a window 6"):
        whole_windows(FRAME, 6, ["rest", "run"], ["rotX"])


def test_the_frame_stays_as_it_is():
    before = FRAME.copy()
    whole_windows(FRAME, 2, ["rest", "run"], ["rotX"])
    pd.testing.assert_frame_equal(FRAME, before)
