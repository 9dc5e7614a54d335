"""The numpy network against Keras, and against itself step by step."""

import numpy as np
import pytest
from small_models import random_network

from activity_detector_utils.networks import lstm
from activity_detector_utils.networks.lstm import Network
from activity_detector_utils.windows import pack_chunks


def test_same_probabilities_as_keras_with_the_same_weights():
    from activity_detector_utils.networks.lstm_training import LAYERS, build_model

    network = random_network()
    model = build_model(5, 3, 4, seed=1)
    weights = dict(network.weights)
    weights["output_bias"] = np.zeros(4, np.float32)
    values = iter(list(weights.values()))
    for name in LAYERS:
        layer = model.get_layer(name)
        layer.set_weights([next(values) for _ in layer.weights])
    windows = np.random.default_rng(1).normal(size=(23, 5, 3)).astype(np.float32)
    chunks = pack_chunks(windows, [23])  # (2, 20, 5, 3)
    logits = model([chunks.reshape(2, 100, 3), np.ones((2, 20), bool)], training=False)
    expected = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)

    ours = Network(weights).predict_sessions(windows, [23])

    np.testing.assert_allclose(ours, expected.reshape(40, 4)[:23], atol=1e-5)


def test_state_starts_anew_every_20_windows_unless_carried():
    network = random_network()
    windows = np.random.default_rng(2).normal(size=(25, 5, 3)).astype(np.float32)
    state = network.zero_state()
    stepped = []
    for number, window in enumerate(windows):
        if number == 20:
            carried = [probabilities[0] for probabilities in stepped]
            state = network.zero_state()
        probabilities, *state = network.step(window[None], *state)
        stepped.append(probabilities)
    reset = network.predict_sessions(windows, [25])
    np.testing.assert_allclose(reset, np.concatenate(stepped), atol=1e-6)
    through = network.predict_sessions(windows, [25], carry_state=True)
    np.testing.assert_allclose(through[:20], carried, atol=1e-6)
    assert np.abs(through[20:] - reset[20:]).max() > 1e-3


@pytest.mark.parametrize("carry_state", [False, True])
def test_sessions_do_not_influence_each_other(carry_state):
    network = random_network()
    windows = np.random.default_rng(3).normal(size=(31, 5, 3)).astype(np.float32)
    together = network.predict_sessions(windows, [4, 26, 1], carry_state)
    alone = [
        network.predict_sessions(windows[a:b], [b - a], carry_state)
        for a, b in ((0, 4), (4, 30), (30, 31))
    ]
    np.testing.assert_allclose(together, np.concatenate(alone), atol=1e-6)


@pytest.mark.parametrize("carry_state", [False, True])
def test_many_sessions_go_through_in_batches(carry_state, monkeypatch):
    network = random_network()
    windows = np.random.default_rng(4).normal(size=(90, 5, 3)).astype(np.float32)
    lengths = [30, 1, 44, 3, 12]
    whole = network.predict_sessions(windows, lengths, carry_state)
    monkeypatch.setattr(lstm, "SEQUENCES_AT_ONCE", 2)
    monkeypatch.setattr(lstm, "WINDOWS_AT_ONCE", 14)
    seen, honest = [], network.gate_inputs
    monkeypatch.setattr(network, "gate_inputs", lambda x: seen.append(len(x)) or honest(x))
    np.testing.assert_allclose(
        network.predict_sessions(windows, lengths, carry_state), whole, atol=1e-6
    )
    assert max(seen) <= 14
    assert sum(seen) == 90


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w: w.pop("lstm_bias"), "'lstm_bias' is missing"),
        (lambda w: w.update(dense_bias=np.zeros(3)), r"shape \(3,\); it must have \(128,\)"),
        (lambda w: w.update(norm_mean=np.full(128, np.nan)), "'norm_mean' holds values that are"),
        (lambda w: w.pop("conv_kernel"), "need 'conv_kernel'"),
        (lambda w: w.update(norm_variance=np.full(128, -1e-4)), "'norm_variance' is negative"),
        (lambda w: w.update(conv_kernel=w["conv_kernel"] * 1e28), "overflow in the LSTM layer"),
        (lambda w: w.update(norm_gamma=np.full(128, 3e38)), "overflow in the output layer"),
    ],
)
def test_bad_weights_are_named(change, message):
    weights = dict(random_network().weights)
    change(weights)
    with pytest.raises(ValueError, match=message):
        Network(weights)
