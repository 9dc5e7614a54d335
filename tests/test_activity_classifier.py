"""create(), predict and company: exact rows on small frames, and one error for each mistake."""

import logging
import signal

import numpy as np
import pandas as pd
import pytest
from small_models import random_model

from activity_detector_utils.activity_classifier import create
from activity_detector_utils.activity_classifier.columns import check_spread
from activity_detector_utils.activity_classifier.session_samples import read_labelled
from activity_detector_utils.base.errors import ToolkitError


def make_frame(lengths, features=("x", "y", "z"), ids=None, seed=0):
    """Noise recordings of the given lengths, with labels a and b in bouts of 15 samples."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(sum(lengths), len(features))), columns=list(features))
    ids = ids or [f"s{number}" for number in range(len(lengths))]
    frame.insert(0, "session", np.repeat(ids, lengths))
    frame.insert(1, "label", np.where(np.arange(len(frame)) // 15 % 2, "b", "a"))
    return frame


def shifted_bouts(n_sessions=12, seed=0):
    """Two activities that one feature tells apart; 45 samples of each in every session."""
    frame = make_frame([90] * n_sessions, seed=seed)
    frame["label"] = np.tile(np.repeat(["a", "b"], 45), n_sessions)
    frame["x"] += np.where(frame["label"] == "b", 3.0, -3.0)
    return frame


@pytest.fixture(scope="module")
def trained():
    return create(
        shifted_bouts(), "session", "label", prediction_window=5, max_iterations=25,
        verbose=False, random_seed=1,
    )  # fmt: skip


# Predictions: the same network, one window at a time, is the oracle.


def expected_probabilities(model, frame):
    rows = pd.Series(index=range(len(frame)), dtype=object)
    window = model.prediction_window
    for _, session in frame.reset_index(drop=True).groupby(model.session_id, sort=False):
        values = session[model.features].to_numpy(np.float32)
        for number, start in enumerate(range(0, len(values), window)):
            if number % 20 == 0:
                state = model.network.zero_state()
            real = values[start : start + window]
            padded = np.zeros((1, window, len(model.features)), np.float32)
            padded[0, : len(real)] = real
            probabilities, *state = model.network.step(padded, *state)
            for row in session.index[start : start + window]:
                rows[row] = probabilities[0]
    return np.stack(rows)


@pytest.mark.parametrize("prediction_window", [1, 5, 400])
def test_every_row_gets_the_probabilities_of_its_window(prediction_window):
    model = random_model(prediction_window)
    frame = make_frame([1, 4, 5, 6, 105, 410])
    given = np.stack(model.predict(frame, "probability_vector"))
    np.testing.assert_allclose(given, expected_probabilities(model, frame), atol=1e-6)


def test_interleaved_sessions_and_any_index_keep_their_rows():
    model = random_model()
    frame = make_frame([30, 30], ids=["s1", "s0"])
    mixed = frame.sample(frac=1, random_state=0).sort_values("y")  # rows of both sessions mixed
    mixed.index = [f"row {number}" for number in range(len(mixed))]
    before = mixed.copy()
    given = model.predict(mixed, "probability_vector")
    assert given.index.equals(mixed.index)
    np.testing.assert_allclose(np.stack(given), expected_probabilities(model, mixed), atol=1e-6)
    pd.testing.assert_frame_equal(mixed, before)


def test_features_in_another_order_and_extra_columns_do_not_matter():
    model = random_model()
    frame = make_frame([30])
    shuffled = frame[["z", "label", "y", "session", "x"]].assign(extra="text")
    pd.testing.assert_series_equal(model.predict(frame), model.predict(shuffled))


def test_per_window_numbers_windows_within_their_session():
    model = random_model()
    windows = model.predict(make_frame([11, 3]), output_frequency="per_window")
    assert list(windows.columns) == ["prediction_id", "class", "session"]
    assert windows["prediction_id"].tolist() == [0, 1, 2, 0]
    assert windows["session"].tolist() == ["s0", "s0", "s0", "s1"]
    rows = model.predict(make_frame([11, 3]))
    assert windows["class"].tolist() == rows.iloc[[0, 5, 10, 11]].tolist()


def test_classify_adds_the_probability_of_the_class():
    model = random_model()
    frame = make_frame([12])
    result = model.classify(frame)
    vectors = np.stack(model.predict(frame, "probability_vector"))
    assert list(result.columns) == ["class", "probability"]
    np.testing.assert_array_equal(result["probability"], vectors.max(axis=1))
    np.testing.assert_array_equal(result["class"], np.array(model.classes)[vectors.argmax(1)])
    per_window = model.classify(frame, output_frequency="per_window")
    assert list(per_window.columns) == ["class", "prediction_id", "probability", "session"]
    assert len(per_window) == 3


def test_topk_lists_the_most_probable_first_and_clips_k():
    model = random_model()
    frame = make_frame([7])
    frame.index += 100
    top = model.predict_topk(frame, k=5)
    assert list(top.columns) == ["row_id", "class", "probability"]
    assert len(top) == 7 * 3
    assert top["row_id"].tolist() == np.repeat(np.arange(7), 3).tolist()
    assert top.index.tolist() == np.repeat(np.arange(100, 107), 3).tolist()
    assert (np.diff(top["probability"].to_numpy().reshape(7, 3)) <= 0).all()
    ranks = model.predict_topk(frame, "rank", k=2, output_frequency="per_window")
    assert list(ranks.columns) == ["session", "prediction_id", "class", "rank"]
    assert ranks["rank"].tolist() == [0, 1, 0, 1]
    assert ranks["prediction_id"].tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    "ids", [[7, "7-part2", 8], np.array(["a", "b", "c"]), pd.Categorical([3, 1, 2])]
)
def test_session_ids_of_any_kind_keep_their_windows(ids):
    model, frame = random_model(), make_frame([11, 3, 4])
    named = frame.assign(session=pd.Series(ids).repeat([11, 3, 4]).to_numpy())
    windows = model.predict(named, "probability_vector", "per_window")
    assert windows["session"].astype(str).tolist() == [str(ids[n]) for n in (0, 0, 0, 1, 2)]
    given = np.stack(model.predict(named, "probability_vector"))
    np.testing.assert_array_equal(given, np.stack(model.predict(frame, "probability_vector")))


@pytest.mark.parametrize(
    "name", ["class", "probability", "probability_vector", "prediction_id", "row_id", "rank"]
)
def test_a_session_column_cannot_hide_a_column_of_the_results(name):
    frame = make_frame([40]).rename(columns={"session": name})
    wanted = rf"cannot be called '{name}'.*dataset.rename\(columns={{'{name}': 'sessionId'}}\)"
    with pytest.raises(ToolkitError, match=wanted):
        create(frame, name, "label", verbose=False)
    model = random_model()
    with pytest.raises(ToolkitError, match=wanted):
        type(model)(model.network, model.features, model.classes, name, "label")


def test_every_row_gets_an_answer_however_alike_its_neighbours():
    model = random_model()
    still = make_frame([23, 9]).assign(x=0.0, y=0.0, z=0.0)  # a coarse sensor at rest
    assert len(model.predict(still)) == len(model.classify(still)) == len(still)


def test_integer_labels_stay_integers_in_numeric_order():
    model = random_model(classes=(2, 9, 10))
    frame = make_frame([9])
    assert model.predict(frame).dtype == np.int64
    assert set(model.predict_topk(frame)["class"]) == {2, 9, 10}


# Training.


def test_it_learns_and_reports_the_final_model(trained):
    test = shifted_bouts(seed=5)
    assert trained.evaluate(test, "accuracy")["accuracy"] > 0.95
    assert trained.classes == ["a", "b"]
    assert (trained.num_examples, trained.num_sessions) == (990, 11)
    assert trained.training_iterations == 25
    assert trained.history["iteration"].tolist() == list(range(1, 26))
    assert {"validation_loss", "training_loss"} <= set(trained.history)


def test_the_training_metrics_are_those_of_evaluate():
    frame = shifted_bouts(4)
    model = create(frame, "session", "label", ["x"], 5, None, 2, verbose=False)
    metrics = model.evaluate(frame)
    assert model.training_accuracy == metrics["accuracy"]
    assert model.training_log_loss == metrics["log_loss"]


def test_the_same_seed_gives_the_same_model_and_another_seed_another():
    def probabilities(seed):
        frame = shifted_bouts(3)
        model = create(
            frame, "session", "label", prediction_window=5, max_iterations=3, verbose=False,
            random_seed=seed,
        )  # fmt: skip
        return np.stack(model.predict(frame, "probability_vector"))

    first = probabilities(86)
    np.testing.assert_array_equal(first, probabilities(86))
    assert np.abs(first - probabilities(87)).max() > 1e-4


@pytest.mark.parametrize("prediction_window", [1, 400])
def test_smallest_and_largest_window_train(prediction_window):
    frame = shifted_bouts(2)
    model = create(frame, "session", "label", ["x"], prediction_window, None, 1, verbose=False)
    assert len(model.predict(frame)) == len(frame)


def test_one_class_integer_labels_and_sessions_shorter_than_a_window():
    frame = make_frame([3, 2]).assign(label=7)
    with pytest.warns(UserWarning, match="all samples have the label 7"):
        model = create(frame, "session", "label", prediction_window=5, max_iterations=1,
                       verbose=False)  # fmt: skip
    assert model.classes == [7]
    assert model.predict(frame).tolist() == [7] * 5


def test_patience_stops_and_returns_the_best_iteration(capsys):
    # Labels that nothing predicts: validation soon stops improving.
    noise = make_frame([90] * 4).assign(label=np.tile(["a", "b"], 180))
    watched = make_frame([90] * 4, seed=9).assign(label=np.tile(["b", "a"], 180))
    model = create(
        noise, "session", "label", prediction_window=5, validation_set=watched,
        max_iterations=60, patience=2, random_seed=0,
    )  # fmt: skip
    best = model.history["validation_loss"].idxmin()
    assert len(model.history) == best + 1 + 2 < 60
    assert model.validation_log_loss == pytest.approx(model.history["validation_loss"][best])
    assert f"Best iteration: {best + 1} of" in capsys.readouterr().out


def test_interrupting_returns_the_best_so_far(monkeypatch, capsys):
    from activity_detector_utils.networks import lstm_training as training

    honest = training.Trainer.run_iteration

    def interrupted(self):
        self.calls = getattr(self, "calls", 0) + 1
        if self.calls == 3:
            signal.raise_signal(signal.SIGINT)
        return honest(self)

    monkeypatch.setattr(training.Trainer, "run_iteration", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs ignore it
    try:
        model = create(
            shifted_bouts(3), "session", "label", prediction_window=5, max_iterations=50,
            random_seed=0,
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(model.history) == 2
    assert "Interrupted: this is the model of iteration 2" in capsys.readouterr().out
    monkeypatch.setattr(training.Trainer, "run_iteration", honest)
    asked_for = create(
        shifted_bouts(3), "session", "label", prediction_window=5, max_iterations=2,
        random_seed=0,
    )  # fmt: skip
    for name, wanted in asked_for.network.weights.items():
        np.testing.assert_array_equal(model.network.weights[name], wanted, err_msg=name)


def test_verbose_prints_a_table_and_silence_is_silent(capsys):
    frame = shifted_bouts(10)
    create(frame, "session", "label", ["x"], 5, max_iterations=1, verbose=False)
    assert capsys.readouterr().out == ""
    create(frame, "session", "label", ["x"], 5, max_iterations=1)
    printed = capsys.readouterr().out
    assert "| Iteration    | Train Accuracy | Train Loss   | Validation Accuracy" in printed
    assert "Validation set: 1 of 10 sessions" in printed


def test_tensorflow_keeps_quiet_about_many_models_in_a_row(trained):
    assert not logging.getLogger("tensorflow").isEnabledFor(logging.WARNING)


def test_a_few_sessions_train_without_validation_and_say_so(capsys):
    model = create(shifted_bouts(9), "session", "label", ["x"], 5, max_iterations=1)
    assert "of 9 sessions none can be spared" in capsys.readouterr().out
    assert model.num_sessions == 9
    assert "validation_loss" not in model.history


# Mistakes.

GOOD = {
    "dataset": make_frame([40, 40]), "session_id": "session", "target": "label",
    "validation_set": None, "verbose": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"dataset": [1, 2]}, ToolkitError, "dataset is a list; a pandas DataFrame is needed"),
        ({"dataset": make_frame([0])}, ToolkitError, "0 rows"),
        ({"target": 3}, ToolkitError, "target must be of type str"),
        ({"target": "wrong"}, ToolkitError, r"does not contain .*'wrong'.*it has \['session'"),
        ({"session_id": "wrong"}, ToolkitError, "does not contain"),
        ({"features": ["x", "w"]}, ToolkitError, r"following columns: \['w'\]"),
        ({"features": []}, TypeError, "at least one"),
        ({"features": "x"}, TypeError, "must be a list"),
        ({"features": [1]}, TypeError, "must be of type str"),
        ({"features": ["x", "x"]}, ValueError, "twice"),
        ({"features": ["x", "label"]}, ToolkitError, "'label' is the target"),
        ({"features": ["x", "session"]}, ToolkitError, "'session' is the session_id"),
        ({"target": "session"}, ToolkitError, "must be two columns"),
        ({"target": "x", "features": ["y"]}, ToolkitError, "'x'.*cannot be of type floating"),
        ({"prediction_window": 0}, ToolkitError, "between 1 and 400; it is 0"),
        ({"prediction_window": 401}, ToolkitError, "between 1 and 400"),
        ({"prediction_window": 5.5}, ToolkitError, "integer value for prediction_window"),
        ({"prediction_window": "5"}, ToolkitError, "prediction_window must be of type int"),
        ({"max_iterations": 0}, ToolkitError, "max_iterations must be between 1"),
        ({"batch_size": -1}, ToolkitError, "batch_size must be between 1"),
        ({"batch_size": "1"}, ToolkitError, "batch_size must be of type int"),
        ({"random_seed": 2**31}, ToolkitError, "random_seed must be between"),
        ({"sampling_rate": "50"}, ToolkitError, "sampling_rate is '50'"),
        ({"sampling_rate": 0}, ToolkitError, "sampling_rate is 0; it must be samples a second"),
        ({"validation_set": "foo"}, ToolkitError, "must be a DataFrame, 'auto' or None"),
        (
            {"validation_set": make_frame([9]).drop(columns="x")},
            ToolkitError,
            "validation_set .*'x'",
        ),
        ({"patience": 3}, ToolkitError, "patience needs a validation set"),
        ({"units": "g"}, TypeError, "units is 'g'; it must be a dict"),
        ({"units": {"w": "g"}}, ToolkitError, r"units names \['w'\]; the features are \['x'"),
        (
            {"validation_set": make_frame([9]).assign(label="zz")},
            ToolkitError,
            r"unexpected class labels \['zz'\] in the validation_set.*\['a', 'b'\]",
        ),
    ],
)
def test_create_names_the_mistake(change, error, message):
    with pytest.raises(error, match=message):
        create(**(GOOD | change))


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("x", np.nan, r"feature 'x' of the dataset holds nan in row 3 \(1 such rows\)"),
        ("x", np.inf, "feature 'x' of the dataset holds inf in row 3"),
        ("session", None, "missing value in column 'session' of the dataset, first in row 3"),
        ("label", None, "missing value in column 'label'"),
    ],
)
def test_missing_and_infinite_values_are_named(column, value, message):
    frame = make_frame([40])
    frame.loc[3, column] = value
    with pytest.raises(ToolkitError, match=message):
        create(**(GOOD | {"dataset": frame}))


@pytest.mark.parametrize("sentinel", [3.4e38, -1e15, 2**62, 1.7e308])
def test_a_number_no_sensor_gives_is_refused_everywhere(sentinel):
    model, frame = random_model(), make_frame([40])
    frame["y"] = frame["y"].where(frame.index < 30, sentinel)
    message = rf"feature 'y' of the .* holds {sentinel:g} in row 30, beyond 1e\+12 \(10 such rows\)"
    message = message.replace("e+", r"e\+")
    good = make_frame([40])
    for action in (
        lambda: model.predict(frame),
        lambda: model.evaluate(frame),
        lambda: create(**(GOOD | {"dataset": frame})),
        lambda: create(**(GOOD | {"dataset": good, "validation_set": frame})),
    ):
        with pytest.raises(ToolkitError, match=message):
            action()
    assert len(model.predict(frame[frame["y"].abs() <= 1e12])) == 30  # the way out


def test_all_values_up_to_the_largest_sample_give_probabilities():
    frame = make_frame([40]).assign(x=1e12, y=-1e12)
    for carry_state in (False, True):
        given = np.stack(
            random_model().predict(frame, "probability_vector", carry_state=carry_state)
        )
        np.testing.assert_allclose(given.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda x: 1013 + 0.3 * x,
            r"'x' lies around 101.* and changes by 0.* 100 times its spread",
        ),
        (lambda x: 1.76e9 + 90 * np.arange(len(x)), "'x' lies around 1.76"),
        (lambda x: 0 * x + 1013, r"'x' lies around 1013 and never changes.*leave the feature out"),
        (lambda x: 1e-15 * x, "'x' changes by .*e-1.*smaller unit"),
    ],
)
def test_a_feature_that_float32_cannot_tell_apart_is_refused(change, message):
    frame = make_frame([40, 40])
    far = frame.assign(x=change(frame["x"]))
    with pytest.raises(ToolkitError, match=message):
        create(**(GOOD | {"dataset": far, "features": ["x", "y"]}))


def test_a_feature_fits_once_a_constant_is_subtracted():
    samples = make_frame([40, 40])[["x", "y"]].to_numpy()
    check_spread(1013 + samples - 1013, ["x", "y"])
    check_spread(np.array([[9.81, 30.0], [9.81, 31.0]]), ["still", "warm"])  # 9.81 times 1


def test_labelled_samples_divide_by_session():
    frame = make_frame([2, 3, 1]).sample(frac=1, random_state=3)
    samples = read_labelled(frame, ["x"], "session", "label")
    rest, chosen = samples.divide(samples.sessions.ids == "s1")
    of_s1 = frame["session"] == "s1"
    for part, rows in ((rest, frame[~of_s1]), (chosen, frame[of_s1])):
        again = read_labelled(rows, ["x"], "session", "label", samples.classes)
        np.testing.assert_array_equal(part.to_rows(part.values), rows[["x"]].astype(np.float32))
        assert part.to_rows(part.labels).tolist() == rows["label"].tolist()
        assert part.sessions.ids.tolist() == again.sessions.ids.tolist()
        np.testing.assert_array_equal(part.sessions.order, again.sessions.order)


@pytest.mark.parametrize("numbers", [[0.5] * 40, list(range(40))])
def test_a_none_among_numbers_is_a_missing_value(numbers):
    values = pd.Series(numbers, dtype=object)
    values[3] = None
    with pytest.raises(ToolkitError, match=r"'x' of the dataset holds nan in row 3 \(1 such"):
        create(**(GOOD | {"dataset": make_frame([40]).assign(x=values), "features": ["x", "y"]}))


def test_text_in_a_feature_is_named():
    frame = make_frame([40]).assign(y="1.5")
    with pytest.raises(ToolkitError, match=r"feature 'y' of the dataset is of type .*numbers"):
        create(**(GOOD | {"dataset": frame}))


def test_prediction_names_the_mistake():
    model, frame = random_model(), make_frame([9])
    cases = [
        (lambda: model.predict(frame.drop(columns="y")), ToolkitError, "'y'"),
        (lambda: model.predict(frame.iloc[:0]), ToolkitError, "0 rows"),
        (lambda: model.predict(frame, "probability"), ToolkitError, "probability_vector"),
        (lambda: model.classify(frame, "hourly"), ToolkitError, "per_row, per_window"),
        (lambda: model.predict_topk(frame, k=0), ToolkitError, "at least 1"),
        (lambda: model.predict_topk(frame, k=[]), TypeError, "must be of type int"),
        (lambda: model.evaluate(frame.drop(columns="label")), ToolkitError, "'label'"),
        (lambda: model.evaluate(frame, "foo"), ToolkitError, "foo"),
        (lambda: model.summary("invalid"), ToolkitError, "Unsupported argument"),
        (lambda: model.nonsense, AttributeError, "has no field 'nonsense'"),
        (lambda: model._get("nonsense"), KeyError, "the fields are"),
    ]
    for action, error, message in cases:
        with pytest.raises(error, match=message):
            action()


def test_summary_and_repr(trained, capsys):
    summary = trained.summary("dict")
    assert summary["section_titles"] == ["Schema", "Training summary"]
    assert ("Prediction window", 5) in summary["sections"][0]
    assert "Class" in trained.summary("str").splitlines()[0]
    trained.summary()
    assert "Number of sessions" in capsys.readouterr().out
    assert "Number of sessions" in repr(trained)


def test_fields_are_turi_creates(trained):
    metrics = (
        "accuracy auc confusion_matrix f1_score log_loss precision recall report_by_class roc_curve"
    )
    own = (
        "batch_size classes features max_iterations num_classes num_examples num_features "
        "num_sessions prediction_window random_seed session_id target training_iterations "
        "training_time use_data_augmentation verbose"
    )
    expected = own.split()
    expected += [f"{part}_{m}" for part in ("training", "validation") for m in metrics.split()]
    assert trained._list_fields() == sorted(expected)
    assert all(trained._get(field) is not None for field in expected)


def test_large_values_are_standardised_precisely():
    from activity_detector_utils.networks.lstm_training import Trainer

    rng = np.random.default_rng(0)
    pressure = (101_325 + 30 * rng.normal(size=(200_000, 1))).astype(np.float32)  # Pa
    trainer = Trainer(
        pressure, np.zeros(200_000, int), [200_000],
        n_classes=1, prediction_window=5, batch_size=32, augment=None, seed=0,
    )  # fmt: skip
    exact = pressure.astype(float)
    np.testing.assert_allclose(trainer.mean, exact.mean(axis=0), rtol=1e-7)
    np.testing.assert_allclose(trainer.deviation, exact.std(axis=0), rtol=1e-6)
