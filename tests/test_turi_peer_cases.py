"""The 31 cases of Turi Create's own test suite, on this package.

Numbers are those of that suite's list. Where a test elsewhere covers a case, it is named; in
tests/test_activity_classifier.py unless said otherwise.

==  ================================  =============================================================
 1  missing value in training         test_missing_and_infinite_values_are_named,
                                      test_a_none_among_numbers_is_a_missing_value
 2  missing value in validation       test_missing_values_in_the_validation_set_are_named, below
 3  invalid batch_size                test_create_names_the_mistake
 4  validation_set None               test_two_rows_of_one_feature_train_and_export, below
 5  validation_set by default         test_it_learns_and_reports_the_final_model
 6  verbose=False prints less         test_verbose_prints_a_table_and_silence_is_silent
 7  features, target, session only    test_two_rows_of_one_feature_train_and_export, below
 8  target, session only              test_fields_say_what_was_asked_for, below
 9  invalid target                    test_create_names_the_mistake
10  fixed seed                        test_the_same_seed_gives_the_same_model_and_another_...,
                                      to the last bit, not to 5 decimals
11  random_split_by_session           tests/test_splits.py; both tools in tests/test_turi_oracle.py
12  'auto' with 25 sessions           differs on purpose: validation from 10 sessions on, see
                                      test_a_few_sessions_train_without_validation_and_say_so
13  'auto' with 400 sessions          tests/test_splits.py, and the next
14  the same with text ids            test_auto_takes_a_tenth_of_many_sessions, below
15  predict per window                test_per_window_results_have_a_row_a_window, below
16  export_coreml                     test_the_exported_step_follows_the_model, below; layout and
                                      keys in tests/test_export_coreml.py
17  a single feature, two rows        test_two_rows_of_one_feature_train_and_export, below
18  classify per window               test_per_window_results_have_a_row_a_window, below
19  classify without a feature        test_classify_names_the_missing_feature, below
20  predict_topk                      test_per_window_results_have_a_row_a_window, below
21  predict_topk with invalid k       test_prediction_names_the_mistake, and k = -1 below
22  evaluate without rows of a label  test_evaluate_without_rows_of_a_label, below
23  _list_fields                      test_fields_are_turi_creates (with validation); without it,
                                      both tools in tests/test_turi_oracle.py
24  values of the fields              test_fields_say_what_was_asked_for, below
25  summary()                         test_summary_and_repr
26  summary('str')                    test_summary_and_repr
27  summary('dict')                   test_summary_and_repr
28  summary with anything else        test_summary_takes_nothing_else, below
29  repr and str                      test_repr_and_str_are_text, below
30  save and load                     every test that takes `model`, below, asks the loaded one too;
                                      more in tests/test_model_files.py
31  save, load, export across GPUs    does not apply: a saved model is arrays, and predictions are
                                      numpy's; neither knows a device
==  ================================  =============================================================

The tests in C++ of the same toolkit look at columns and values of classify, predict and
predict_topk: test_classify_adds_the_probability_of_the_class,
test_topk_lists_the_most_probable_first_and_clips_k,
test_per_window_numbers_windows_within_their_session, and tests/test_turi_oracle.py.
"""

import numpy as np
import pandas as pd
import pytest

from activity_detector_utils.activity_classifier import ActivityClassifier, create, load_model
from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.export import open_exported

WINDOW = 5
FEATURES = ["a-r", "b-r", "c-r"]  # a minus sign: allowed in Core ML's .mlmodel
METRICS = {
    *("accuracy", "auc", "precision", "recall", "f1_score", "log_loss"),
    *("confusion_matrix", "roc_curve"),
}


