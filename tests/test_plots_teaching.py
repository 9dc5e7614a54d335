import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("Agg")


from activity_detector_utils import plots
from activity_detector_utils.course.plots.splitting import HELD_OUT_COLOR, TRAIN_COLOR
from activity_detector_utils.course.plots.vocabulary import CHOSEN


def recordings():
    """Two people; session s2 has 45 samples: 23 windows of 2, so 20 in one chunk and 3 more."""
    lengths = {("a", "s1"): 10, ("a", "s2"): 45, ("b", "s3"): 6}
    parts = [
        pd.DataFrame({"userId": person, "sessionId": name, "accelX": np.arange(float(n))})
        for (person, name), n in lengths.items()
    ]
    return pd.concat(parts, ignore_index=True)


def shown_texts(ax):
    return [text.get_text() for text in ax.texts]


def test_vocabulary_counts_what_it_shows():
    axes = plots.vocabulary(recordings(), "s2", prediction_window=2, rate=10, window=4)
    titles = [ax.get_title(loc="left") for ax in axes]
    assert titles[0] == "2 people: the sources"
    assert titles[1] == "2 sessions of a; the blue one is s2"
    assert titles[2] == "one session of 45 samples: 23 windows of 0.2 s"
    assert titles[3] == "one window: 2 samples in a row, one prediction"
    assert shown_texts(axes[0]) == ["a", "b"]
    assert shown_texts(axes[2]) == ["chunk 1: 20 windows", "chunk 2: 3 windows"]
    assert axes[2].get_ylabel() == "accelX\n(g)"
    assert axes[2].get_xlabel() == axes[3].get_xlabel() == "time (s)"


def test_vocabulary_draws_the_samples_of_the_window():
    axes = plots.vocabulary(recordings(), "s2", prediction_window=2, rate=10, window=4)
    np.testing.assert_allclose(axes[3].lines[0].get_xdata(), [0.8, 0.9])
    np.testing.assert_allclose(axes[3].lines[0].get_ydata(), [8, 9])
    np.testing.assert_allclose(axes[2].lines[-1].get_ydata(), np.arange(45))


def test_vocabulary_colours_one_tile_in_each_row():
    axes = plots.vocabulary(recordings(), "s2", prediction_window=2, rate=10)
    for ax in axes[:2]:
        chosen = [tile for tile in ax.patches if mpl.colors.same_color(tile.get_fc(), CHOSEN)]
        assert len(chosen) == 1
    assert axes[1].patches[1].get_width() == pytest.approx(4.5)  # s2 lasts 4.5 s


def test_vocabulary_refuses_a_window_that_is_not_there():
    with pytest.raises(ValueError, match="session 's2' has 45 samples, too few for window 30"):
        plots.vocabulary(recordings(), "s2", prediction_window=2, rate=10, window=30)


def test_split_map_marks_what_is_held_out_in_the_persons_order():
    source = pd.Series(["a", "b", "a", "b", "a"])
    held_out = {"rows": [True, False, False, True, False], "people": source == "b"}
    axes = plots.split_map(source, held_out, title="T")
    assert [ax.get_title(loc="left") for ax in axes] == ["split by rows", "split by people"]
    drawn = [np.ma.filled(ax.images[0].get_array(), -1).tolist() for ax in axes]
    assert drawn == [[[1, 0, 0], [0, 1, -1]], [[0, 0, 0], [1, 1, -1]]]
    legend = axes[0].figure.legends[0]
    names = [text.get_text() for text in legend.get_texts()]
    colors = [mpl.colors.to_hex(patch.get_facecolor()) for patch in legend.get_patches()]
    assert names == ["training", "held out"]
    assert colors == [TRAIN_COLOR.lower(), HELD_OUT_COLOR.lower()]


def test_promises_draws_runs_and_means():
    scores = pd.DataFrame(
        {
            "split": ["rows", "people", "rows", "people"],
            "promised": [0.9, 0.6, 1.0, 0.8],
            "new_people": [0.5, 0.7, 0.7, 0.9],
        }
    )
    ax = plots.promises(scores, title="T")
    assert [label.get_text() for label in ax.get_xticklabels()] == [
        "split by rows",
        "split by people",
    ]
    assert shown_texts(ax) == ["0.95", "0.60", "0.70", "0.80"]
    assert ax.get_ylabel() == "accuracy (share of windows)"
    lines = [line.get_ydata() for line in ax.lines if len(line.get_ydata()) == 2]
    np.testing.assert_allclose(
        lines, [[0.9, 0.5], [1.0, 0.7], [0.95, 0.6], [0.6, 0.7], [0.8, 0.9], [0.7, 0.8]]
    )
