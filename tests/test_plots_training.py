import matplotlib as mpl
import numpy as np
import pandas as pd

mpl.use("Agg")

from matplotlib.patches import FancyBboxPatch

from activity_detector_utils import plots

CLASSES = ["jump", "run", "walk"]


def history(*accuracies):
    return pd.DataFrame(
        {"iteration": range(1, len(accuracies) + 1), "validation_accuracy": accuracies}
    )


def lines(ax):
    return {line.get_label(): line.get_xydata().tolist() for line in ax.lines}


def test_runs_are_drawn_by_name_above_the_baseline():
    runs = {"good": history(0.5, 0.9), "bad": history(0.2, 0.3, 0.25)}
    ax = plots.compare_runs(runs, baseline=0.4)
    drawn = lines(ax)
    assert drawn["good"] == [[1, 0.5], [2, 0.9]]
    assert drawn["bad"] == [[1, 0.2], [2, 0.3], [3, 0.25]]
    assert [y for _, y in drawn["always the same activity"]] == [0.4, 0.4]
    assert ax.get_ylabel() == "validation accuracy (share of samples)"


def test_a_numeric_setting_gets_a_logarithmic_axis_with_its_values():
    runs = pd.DataFrame({"delay (s)": [2.0, 0.5, 2.0, 0.5], "accuracy": [0.8, 0.5, 0.6, 0.7]})
    ax = plots.scores_by_setting(runs, "delay (s)")
    drawn = lines(ax)
    assert drawn["one run"] == [[2, 0.8], [0.5, 0.5], [2, 0.6], [0.5, 0.7]]
    np.testing.assert_allclose(ax.lines[0].get_xydata(), [[0.5, 0.6], [2, 0.7]])
    assert (ax.get_xscale(), ax.get_xlabel()) == ("log", "delay (s)")
    assert sorted(label.get_text() for label in ax.get_xticklabels()) == ["0.5", "2.0"]


def test_named_settings_stay_in_their_order():
    runs = pd.DataFrame({"features": ["z", "a", "z"], "accuracy": [0.2, 0.9, 0.4]})
    ax = plots.scores_by_setting(runs, "features")
    assert lines(ax)["one run"] == [[0, 0.2], [1, 0.9], [0, 0.4]]
    means = dict(ax.lines[0].get_xydata().round(9).tolist())
    assert means == {0: 0.3, 1: 0.9}
    assert [label.get_text() for label in ax.get_xticklabels()] == ["z", "a"]


def test_the_network_is_drawn_with_the_sizes_of_its_layers():
    window = pd.DataFrame({"rotX": np.arange(5.0), "accelX": 0.0})
    ax = plots.network_picture(window, CLASSES)
    texts = [text.get_text() for text in ax.texts]
    assert {"5 samples\n× 2 features", *CLASSES, *window.columns} <= {*texts}
    # 5 * 2 * 64 + 64; 800 * (64 + 200 + 1); 200 * 128 + 128; 4 * 128; 128 * 3 + 3
    counts = [704, 212_000, 25_728, 512, 387]
    assert [text for text in texts if "weights" in text] == [f"{n:,}\nweights" for n in counts]
    assert ax.get_title(loc="left").endswith(f"{sum(counts):,} weights")
    heights = [patch.get_height() for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    layers = heights[1:]  # the first box is the window
    assert np.argsort(layers, kind="stable").tolist() == [4, 0, 2, 3, 1]
    assert np.isfinite(ax.lines[0].get_ydata()).all()  # a feature that never changes


def test_sessions_stand_side_by_side_with_one_colour_an_activity():
    def rows(person, activity, factor):
        ramp = factor * np.arange(4.0)
        return pd.DataFrame({"userId": person, "activity": activity, "rotZ": ramp, "heart": -ramp})

    sessions = [rows("p1", "run", 1), rows("p1", "walk", 2), rows("p2", "run", 3)]
    axes = plots.compare_sessions(sessions, ["rotZ", "heart"], rate=2, classes=CLASSES)
    assert axes.shape == (2, 3)
    drawn = [[panel.lines[0] for panel in row] for row in axes]
    assert drawn[0][1].get_xydata().tolist() == [[0, 0], [0.5, 2], [1, 4], [1.5, 6]]
    assert drawn[1][2].get_ydata().tolist() == [0, -3, -6, -9]
    colors = [line.get_color() for line in drawn[0]]
    expected = plots.activity_colors(CLASSES)
    assert colors == [expected["run"], expected["walk"], expected["run"]]
    assert [panel.get_title(loc="left") for panel in axes[0]] == ["p1 run", "p1 walk", "p2 run"]
    assert [panel.get_ylabel() for panel in axes[:, 0]] == ["rotZ\n(rad/s)", "heart"]
    assert axes[1, 0].get_xlabel() == "time (s)"
