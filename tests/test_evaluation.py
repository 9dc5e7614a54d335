import math
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from activity_detector_utils import evaluation
from activity_detector_utils.base.errors import ToolkitError

# Five rows by hand; the fourth is a tie, which goes to the lower class.
CLASSES = ["a", "b", "c"]
TRUE = ["a", "b", "c", "a", "b"]
PROBABILITIES = np.array(
    [[0.7, 0.2, 0.1], [0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.4, 0.4, 0.2], [0.2, 0.5, 0.3]]
)


def silent(function, *arguments):
    """Call and fail on any warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return function(*arguments)


def warned(function, *arguments):
    """Call and return the result and the text of all warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = function(*arguments)
    return result, [str(warning.message) for warning in caught]


# --- evaluate ----------------------------------------------------------------------------------


def test_every_metric_of_five_rows_by_hand():
    result = silent(evaluation.evaluate, TRUE, PROBABILITIES, CLASSES, "report")
    assert list(result) == [*evaluation.METRICS, "report_by_class"]
    assert result["accuracy"] == 0.8
    assert result["precision"] == pytest.approx((2 / 3 + 1 + 1) / 3)
    assert result["recall"] == pytest.approx((1 + 1 / 2 + 1) / 3)
    assert result["f1_score"] == pytest.approx((4 / 5 + 2 / 3 + 1) / 3)
    # a: 0.7, 0.4 against 0.5, 0.1, 0.2 -> 5 of 6 pairs; b: 0.3, 0.5 against 0.2, 0.2, 0.4 -> 5 of 6
    assert result["auc"] == pytest.approx((5 / 6 + 5 / 6 + 1) / 3)
    assert result["log_loss"] == pytest.approx(-sum(map(math.log, [0.7, 0.3, 0.7, 0.4, 0.5])) / 5)
    assert result["confusion_matrix"].values.tolist() == [
        ["a", "a", 2],
        ["b", "a", 1],
        ["b", "b", 1],
        ["c", "c", 1],
    ]
    assert result["report_by_class"].values.tolist() == [
        ["a", 2, 2, 1, 0, pytest.approx(2 / 3), 1.0],
        ["b", 2, 1, 0, 1, 1.0, 0.5],
        ["c", 1, 1, 0, 0, 1.0, 1.0],
    ]


def test_the_roc_curve_has_its_corners_and_counts():
    curve = silent(evaluation.evaluate, TRUE, PROBABILITIES, CLASSES, "roc_curve")["roc_curve"]
    assert curve.columns.tolist() == ["class", "threshold", "fpr", "tpr", "p", "n"]
    of_a = curve[curve["class"] == "a"]
    assert of_a["threshold"].tolist() == [math.inf, 0.7, 0.5, 0.4, 0.1]
    assert of_a["tpr"].tolist() == [0, 0.5, 0.5, 1, 1]
    assert of_a["fpr"].tolist() == [0, 0, pytest.approx(1 / 3), pytest.approx(1 / 3), 1]
    assert curve.groupby("class")[["p", "n"]].first().values.tolist() == [[2, 3], [2, 3], [1, 4]]


@pytest.mark.parametrize("name", evaluation.METRICS)
def test_one_metric_alone_is_the_same(name):
    alone = evaluation.evaluate(TRUE, PROBABILITIES, CLASSES, name)
    together = evaluation.evaluate(TRUE, PROBABILITIES, CLASSES)
    assert list(alone) == [name]
    assert list(together) == list(evaluation.METRICS)
    if isinstance(alone[name], pd.DataFrame):
        pd.testing.assert_frame_equal(alone[name], together[name])
    else:
        assert alone[name] == together[name]


@pytest.mark.parametrize("metric", ["foo", None, ["accuracy"]])
def test_an_unknown_metric_is_refused_with_the_list(metric):
    with pytest.raises(ToolkitError, match=r"Unsupported metric .*; there are accuracy, auc, "):
        evaluation.evaluate(TRUE, PROBABILITIES, CLASSES, metric)


def test_whole_number_labels_sort_as_numbers():
    classes = [2, 9, 10]
    true = np.array([10, 2, 9, 10])
    result = silent(evaluation.evaluate, true, np.eye(3)[[2, 0, 0, 1]], classes)
    assert result["confusion_matrix"].values.tolist() == [
        [2, 2, 1],
        [9, 2, 1],
        [10, 9, 1],
        [10, 10, 1],
    ]
    assert result["accuracy"] == 0.5


