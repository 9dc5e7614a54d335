"""Figures of chapters 5 and 6: recurrence, the LSTM's state, smoothing."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("Agg")


from activity_detector_utils import plots
from activity_detector_utils.activity_classifier.inspection import Trace
from activity_detector_utils.course.plots.states import most_active_units


def texts(ax):
    return [text.get_text() for text in ax.texts]


def trace(n_windows=6, n_units=5):
    """Unit 3 moves most, then unit 0; unit 4 not at all."""
    ramp = np.linspace(-1, 1, n_windows)[:, None]
    cell = ramp * np.array([3.0, 1.0, 2.0, 9.0, 0.0])[:n_units]
    probabilities = np.column_stack([ramp[:, 0] > 0, ramp[:, 0] <= 0, 0 * ramp[:, 0]])
    activities = np.array(["run"] * 2 + ["jump"] * (n_windows - 2))
    gate = np.full_like(cell, 0.5)
    return Trace(
        np.tanh(cell), cell, gate, gate, cell, gate, probabilities.astype(float), activities
    )


@pytest.mark.parametrize(
    "picture", [plots.loop_picture, plots.unrolled_picture, plots.lstm_cell_picture]
)
def test_pictures_stand_on_white_so_that_a_dark_page_does_not_shine_through(picture):
    ax = picture()
    assert mpl.colors.to_rgba(ax.figure.get_facecolor()) == (1, 1, 1, 1)
    assert not ax.axison
    left, right = ax.get_xlim()
    assert all(left <= text.get_position()[0] <= right for text in ax.texts)
    assert picture(title="mine").get_title(loc="left") == "mine"


def test_the_loop_is_unrolled_once_for_each_window():
    shown = texts(plots.unrolled_picture(3))
    assert shown.count("LSTM") == 3
    assert shown.count("state") == 2  # the first one starts from zeros
    assert {"window 0", "activity 2", "zeros"} <= {*shown}
    assert "window 3" not in shown


def test_every_part_of_the_step_is_in_the_picture():
    shown = texts(plots.lstm_cell_picture())
    assert {"forget gate", "input gate", "candidate", "output gate"} <= {*shown}
    assert sorted(text for text in shown if text in "×+") == ["+", "×", "×", "×"]


def test_the_state_is_drawn_for_the_units_that_move_most():
    assert most_active_units(trace(), 2).tolist() == [0, 3]
    answers, cell, hidden, forget = plots.state_timeline(trace(), ["a", "b", "c"], seconds=2)
    lines = {line.get_label(): line for line in cell.lines}
    np.testing.assert_allclose(lines["unit 3"].get_xdata(), [0, 2, 4, 6, 8, 10])
    np.testing.assert_allclose(lines["unit 3"].get_ydata(), trace().cell[:, 3])
    np.testing.assert_allclose(hidden.lines[0].get_ydata(), trace().hidden[:, 0])
    np.testing.assert_allclose(forget.lines[0].get_ydata(), 0.5)
    assert forget.get_xlabel() == "start of the window (s)"
    labels = [line.get_label() for line in answers.lines]
    assert "b" in labels
    assert "c" not in labels  # never probable


def test_a_change_of_activity_is_marked_in_every_panel():
    for panel in plots.state_timeline(trace(), ["a", "b", "c"], units=[1]):
        assert [line.get_xdata() for line in panel.lines if line.get_linestyle() == "--"] == [
            [2, 2]
        ]


def test_smoothing_is_drawn_against_delay_in_seconds():
    table = pd.DataFrame(
        {
            "smoothing": [0.9, 0.0, 0.3],
            "delay": [5.0, 1.0, 1.1],
            "switches": [1.0, 20.0, 19.9],
            "accuracy": [0.6, 0.8, 0.799],
        }
    )
    calm, right = plots.smoothing_and_delay({"app": table}, seconds=2)
    assert calm.lines[0].get_xydata().tolist() == [[2, 20], [2.2, 19.9], [10, 1]]
    assert right.lines[0].get_ydata().tolist() == [0.8, 0.799, 0.6]
    assert texts(calm) == ["0", "0.9"]  # 0.3 would be written over 0
    assert calm.get_legend().get_texts()[0].get_text() == "app"
