import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("Agg")

import matplotlib.pyplot as plt

from activity_detector_utils import evaluation, plots

CLASSES = ["jump", "run", "walk"]


def recording(n=20, person="p1"):
    ramp = np.arange(n, dtype=float)
    return pd.DataFrame(
        {
            "userId": person,
            "sessionId": "s1",
            "activity": ["run"] * (n // 2) + ["walk"] * (n - n // 2),
            "rotX": ramp,
            "rotY": -ramp,
            "accelX": ramp / 10,
            "note": "text",
        },
        index=np.arange(n) + 50,
    )


def cell_texts(ax):
    """Texts of a heat map as rows of columns."""
    places = {tuple(map(int, text.get_position()[::-1])): text.get_text() for text in ax.texts}
    n_rows, n_columns = np.max(list(places), axis=0) + 1
    return [[places[row, column] for column in range(n_columns)] for row in range(n_rows)]


def tick_texts(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


# --- style -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("feature", "label"),
    [
        ("rotZ", "rotation rate (rad/s)"),
        ("accelX", "acceleration (g)"),
        ("gravY", "gravity (g)"),
        ("yaw", "attitude (rad)"),
        ("body_gyro_x", "rotation rate (rad/s)"),
        ("heart", "heart"),
    ],
)
def test_a_column_is_labelled_with_its_unit(feature, label):
    assert plots.quantity(feature) == label


def test_names_from_data_are_drawn_as_they_are_and_shortened():
    names = ["lift $a_$", "x" * 5000, "two\nlines", r"\$x^$"]
    pairs = pd.DataFrame({"target_label": names, "predicted_label": names[::-1], "count": 3})
    axes = [plots.confusion_matrix(pairs, names)]
    table = pd.DataFrame(1, index=names, columns=names).rename_axis(columns="$", index="$")
    axes.append(plots.sample_counts(table))
    frame = recording().assign(activity=[*names, *names] + ["run"] * 12)
    axes.append(plots.session_timeline(frame, frame["activity"][::-1], [*names, "run"])[0])
    curves = pd.DataFrame({"class": names, "fpr": 0.5, "tpr": 0.5, "threshold": 0.5})
    axes.append(plots.roc_curves(curves, names))
    for ax in axes:
        ax.figure.canvas.draw()  # a formula that is none would end here
    drawn = tick_texts(axes[0].yaxis)
    assert drawn == [r"lift \$a_\$", f"{'x' * 20}…{'x' * 19}", "two lines", r"\\$x^\$"]


def test_an_activity_has_one_colour_whatever_the_order():
    colors = plots.activity_colors(CLASSES)
    assert colors == plots.activity_colors(reversed(CLASSES))
    assert len(set(colors.values())) == 3
    assert len(set(plots.activity_colors(range(8)).values())) == 8


def test_the_style_of_the_caller_comes_back():
    before = dict(mpl.rcParams)
    ax = plots.session(recording())[0]
    assert dict(mpl.rcParams) == before
    assert not ax.spines["top"].get_visible()
    with plt.style.context(plots.STYLE):
        sizes = {name: size for name, size in mpl.rcParams.items() if name.endswith("size")}
        assert min(sizes[name] for name in ("xtick.labelsize", "legend.fontsize", "font.size")) >= 9


# --- recordings --------------------------------------------------------------------------------


def test_a_session_has_a_panel_for_each_quantity_and_time_in_seconds():
    frame = recording()
    axes = plots.session(frame, rate=10, title="Ramps")
    assert [ax.get_ylabel() for ax in axes] == ["rotation rate\n(rad/s)", "acceleration\n(g)"]
    assert [[line.get_label() for line in ax.lines] for ax in axes] == [
        ["rotX", "rotY"],
        ["accelX"],
    ]
    np.testing.assert_allclose(axes[0].lines[1].get_xdata(), np.arange(20) / 10)
    np.testing.assert_allclose(axes[0].lines[1].get_ydata(), frame["rotY"])
    assert axes[-1].get_xlabel() == "time (s)"
    assert axes[0].get_title("left") == "Ramps"


def test_without_a_rate_samples_are_counted_in_the_axes_given():
    _, given = plt.subplots()
    (ax,) = plots.session(recording(), ["accelX"], ax=given)
    assert ax is given
    assert ax.get_xlabel() == "sample"
    assert ax.lines[0].get_xdata()[-1] == 19


@pytest.mark.parametrize(
    ("features", "ax", "message"),
    [
        (["rotX", "zz"], None, r"no feature \['zz'\]; this frame has \['userId'"),
        ([], None, "no column has a known quantity"),
        (["rotX", "accelX"], [None], r"this figure has 2 panels, but ax has the shape \(1,\)"),
    ],
)
def test_a_session_that_cannot_be_drawn(features, ax, message):
    with pytest.raises(ValueError, match=message):
        plots.session(recording(), features, ax=ax)


def test_the_timeline_shows_runs_in_the_activities_colours_and_hatches_errors():
    frame = recording()
    predicted = ["run"] * 12 + ["walk"] * 6 + ["jump"] * 2  # rows 10, 11, 18, 19 are wrong
    strip, *panels = plots.session_timeline(frame, predicted, CLASSES, rate=10)
    colors = plots.activity_colors(CLASSES)
    bars = [
        (mpl.colors.to_hex(bar.get_facecolor()[0]), *np.round(path.get_extents().bounds, 6))
        for bar in strip.collections[:-1]
        for path in bar.get_paths()
    ]
    assert bars == [  # colour, start, foot, seconds, height
        (colors["run"], 0, 0.6, 1.0, 0.8),
        (colors["walk"], 1.0, 0.6, 1.0, 0.8),
        (colors["run"], 0, -0.4, 1.2, 0.8),
        (colors["walk"], 1.2, -0.4, 0.6, 0.8),
        (colors["jump"], 1.8, -0.4, 0.2, 0.8),
    ]
    wrong = strip.collections[-1]
    assert wrong.get_hatch()
    spans = [path.get_extents() for path in wrong.get_paths()]
    assert [(span.x0, span.x1) for span in spans] == [(1.0, 1.2), (pytest.approx(1.8), 2.0)]
    assert tick_texts(strip.yaxis) == ["predicted", "true"]
    assert strip.get_title("left") == "80% of 20 samples right"
    assert len(panels) == 2
    (legend,) = strip.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["jump", "run", "walk", "wrong"]


def test_the_timeline_of_a_perfect_session_has_no_errors_and_number_labels_do():
    frame = recording().assign(activity=[0] * 10 + [1] * 10)
    strip = plots.session_timeline(frame, frame["activity"], [0, 1, 2], title="All right")[0]
    assert strip.get_title("left") == "All right"
    assert not strip.collections[-1].get_paths()
    (legend,) = strip.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["0", "1"]
    with pytest.raises(ValueError, match="20 rows but 3 predictions"):
        plots.session_timeline(frame, [0, 1, 1], [0, 1])


def test_two_people_share_the_scale_of_a_row():
    first, second = recording(), recording(10, "p2").assign(rotX=100.0)
    grid = plots.compare_people(first, second, ["rotX", "accelX"], rate=50, title="Two ramps")
    assert grid.shape == (2, 2)
    assert [ax.get_title("left") for ax in grid[0]] == ["p1", "p2"]
    assert [ax.get_ylabel() for ax in grid[:, 0]] == ["rotX\n(rad/s)", "accelX\n(g)"]
    assert grid[0, 0].get_ylim() == grid[0, 1].get_ylim()
    assert grid[0, 0].get_ylim()[1] >= 100
    np.testing.assert_array_equal(grid[0, 1].lines[0].get_ydata(), [100.0] * 10)
    assert grid[0, 0].figure.get_suptitle() == "Two ramps"


# --- tables ------------------------------------------------------------------------------------


def test_every_count_stands_in_its_cell():
    table = pd.DataFrame({"p1": [1200, 0], "p2": [3, 40]}, index=["run", "walk"])
    table = table.rename_axis(index="activity", columns="userId")
    ax = plots.sample_counts(table)
    assert cell_texts(ax) == [["1,200", "3"], ["0", "40"]]
    assert tick_texts(ax.xaxis) == ["p1", "p2"]
    assert tick_texts(ax.yaxis) == ["run", "walk"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("userId", "activity")
    assert ax.get_title("left") == "1,243 in all"
    shades = ax.images[0].get_array()
    assert shades.argmax() == 0
    assert shades.min() == 0


def test_the_confusion_matrix_shows_counts_and_shares_of_the_true_activity():
    true = ["run"] * 300 + ["walk"] * 4
    predicted = ["run"] * 299 + ["walk"] * 2 + ["run"] * 3
    ax = plots.confusion_matrix(evaluation.confusion_table(true, predicted), CLASSES)
    assert cell_texts(ax) == [
        ["", "", ""],
        ["", ">99%\n299", "<1%\n1"],
        ["", "75%\n3", "25%\n1"],
    ]
    assert tick_texts(ax.xaxis) == tick_texts(ax.yaxis) == CLASSES
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted activity", "true activity")
    assert ax.get_title("left") == "98.7% of 304 predictions right"
    np.testing.assert_allclose(
        ax.images[0].get_array(), [[0, 0, 0], [0, 299 / 300, 1 / 300], [0, 0.75, 0.25]]
    )


def test_a_label_beyond_the_classes_is_not_hidden():
    table = evaluation.confusion_table([1, 7], [1, 1])
    ax = plots.confusion_matrix(table, classes=[2, 1], title="Two rows")
    assert tick_texts(ax.yaxis) == ["2", "1", "7"]
    assert cell_texts(ax)[2] == ["", "100%\n1", ""]


# --- curves ------------------------------------------------------------------------------------


def test_roc_curves_name_their_areas():
    true = ["run", "walk", "run", "walk"]
    probabilities = [[0, 0.9, 0.1], [0, 0.2, 0.8], [0, 0.4, 0.6], [0, 0.5, 0.5]]
    with pytest.warns(UserWarning, match="no rows of class 'jump'"):
        table = evaluation.evaluate(true, probabilities, CLASSES, "roc_curve")["roc_curve"]
    ax = plots.roc_curves(table, CLASSES)
    labels = [line.get_label() for line in ax.lines]
    assert labels == ["run (0.750)", "walk (0.750)", "guessing (0.500)"]
    colors = plots.activity_colors(CLASSES)
    assert [line.get_color() for line in ax.lines[:2]] == [colors["run"], colors["walk"]]
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [0, 0.5, 0.5, 1, 1])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("false positive rate", "true positive rate")
    assert ax.get_title("left") == "Mean area under the curve: 0.750"


def history(**columns):
    return pd.DataFrame({"iteration": range(1, 4), **columns})


def test_training_history_draws_both_parts_and_marks_the_iteration_kept():
    frame = history(
        training_accuracy=[0.1, 0.5, 0.9],
        training_loss=[2.0, 1.0, 0.5],
        validation_accuracy=[0.2, 0.4, 0.3],
        validation_loss=[1.9, 1.5, 1.7],
    )
    accuracy, loss = plots.training_history(frame, best=2)
    assert [line.get_label() for line in accuracy.lines] == [
        "training",
        "validation",
        "kept: iteration 2",
    ]
    assert accuracy.lines[1].get_ydata().tolist() == [0.2, 0.4, 0.3]
    assert loss.lines[0].get_xdata().tolist() == [1, 2, 3]
    assert loss.lines[0].get_ydata().tolist() == [2.0, 1.0, 0.5]
    assert accuracy.get_ylabel() == "accuracy (share of samples)"
    assert (loss.get_xlabel(), loss.get_ylabel()) == ("iteration", "loss (cross-entropy, nats)")


@pytest.mark.parametrize("empty", [{}, {"validation_accuracy": None, "validation_loss": np.nan}])
def test_training_history_without_validation(empty):
    frame = history(training_accuracy=[0.1, 0.5, 0.9], training_loss=[2.0, 1.0, 0.5], **empty)
    for ax in plots.training_history(frame):
        assert [line.get_label() for line in ax.lines] == ["training"]


def test_one_iteration_is_a_point_on_a_whole_number():
    frame = history(training_accuracy=0.1, training_loss=2.0)[:1]
    accuracy, _ = plots.training_history(frame)
    assert accuracy.lines[0].get_marker() == "o"
    low, high = accuracy.get_xlim()
    assert [tick for tick in accuracy.get_xticks() if low <= tick <= high] == [1]