@pytest.mark.parametrize(
    "labels",
    [
        np.array(TRUE),
        np.array(TRUE, dtype=object),
        pd.Series(TRUE, index=[7, 7, 7, 1, 0]),
        pd.Series(TRUE, dtype="category"),
        tuple(TRUE),
    ],
)
def test_any_kind_of_text_array_will_do(labels):
    assert evaluation.evaluate(labels, PROBABILITIES, np.array(CLASSES), "accuracy") == {
        "accuracy": 0.8
    }


def test_a_class_without_rows_is_named():
    rows = [0, 1, 3, 4]  # no row of c
    labels = [TRUE[row] for row in rows]
    result, messages = warned(evaluation.evaluate, labels, PROBABILITIES[rows], CLASSES)
    assert messages == [
        "no rows of class 'c': counted as 0 in precision, recall and f1_score, "
        "left out of auc and roc_curve"
    ]
    assert result["recall"] == pytest.approx((1 + 1 / 2 + 0) / 3)
    assert result["auc"] == pytest.approx((3 / 4 + 3 / 4) / 2)
    assert set(result["roc_curve"]["class"]) == {"a", "b"}
    assert warned(evaluation.evaluate, labels, PROBABILITIES[rows], CLASSES, "accuracy")[1] == []


def test_a_label_unknown_to_the_model_is_a_wrong_row():
    labels = ["a", "zz", "c", "a", "b"]
    result, messages = warned(evaluation.evaluate, labels, PROBABILITIES, CLASSES)
    assert messages == ["labels unknown to the model, counted as wrong: 'zz' (1 rows)"]
    assert result["accuracy"] == 0.8
    assert result["precision"] == pytest.approx((2 / 3 + 1 + 1) / 3)
    expected = -sum(map(math.log, [0.7, 1e-15, 0.7, 0.4, 0.5])) / 5
    assert result["log_loss"] == pytest.approx(expected)
    assert ["zz", "a", 1] in result["confusion_matrix"].values.tolist()
    # It is one of the others in every curve: a is now 5 of 6 pairs, b 4 of 4, c 4 of 4.
    assert result["auc"] == pytest.approx((5 / 6 + 1 + 1) / 3)


def test_only_unknown_labels_leave_no_curve():
    result, messages = warned(evaluation.evaluate, ["x"] * 5, PROBABILITIES, CLASSES)
    assert math.isnan(result["auc"])
    assert result["roc_curve"].empty
    assert result["accuracy"] == result["f1_score"] == 0
    assert messages[-1].startswith("auc is nan: it needs rows of a class of the model")


def test_a_model_of_one_class():
    result, messages = warned(evaluation.evaluate, ["a", "a"], np.ones((2, 1)), ["a"])
    assert (result["accuracy"], result["f1_score"]) == (1, 1)
    assert result["log_loss"] == pytest.approx(1e-15, rel=0.2)
    assert math.isnan(result["auc"])
    assert [message[:12] for message in messages] == ["all rows hav", "auc is nan: "]


def test_an_accuracy_that_says_nothing_is_not_passed_over():
    result, messages = warned(evaluation.evaluate, ["a"], PROBABILITIES[:1], CLASSES, "accuracy")
    assert result == {"accuracy": 1.0}
    [message] = messages
    assert message.startswith("all rows have the label 'a': answering it always would be right")


@pytest.mark.parametrize("row", [[-0.1, 0.6, 0.5], [0.5, 0.4, 0.2], [0.0, 0.0, 0.0], [7, 2, 1]])
def test_what_are_no_probabilities_is_refused(row):
    rows = np.array([*PROBABILITIES[:4], row])
    for check in (
        lambda: evaluation.evaluate(TRUE, rows, CLASSES, "log_loss"),
        lambda: evaluation.evaluate_by(["p"] * 5, TRUE, rows, CLASSES),
        lambda: evaluation.session_decisions(["s"] * 5, rows, CLASSES),
    ):
        with pytest.raises(ToolkitError, match=r"row 4 holds no probabilities: .*1 such rows"):
            check()


def test_probabilities_may_be_rounded():
    evaluation.evaluate(["a"], [[0.33, 0.33, 0.33]], CLASSES, "log_loss")


