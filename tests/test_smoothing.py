"""Averages, thresholds and hold on hand-made probabilities; tuning on hand-made windows."""

import numpy as np
import pandas as pd
import pytest
from small_models import random_model

from activity_detector_utils.streaming import UNKNOWN, Smoother, StreamingClassifier, tune_smoothing


def answers(rows, classes=("a", "b"), **settings):
    smoother = Smoother(classes, **settings)
    return [smoother.update(np.array(row, np.float32))[0] for row in rows]


A, B, HALF = (0.9, 0.1), (0.1, 0.9), (0.55, 0.45)


def test_nothing_is_smoothed_unless_asked_for():
    assert answers([A, B, A, HALF]) == ["a", "b", "a", "a"]


def test_average_is_exponential_and_starts_with_the_first_window():
    smoother = Smoother(["a", "b"], smoothing=0.75)
    averages = [smoother.update(np.array(row, np.float32))[1] for row in [(1, 0), (0, 1), (0, 1)]]
    np.testing.assert_allclose(averages, [(1, 0), (0.75, 0.25), (0.5625, 0.4375)])
    averages[-1][:] = 0  # what is handed out is a copy
    np.testing.assert_allclose(smoother.update(np.array([0.0, 1.0], np.float32))[1][0], 0.421875)


def test_below_the_minimum_confidence_the_answer_is_unknown_for_labels_of_any_type():
    assert answers([A, HALF, B], minimum_confidence=0.6) == ["a", UNKNOWN, "b"]
    assert answers([A, HALF, B], classes=(3, 7), minimum_confidence=0.6) == [3, "unknown", 7]
    assert answers([HALF], minimum_confidence=0.55) == ["a"]


def test_confidence_is_asked_of_the_average_not_of_the_window():
    settings = {"smoothing": 0.5, "minimum_confidence": 0.7}
    assert answers([A, A, B], **settings) == ["a", "a", UNKNOWN]  # averages 0.9, 0.9, 0.5
    assert answers([A, HALF], **settings) == ["a", "a"]  # 0.725


def test_a_gap_makes_the_stream_forget_averages_answers_and_what_waits():
    model = random_model(2, ["x"], ["a", "b"])
    settings = {"smoothing": 0.6, "minimum_confidence": 0.5, "hold": 2}
    samples, times = [[5.0], [5.0], [-5.0], [-5.0]], [0.0, 0.1, 9.0, 9.1]
    _, after_gap = StreamingClassifier(model, **settings).feed(samples, times)
    (fresh,) = StreamingClassifier(model, **settings).feed(samples[2:], times[2:])
    assert after_gap.gaps == 1
    assert after_gap.activity == fresh.activity
    np.testing.assert_array_equal(after_gap.probabilities, fresh.probabilities)


def test_a_new_answer_must_persist():
    assert answers([A, B, A, B, B, B, HALF], hold=2) == ["a", "a", "a", "a", "b", "b", "b"]
    assert answers([B, A, A, A], hold=3) == ["b", "b", "b", "a"]
    held = answers([A, HALF, B, HALF, HALF], hold=2, minimum_confidence=0.6)
    assert held == ["a", "a", "a", "a", UNKNOWN]


def fixed_model(monkeypatch, probabilities, window=2):
    """A model whose windows get the given probabilities, whatever is in them."""
    model = random_model(window, ["x"], ["a", "b"])
    rows = np.array(probabilities, np.float32)
    monkeypatch.setattr(
        model.network, "predict_sessions", lambda windows, n, carry_state: rows[: len(windows)]
    )
    return model


def session(labels, window=2):
    return pd.DataFrame({"x": 0.0, "session": "s", "label": np.repeat(list(labels), window)})


def test_the_table_says_what_each_setting_costs(monkeypatch):
    model = fixed_model(monkeypatch, [A, A, B, A, A, B, B, B])
    table = tune_smoothing(model, session("aaaaabbb"))[1].set_index(
        ["smoothing", "minimum_confidence", "hold"]
    )
    assert len(table) == 72
    plain, held = table.loc[0.0, 0.0, 1], table.loc[0.0, 0.0, 2]
    assert plain.to_dict() == {
        "score": 0.875,
        "accuracy": 0.875,
        "unknown": 0,
        "delay": 0,
        "switches": 37.5,
    }
    assert held[["accuracy", "delay", "switches"]].tolist() == [0.875, 1, 12.5]
    never = table.loc[0.9, 0.0, 3]  # the bout of b has 3 windows and is never recognised
    assert never[["accuracy", "delay", "switches"]].tolist() == [0.625, 3, 0]


def test_the_best_score_wins_and_of_equals_the_shortest_delay(monkeypatch):
    model = fixed_model(monkeypatch, [A, A, B, A, A, B, B, B])
    settings, table = tune_smoothing(model, session("aaaaabbb"))
    assert settings == table.iloc[0][list(settings)].to_dict()
    assert table.score.is_monotonic_decreasing
    assert table.score[0] == table.score.max()
    ties = table[table.score == table.score[0]]
    assert ties.delay.is_monotonic_increasing
    StreamingClassifier(model, **settings)


def test_unknown_counts_as_half_a_right_answer(monkeypatch):
    model = fixed_model(monkeypatch, [A, B, HALF, HALF])
    table = tune_smoothing(model, session("abbb"))[1]
    plain = table.query("smoothing == 0 and hold == 1").set_index("minimum_confidence")
    assert plain.score.to_dict() == {0.0: 0.5, 0.4: 0.5, 0.5: 0.5, 0.6: 0.75}
    assert plain.unknown[0.6] == 0.5


def test_sessions_without_a_change_of_activity_are_warned_about(monkeypatch):
    model = fixed_model(monkeypatch, [A, A, B])
    with pytest.warns(UserWarning, match="no session holds a change of activity"):
        _, table = tune_smoothing(model, session("aaa"))
    assert table.delay.isna().all()


def test_samples_that_fill_no_window_are_left_out_as_in_a_stream(monkeypatch):
    model = fixed_model(monkeypatch, [A, B, B])
    table = tune_smoothing(model, session("abb").iloc[:5])[1]
    plain = table.set_index(["smoothing", "minimum_confidence", "hold"]).loc[0.0, 0.0, 1]
    assert plain.accuracy == 1
    with pytest.raises(ValueError, match="no session fills a window of 2 samples"):
        tune_smoothing(model, session("a").iloc[:1])


def test_tuning_answers_what_the_stream_answers():
    """The table's accuracy is that of a stream fed the sessions, with the same settings."""
    model = random_model()
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(130, 3)), columns=model.features)
    frame["session"] = np.repeat(["s", "t"], 65)
    frame["label"] = np.repeat(list("abcab" * 2 + "cba"), 10)
    settings, table = tune_smoothing(model, frame)
    right = []
    for _, rows in frame.groupby("session"):
        stream = StreamingClassifier(model, **settings)
        for prediction in stream.feed(rows):
            labels = rows["label"].iloc[prediction.window * 5 :][:5]
            right.append(prediction.activity == labels.mode()[0])
    assert np.mean(right) == pytest.approx(table.accuracy[0])
