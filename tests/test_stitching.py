"""Stitched sessions, against what can be counted by hand."""

import numpy as np
import pandas as pd
from small_models import random_model
from test_memory import SIZE, recordings

from activity_detector_utils import memory, stitching
from activity_detector_utils.activity_classifier.inspection import trace


def test_samples_that_fill_no_window_are_cut_off():
    frame = recordings([12, 5, 4])
    kept = stitching.full_windows(frame, SIZE, session_id="session")
    assert kept.groupby("session").size().to_dict() == {"s0": 10, "s1": 5}
    assert kept.index.tolist() == [*range(10), *range(12, 17)]


def test_around_seams_of_sessions_joined_in_both_orders():
    """The labels are the answers of the joined session itself: all right, or all wrong."""
    model = random_model(SIZE, seed=3)
    frame = recordings([SIZE * 4] * 6)
    found = stitching.right_around_changes(model, frame, before=2, after=3)
    assert found.index.tolist() == [-2, -1, 0, 1, 2]
    expected = []
    for _, arm in frame.groupby("arm"):
        for order in ("abc", "cba"):
            rows = pd.concat([arm[arm["label"] == label] for label in order])
            steps = trace(model, rows.assign(session="one"))
            hits = np.array(list("abc"))[steps.probabilities.argmax(axis=1)] == steps.activities
            expected += [hits[start - 2 : start + 3] for start in (4, 8)]
    np.testing.assert_allclose(found, np.mean(expected, axis=0))


def test_smoothing_is_tried_on_stitched_sessions():
    model, frame = random_model(SIZE, seed=3), recordings([SIZE * 6] * 3)
    table = stitching.try_smoothing(model, frame)
    assert table.index.tolist() == table["smoothing"].tolist() == [0, 0.3, 0.5, 0.7, 0.8, 0.9]
    asked = memory.ask_three_ways(model, frame.assign(session="one"))
    assert table.loc[0, "accuracy"] == (asked["warm"] == asked["activity"]).mean()
    assert table["delay"].notna().all()


def test_bouts_are_shuffled_but_stay_whole():
    frame = recordings([10, 7, 8, 9, 6, 5])
    mixed = stitching.shuffle_bouts(frame, 4, seed=1, session_id="session")
    assert list(mixed.columns) == list(frame.columns)
    assert mixed.groupby("session").size().to_dict() == {"p1-0": 25, "p1-1": 20}
    columns = ["arm", "label", "x"]
    both = (part.sort_values(columns)[columns].to_numpy() for part in (frame, mixed))
    np.testing.assert_array_equal(*both)
    place = {value: row for row, value in enumerate(frame["x"])}
    rows = mixed["x"].map(place).to_numpy()
    jumps = np.diff(rows) != 1
    assert 8 < jumps.sum() < 15  # 3 + 2 + 2 and 3 + 2 + 2 bouts, less chance neighbours
    again = stitching.shuffle_bouts(frame, 4, seed=1, session_id="session")
    pd.testing.assert_frame_equal(mixed, again)
