import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("Agg")


from activity_detector_utils import plots

RUNS = pd.DataFrame(
    {
        "files": [25, 25, 25, 25, 100, 100],
        "kind": ["dense"] * 4 + ["LSTM"] * 2,
        "seed": [0, 0, 1, 1, 0, 0],
        "updates": [10, 20, 10, 20, 10, 20],
        "training_accuracy": [0.1, 1.0, 0.1, 0.9, 0.1, 0.8],
        "test_accuracy": [0.2, 0.5, 0.4, 0.7, 0.3, 0.6],
    }
)


def lines(ax):
    """Label -> points of the lines in the legend, and the points of the others."""
    named = {line.get_label(): line.get_xydata().tolist() for line in ax.lines}
    return {label: points for label, points in named.items() if not label.startswith("_")}


def means(ax):
    return [
        line.get_xydata().round(9).tolist() for line in ax.lines if line.get_label().startswith("_")
    ]


def test_without_groups_the_last_scores_of_both_parts_are_drawn():
    ax = plots.repeated_scores(RUNS, "files", chance=0.5, title="T")
    drawn = lines(ax)
    assert drawn["training"] == [[25, 1.0], [25, 0.9], [100, 0.8]]
    assert drawn["test"] == [[25, 0.5], [25, 0.7], [100, 0.6]]
    assert drawn["guessing"] == [[25, 0.5], [100, 0.5]]
    assert means(ax) == [[[25, 0.95], [100, 0.8]], [[25, 0.6], [100, 0.6]]]
    assert (ax.get_xscale(), ax.get_xlabel(), ax.get_title("left")) == ("log", "files", "T")
    assert ax.get_ylabel() == "accuracy (share right)"
    assert {label.get_text() for label in ax.get_xticklabels()} == {"25", "100"}


def test_named_settings_stand_side_by_side_and_guessing_may_differ():
    ax = plots.repeated_scores(RUNS, "kind", "files", chance={"dense": 0.5, "LSTM": 0.25})
    drawn = lines(ax)
    assert np.round(drawn["25"], 9).tolist() == [[-0.07, 0.5], [-0.07, 0.7]]
    assert np.round(drawn["100"], 9).tolist() == [[1.07, 0.6]]
    assert drawn["guessing"] == [[0, 0.5], [1, 0.25]]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["dense", "LSTM"]
    assert ax.get_ylabel() == "test accuracy (share right)"
    assert ax.get_legend().get_title().get_text() == "files"


def test_the_frame_is_not_changed():
    before = RUNS.copy()
    plots.repeated_scores(RUNS, "files")
    plots.learning_curves(RUNS, "files")
    pd.testing.assert_frame_equal(RUNS, before)


def test_learning_curves_are_means_with_a_band_from_least_to_most():
    ax = plots.learning_curves(RUNS, "files", chance=0.5)
    drawn = lines(ax)
    np.testing.assert_allclose(drawn["25"], [[10, 0.3], [20, 0.6]])
    assert drawn["100"] == [[10, 0.3], [20, 0.6]]
    assert [y for _, y in drawn["guessing"]] == [0.5, 0.5]
    band = ax.collections[0].get_paths()[0].vertices
    for corner in ([10, 0.2], [10, 0.4], [20, 0.5], [20, 0.7]):
        assert np.isclose(band, corner).all(axis=1).any()


HISTORY = pd.DataFrame(
    {
        "iteration": [1, 2],
        "training_accuracy": [0.5, 0.9],
        "training_loss": [2.0, 1.0],
        "validation_accuracy": [0.4, 0.3],
        "validation_loss": [3.0, 4.0],
    }
)


def test_epochs_are_drawn_beside_guessing():
    accuracy, loss = (lines(ax) for ax in plots.epochs(HISTORY, n_classes=4, title="T"))
    assert accuracy["training"] == [[1, 0.5], [2, 0.9]]
    assert loss["validation"] == [[1, 3.0], [2, 4.0]]
    assert {y for _, y in accuracy["guessing"]} == {0.25}
    assert {y for _, y in loss["guessing"]} == {np.log(4)}


def test_validation_curves_carry_the_names_of_the_networks():
    ax = plots.validation_curves({"a": HISTORY, "b": HISTORY[:1]}, n_classes=2)
    drawn = lines(ax)
    assert drawn["a"] == [[1, 0.4], [2, 0.3]]
    assert drawn["b"] == [[1, 0.4]]
    assert {y for _, y in drawn["guessing"]} == {0.5}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "validation accuracy (share right)")


def test_waves_have_a_row_for_each_class():
    X = np.arange(12.0).reshape(4, 3)
    axes = plots.waves(X, [1, 0, 1, 1], ["sine", "square"], n_each=2, title="T")
    drawn = [[[line.get_ydata().tolist() for line in ax.lines] for ax in row] for row in axes]
    assert drawn == [[[[3, 4, 5]], []], [[[0, 1, 2]], [[6, 7, 8]]]]
    assert axes[0, 0].lines[0].get_xdata().tolist() == [1, 2, 3]
    assert [row[0].get_ylabel() for row in axes] == ["sine", "square"]
    assert axes[0, 0].figure.get_suptitle() == "T"


def test_images_keep_their_pixels_and_their_words():
    images = np.arange(3 * 2 * 2 * 3, dtype=float).reshape(3, 2, 2, 3)
    axes = plots.image_grid(images, ["a", "b", "c"], n_columns=2)
    assert len(axes[0].figure.axes) == 3
    assert [ax.get_title() for ax in axes] == ["a", "b", "c"]
    np.testing.assert_array_equal(axes[2].images[0].get_array(), images[2])


def test_images_and_words_must_be_as_many():
    with pytest.raises(ValueError, match="zip"):
        plots.image_grid(np.zeros((2, 2, 2, 3)), ["a"])
