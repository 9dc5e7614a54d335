"""Experiments with the memory of a model, against what can be counted by hand."""

import numpy as np
import pandas as pd
import pytest
from small_models import random_model

from activity_detector_utils import memory
from activity_detector_utils.activity_classifier.inspection import trace

SIZE = 5


def recordings(lengths, seed=0):
    """Sessions of one activity each, of one person and two arms."""
    rng = np.random.default_rng(seed)
    frames = []
    for number, n in enumerate(lengths):
        frame = pd.DataFrame(rng.normal(0, 5, size=(n, 3)), columns=["x", "y", "z"])
        names = {"session": f"s{number}", "label": "abc"[number % 3], "arm": number // 3}
        frames.append(frame.assign(userId="p1", **names))
    return pd.concat(frames, ignore_index=True)


def test_three_ways_of_asking():
    model, frame = random_model(SIZE, seed=3), recordings([SIZE * 45, SIZE * 3])
    asked = memory.ask_three_ways(model, frame)
    assert list(asked.columns[:6]) == ["session", "window", "activity", "fresh", "reset", "warm"]
    assert asked.groupby("session").size().to_dict() == {"s0": 45, "s1": 3}
    assert (asked["warm"] != asked["fresh"]).any()
    first = asked["session"] == "s0"
    assert (asked["reset"] == asked["warm"])[first & (asked["window"] < 20)].all()
    starts = asked["window"] % 20 == 0
    assert (asked["reset"] == asked["fresh"])[starts].all()
    carried = trace(model, frame[frame["session"] == "s0"]).probabilities.argmax(axis=1)
    assert asked.loc[first, "warm"].tolist() == [model.classes[place] for place in carried]


def test_switches_are_counted_inside_sessions():
    answers = pd.DataFrame({"calm": list("aabb"), "wild": list("abab")})
    switches = memory.count_switches(answers, pd.Series(["s", "s", "t", "t"]))
    assert switches.to_dict() == {"calm": 0, "wild": 50}


def test_a_foreign_memory_fades_as_the_forget_gate_says():
    """Without hidden way and with gates that are always half open, half is left at each step."""
    model, frame = random_model(SIZE, seed=3), recordings([SIZE * 4, SIZE * 3])
    bias = np.zeros(800)
    half_open = {"lstm_bias": bias, "lstm_kernel": np.zeros((64, 800))}
    half_open["lstm_recurrent_kernel"] = np.zeros((200, 800))
    bias[400:600] = 1  # the candidate
    session, other = (frame[frame["session"] == name] for name in ("s1", "s0"))
    left = memory.share_left(memory.change_weights(model, **half_open), session, other)
    np.testing.assert_allclose(left, [1, 0.5, 0.25, 0.125], rtol=1e-5)


def test_a_forgetful_model_answers_every_window_as_the_first():
    model, frame = random_model(SIZE, seed=3), recordings([SIZE * 25])
    asked = memory.ask_three_ways(model, frame)
    said = memory.ask_three_ways(memory.forgetful(model), frame)
    np.testing.assert_allclose(said["warm_probability"], asked["fresh_probability"], rtol=1e-5)
    assert np.abs(asked["warm_probability"] - asked["fresh_probability"]).max() > 0.01


def test_weights_are_changed_in_a_copy():
    model = random_model(SIZE, seed=3)
    before = model.network.weights["lstm_bias"].copy()
    changed = memory.change_weights(model, lstm_bias=before + 1)
    np.testing.assert_allclose(changed.network.weights["lstm_bias"], before + 1)
    np.testing.assert_array_equal(model.network.weights["lstm_bias"], before)
    assert changed.classes == model.classes
    with pytest.raises(ValueError, match=r"no weights \['lstm'\]; there are \['conv_bias'"):
        memory.change_weights(model, lstm=before)
    with pytest.raises(ValueError, match="lstm_bias"):
        memory.change_weights(model, lstm_bias=before[:3])


def test_a_model_without_both_ways_remembers_nothing():
    """What exercise 1 of chapter 5 rests on: without cell and hidden way, warm is fresh."""
    model, frame = random_model(SIZE, seed=3), recordings([SIZE * 8])
    bias = model.network.weights["lstm_bias"].copy()
    bias[200:400] = -100
    cut = {"lstm_bias": bias, "lstm_recurrent_kernel": np.zeros((200, 800))}
    asked = memory.ask_three_ways(memory.change_weights(model, **cut), frame)
    np.testing.assert_allclose(asked["warm_probability"], asked["fresh_probability"], rtol=1e-5)