@pytest.mark.parametrize(
    ("labels", "probabilities", "classes", "error", "message"),
    [
        ([], np.zeros((0, 3)), CLASSES, ToolkitError, "no rows to evaluate"),
        (TRUE, PROBABILITIES[:4], CLASSES, ValueError, "5 true labels but 4 rows"),
        (TRUE, PROBABILITIES, ["a", "b"], ValueError, r"shape \(5, 3\); \(n_rows, 2\) is wanted"),
        (TRUE, PROBABILITIES, ["a", "b", "a"], ValueError, "a class is named twice"),
        (["a", None, "b", "a", "a"], PROBABILITIES, CLASSES, ValueError, "missing, first in row 1"),
        (TRUE, PROBABILITIES * [1, 1, np.nan], CLASSES, ValueError, "not finite, first in row 0"),
        ([1, 2, 1, 1, 2], PROBABILITIES, CLASSES, TypeError, r"whole numbers and the classes text"),
        (TRUE, PROBABILITIES, [0, 1, 2], TypeError, r"text and the classes whole numbers .*int"),
        (["a", 1, "b", "a", "a"], PROBABILITIES, CLASSES, TypeError, "found int, str"),
        ([0.0, 1.0, 0.0, 1.0, 2.0], PROBABILITIES, [0, 1, 2], TypeError, "found float"),
    ],
)
def test_what_cannot_be_compared_is_refused(labels, probabilities, classes, error, message):
    with pytest.raises(error, match=message):
        evaluation.evaluate(labels, probabilities, classes)


def rows_strategy():
    """Labels and coarse probabilities, so that ties and absent classes occur often."""

    def build(n_classes):
        cell = st.integers(0, 4)
        row = st.lists(cell, min_size=n_classes, max_size=n_classes).filter(any)
        return st.lists(st.tuples(st.integers(0, n_classes - 1), row), min_size=1, max_size=25).map(
            lambda rows: (n_classes, rows)
        )

    return st.integers(2, 5).flatmap(build)


@settings(deadline=None)
@given(rows_strategy())
def test_metrics_are_scikit_learns(drawn):
    n_classes, rows = drawn
    classes = [f"class {code}" for code in range(n_classes)]
    true = np.array([classes[code] for code, _ in rows])
    scores = np.array([row for _, row in rows], dtype=float)
    probabilities = scores / scores.sum(axis=1, keepdims=True)
    result, _ = warned(evaluation.evaluate, true, probabilities, classes)
    predicted = np.array(classes)[probabilities.argmax(axis=1)]
    macro = {"labels": classes, "average": "macro", "zero_division": 0}
    assert result["accuracy"] == pytest.approx(sklearn.metrics.accuracy_score(true, predicted))
    for name in ("precision", "recall", "f1"):
        oracle = getattr(sklearn.metrics, f"{name}_score")(true, predicted, **macro)
        assert result["f1_score" if name == "f1" else name] == pytest.approx(oracle)
    table = result["confusion_matrix"].pivot(
        index="target_label", columns="predicted_label", values="count"
    )
    table = table.reindex(index=classes, columns=classes).fillna(0)
    oracle = sklearn.metrics.confusion_matrix(true, predicted, labels=classes)
    np.testing.assert_array_equal(table, oracle)
    areas = [
        sklearn.metrics.roc_auc_score(true == label, probabilities[:, code])
        for code, label in enumerate(classes)
        if 0 < (true == label).sum() < len(true)
    ]
    assert result["auc"] == pytest.approx(np.mean(areas) if areas else math.nan, nan_ok=True)


@settings(deadline=None)
@given(rows_strategy())
def test_log_loss_is_scikit_learns_where_no_probability_is_zero(drawn):
    n_classes, rows = drawn
    scores = np.array([row for _, row in rows], dtype=float) + 0.1
    probabilities = scores / scores.sum(axis=1, keepdims=True)
    true = [code for code, _ in rows]
    result = evaluation.evaluate(true, probabilities, range(n_classes), "log_loss")
    oracle = sklearn.metrics.log_loss(true, probabilities, labels=list(range(n_classes)))
    assert result["log_loss"] == pytest.approx(oracle)