def noise(n_rows=1000, n_sessions=4, seed=42):
    """Random samples, random labels 0 to 8, and sorted session ids of uneven lengths."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.random((n_rows, 3)), columns=FEATURES)
    frame["activity_label"] = rng.integers(0, 9, n_rows)
    frame["session"] = np.sort(rng.integers(1, n_sessions + 1, n_rows))
    return frame


@pytest.fixture(scope="module")
def data():
    return noise()


@pytest.fixture(scope="module")
def trained(data):
    arguments = {"prediction_window": WINDOW, "random_seed": 42, "verbose": False}
    return create(data, "session", "activity_label", **arguments)


@pytest.fixture(scope="module")
def saved(trained, tmp_path_factory):
    path = tmp_path_factory.mktemp("peer") / "model"
    trained.save(path)
    return path


@pytest.fixture(params=["trained", "loaded"])
def model(request, trained, saved):
    """Everything is asked of the model as trained and as loaded."""
    return trained if request.param == "trained" else load_model(saved)


@pytest.fixture
def n_windows(data):
    lengths = data.groupby("session").size()
    return int(np.ceil(lengths / WINDOW).sum())


# Training.


def test_missing_values_in_the_validation_set_are_named(data):
    watched = noise(50)
    watched.loc[7, "b-r"] = None
    with pytest.raises(ToolkitError, match="'b-r' of the validation_set holds nan in row 7"):
        create(data, "session", "activity_label", validation_set=watched, verbose=False)


def test_auto_takes_a_tenth_of_many_sessions():
    data = noise(4000, 400)
    data["session"] = data["session"].map("{:x}".format)
    model = create(
        data, "session", "activity_label", prediction_window=WINDOW, max_iterations=1, verbose=False
    )
    held_out = 1 - model.num_sessions / data["session"].nunique()
    assert held_out == pytest.approx(0.1, abs=0.03)  # Turi Create: 0.05
    assert 0 <= model.validation_accuracy <= 1


def test_two_rows_of_one_feature_train_and_export(tmp_path):
    data = pd.DataFrame({"session": [0, 0], "x": [0.5, 1.5], "y": 0.0, "label": [0, 1]})
    model = create(
        data, "session", "label", ["x"], validation_set=None, max_iterations=2, verbose=False
    )
    assert (model.prediction_window, model.batch_size) == (100, 32)
    model.export_coreml(tmp_path / "A.mlmodel")
    runner = open_exported(tmp_path / "A.mlmodel", "numpy")
    window = np.zeros((100, 1))
    window[:2] = data[["x"]]
    probabilities, _ = runner.step(window, runner.zero_state())
    expected = model.predict(data, "probability_vector")[1]
    np.testing.assert_allclose(probabilities, expected, atol=1e-5)


# The trained model, and the same saved and loaded.


def test_the_loaded_model_predicts_the_same(trained, saved, data):
    ours, again = (m.predict(data, "probability_vector") for m in (trained, load_model(saved)))
    np.testing.assert_array_equal(np.stack(ours), np.stack(again))


@pytest.mark.parametrize("output_type", ["class", "probability_vector"])
def test_per_window_results_have_a_row_a_window(model, data, n_windows, output_type):
    windows = model.predict(data, output_type, "per_window")
    assert len(windows) == n_windows
    assert list(windows) == ["prediction_id", output_type, "session"]
    assert len(model.predict(data, output_type)) == len(data)
    assert len(model.classify(data, "per_window")) == n_windows
    value = "rank" if output_type == "class" else "probability"
    assert len(model.predict_topk(data, value, output_frequency="per_window")[value]) == (
        3 * n_windows
    )
    head = data.head(100)  # of one session
    assert len(model.predict_topk(head, value, 5, "per_window")) == 5 * 100 // WINDOW


def test_the_exported_step_follows_the_model(model, data, tmp_path):
    model.export_coreml(tmp_path / "A.mlmodel")
    runner = open_exported(tmp_path / "A.mlmodel", "numpy")
    entries = runner.description.metadata
    expected = {
        "features": ",".join(FEATURES),
        "max_iterations": "10",
        "prediction_window": "5",
        "session_id": "session",
        "target": "activity_label",
        "type": "activity_classifier",
        "version": "2",
    }
    assert {key: entries[key] for key in expected} == expected
    rows = model.predict(data, "probability_vector")
    state = runner.zero_state()
    for start in range(0, 20 * WINDOW, WINDOW):
        window = data[FEATURES].to_numpy()[start : start + WINDOW]
        probabilities, state = runner.step(window, state)
        np.testing.assert_allclose(probabilities, rows[start], atol=1e-5)


def test_classify_names_the_missing_feature(model, data):
    with pytest.raises(ToolkitError, match=r"\['c-r'\]"):
        model.classify(data.drop(columns="c-r"))


def test_topk_takes_no_negative_k(model, data):
    with pytest.raises(ToolkitError, match="k must be at least 1; it is -1"):
        model.predict_topk(data, k=-1)


def test_evaluate_without_rows_of_a_label(model, data):
    with pytest.warns(UserWarning, match="no rows of class 3"):
        result = model.evaluate(data[data["activity_label"] != 3])
    assert result.keys() == METRICS
    assert all(np.isfinite(result[name]) for name in METRICS - {"confusion_matrix", "roc_curve"})


def test_fields_say_what_was_asked_for(model, data):
    expected = {
        "batch_size": 32, "classes": list(range(9)), "features": FEATURES, "max_iterations": 10,
        "num_classes": 9, "num_examples": 1000, "num_features": 3, "num_sessions": 4,
        "prediction_window": WINDOW, "random_seed": 42, "session_id": "session",
        "target": "activity_label", "training_iterations": 10, "verbose": False,
    }  # fmt: skip
    assert {field: model._get(field) for field in expected} == expected
    assert model.training_accuracy == model.evaluate(data)["accuracy"]
    assert model.training_log_loss > 0
    assert model.training_time > 0


@pytest.mark.parametrize("argument", ["invalid", 0, {}])
def test_summary_takes_nothing_else(model, argument):
    with pytest.raises(ToolkitError, match=r"Unsupported argument .* expected None"):
        model.summary(argument)


def test_repr_and_str_are_text(model):
    assert str(model) == repr(model) == model.summary("str")
    assert "Prediction window" in str(model)
    assert isinstance(model, ActivityClassifier)
