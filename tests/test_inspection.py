"""States and gates against the network's own prediction, and values worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from small_models import random_model

from activity_detector_utils.activity_classifier.inspection import (
    around_changes,
    fresh_and_warm,
    trace,
)
from activity_detector_utils.networks.lstm import N_UNITS


def session(n_windows=23, size=5, seed=1):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n_windows * size - 2, 3)), columns=["x", "y", "z"])
    labels = np.repeat(np.array(["a", "b", "c"])[np.arange(n_windows) // 6 % 3], size)
    return frame.assign(session="s", label=labels[: len(frame)])


@pytest.mark.parametrize("carry_state", [True, False])
def test_a_trace_is_what_the_model_does(carry_state):
    model, frame = random_model(), session()
    traced = trace(model, frame, carry_state=carry_state)
    expected = model.predict(frame, "probability_vector", "per_window", carry_state=carry_state)
    np.testing.assert_allclose(
        traced.probabilities, np.stack(expected["probability_vector"]), atol=1e-6
    )
    assert traced.activities.tolist() == list("aaaaaabbbbbbccccccaaaaa")
    before = np.vstack([np.zeros(N_UNITS), traced.cell[:-1]])
    if not carry_state:
        before[20] = 0
    written = traced.input_gate * traced.candidate
    np.testing.assert_allclose(traced.cell, traced.forget_gate * before + written, atol=1e-6)
    np.testing.assert_allclose(traced.hidden, traced.output_gate * np.tanh(traced.cell), atol=1e-6)


def test_fresh_and_warm_states_agree_on_the_first_window_only():
    model, frame = random_model(), session()
    table = fresh_and_warm(model, frame)
    assert table.loc[0, "fresh_probability"] == pytest.approx(table.loc[0, "warm_probability"])
    assert (table.fresh_probability - table.warm_probability).abs()[1:].min() > 1e-6
    for number in (0, 9, 22):
        alone = frame.iloc[number * 5 : number * 5 + 5]
        probabilities = model.predict(alone, "probability_vector", "per_window")
        label = model.classes.index(table.activity[number])
        fresh = probabilities["probability_vector"][0]
        assert table.fresh_probability[number] == pytest.approx(fresh[label], abs=1e-6)
        assert table.fresh[number] == model.classes[fresh.argmax()]
    assert table.warm.tolist() == (
        model.predict(frame, "class", "per_window", carry_state=True)["class"].tolist()
    )


def test_changes_are_aligned_and_other_activities_left_out():
    aligned, changes = around_changes([0, 1, 2, 3, 4, 5], list("aabbbc"), before=2, after=3)
    nan = np.nan
    np.testing.assert_array_equal(aligned, [[0, 1, 2, 3, 4], [3, 4, 5, nan, nan]])
    assert changes.to_dict("list") == {"window": [2, 5], "from": ["a", "b"], "to": ["b", "c"]}
    vectors, _ = around_changes(np.ones((6, 7)), list("aabbbc"), before=4, after=1)
    assert vectors.shape == (2, 5, 7)
    assert np.isnan(vectors[0, :2]).all()
    assert (vectors[0, 2:] == 1).all()
    none, table = around_changes([1, 2], ["a", "a"])
    assert none.shape == (0, 15)
    assert len(table) == 0


def test_labels_are_optional_in_a_trace_but_not_in_the_comparison():
    frame = session().drop(columns="label")
    assert trace(random_model(), frame).activities is None
    with pytest.raises(ValueError, match="'label'"):
        fresh_and_warm(random_model(), frame)


def test_a_frame_of_two_sessions_is_refused():
    frame = pd.concat([session(2), session(2).assign(session="t")])
    with pytest.raises(ValueError, match="one session is needed; the frame holds 2: s, t"):
        trace(random_model(), frame)