def test_accuracy_loads_no_scikit_learn():
    code = (
        "import sys; from activity_detector_utils import evaluation as e;"
        "e.evaluate(['a', 'b'], [[1, 0], [0, 1]], ['a', 'b'], 'accuracy');"
        "print([name for name in ('sklearn', 'matplotlib', 'keras') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


# --- by person or session ----------------------------------------------------------------------


def test_groups_come_worst_first():
    people = pd.Series(["p2", "p1", "p2", "p1", "p1"], name="userId", index=[5, 4, 3, 2, 1])
    table = silent(evaluation.evaluate_by, people, TRUE, PROBABILITIES, CLASSES)
    assert table.columns.tolist() == [
        "userId",
        "samples",
        "accuracy",
        "f1_score",
        "target_label",
        "predicted_label",
    ]
    # p1 has b, a, b predicted a, a, b: f1 of a 2/3, of b 2/3.
    assert table.values.tolist() == [
        ["p1", 3, pytest.approx(2 / 3), pytest.approx(2 / 3), "b", "a"],
        ["p2", 2, 1.0, 1.0, "a", "a"],
    ]


def test_a_group_is_not_marked_down_for_labels_it_does_not_have():
    table = evaluation.evaluate_by(["s"] * 2, ["a", "a"], PROBABILITIES[:2], CLASSES)
    assert table["f1_score"].tolist() == [1.0]
    assert table.columns[0] == "group"


@settings(deadline=None)
@given(rows_strategy(), st.integers(1, 4))
def test_groups_are_scikit_learns_one_by_one(drawn, n_groups):
    n_classes, rows = drawn
    true = np.array([code for code, _ in rows])
    probabilities = np.array([row for _, row in rows], dtype=float)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    groups = np.arange(len(rows)) % n_groups
    table = evaluation.evaluate_by(groups, true, probabilities, range(n_classes))
    assert sorted(table["group"]) == np.unique(groups).tolist()
    assert table["accuracy"].is_monotonic_increasing
    assert table["samples"].sum() == len(rows)
    for _, row in table.iterrows():
        mine = groups == row["group"]
        predicted = probabilities[mine].argmax(axis=1)
        oracle = sklearn.metrics.f1_score(
            true[mine], predicted, labels=np.unique(true[mine]), average="macro", zero_division=0
        )
        assert row["f1_score"] == pytest.approx(oracle)
        assert row["accuracy"] == pytest.approx((true[mine] == predicted).mean())


@pytest.mark.parametrize(
    ("groups", "message"),
    [(["p"] * 4, "4 groups but 5 rows"), (["p", "p", None, "p", "p"], "missing, first in row 2")],
)
def test_groups_must_cover_the_rows(groups, message):
    with pytest.raises(ValueError, match=message):
        evaluation.evaluate_by(groups, TRUE, PROBABILITIES, CLASSES)


def test_a_sure_row_outweighs_two_unsure_ones_unless_they_vote():
    probabilities = [[0.49, 0.51], [0.49, 0.51], [0.99, 0.01], [0.3, 0.7]]
    sessions = pd.Series(["s1", "s1", "s1", "s0"], name="sessionId")
    decided = evaluation.session_decisions(sessions, probabilities, ["a", "b"])
    assert decided.index.name == "sessionId"
    assert decided["predicted_label"].to_dict() == {"s1": "a", "s0": "b"}
    odds = (0.49 * 0.49 * 0.99 / (0.51 * 0.51 * 0.01)) ** (1 / 3)
    assert decided["share"].tolist() == pytest.approx([odds / (1 + odds), 0.7])
    voted = evaluation.session_decisions(sessions, probabilities, ["a", "b"], "vote")
    assert voted["predicted_label"].tolist() == ["b", "b"]
    assert voted["share"].tolist() == pytest.approx([2 / 3, 1])


def test_a_tied_vote_goes_to_the_lower_class_and_a_zero_does_not_break_the_logarithm():
    probabilities = [[1.0, 0.0], [0.0, 1.0]]
    for method in ("vote", "log_probability"):
        decided = evaluation.session_decisions([1, 1], probabilities, [3, 4], method)
        assert decided["predicted_label"].tolist() == [3]
        assert decided["share"].tolist() == pytest.approx([0.5])


def test_an_unknown_way_to_decide_is_refused():
    with pytest.raises(ValueError, match="unknown method 'mean'; there are 'log_probability'"):
        evaluation.session_decisions([1], [[1.0]], ["a"], "mean")


# --- labels alone ------------------------------------------------------------------------------


def test_confusion_of_two_label_arrays():
    table = evaluation.confusion_table(np.array(["b", "a", "b"]), ["c", "a", "c"])
    assert table.values.tolist() == [["a", "a", 1], ["b", "c", 2]]
    assert table.columns.tolist() == ["target_label", "predicted_label", "count"]


def test_the_majority_baseline_learns_from_training_rows_only():
    baseline = evaluation.majority_baseline(["b", "b", "a"], ["a", "a", "b", "new"])
    assert baseline == ("b", 0.25)
    assert evaluation.majority_baseline([2, 1], [1, 1, 2]) == (1, 2 / 3)  # a tie: the lower label


@pytest.mark.parametrize(("train", "labels"), [([], ["a"]), (["a"], [])])
def test_a_baseline_needs_rows(train, labels):
    with pytest.raises(ValueError, match="there are no"):
        evaluation.majority_baseline(train, labels)
