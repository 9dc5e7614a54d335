"""Training: gradients and steps against Keras, and every part on arrays made by hand."""

import subprocess
import sys

import numpy as np
import pytest
from keras_network import build_keras, keras_weights, mean_loss

from activity_detector_utils.networks import lstm_training as training
from activity_detector_utils.networks.backpropagation import Backpropagation
from activity_detector_utils.networks.batches import cut_batches, step_by_step
from activity_detector_utils.networks.descent import (
    PEAK_RATE,
    Adam,
    RunningAverage,
    average_decay,
    learning_rate,
)
from activity_detector_utils.networks.lstm import Network, weight_shapes
from activity_detector_utils.networks.trained_weights import (
    STATISTICS,
    fill_first,
    size_of,
    to_network,
    trained_shapes,
    views,
)
from activity_detector_utils.windows import pack_chunks

WINDOW, N_FEATURES, N_CLASSES = 5, 3, 4
IN_CHUNK = np.array([7, 20, 3, 20])  # two full chunks and two that end early


def some_weights(rng):
    """First weights, moved a little so that none is zero or one."""
    shapes = trained_shapes(WINDOW * N_FEATURES, N_CLASSES) | STATISTICS
    vector = np.empty(size_of(shapes), np.float32)
    weights = views(vector, shapes)
    fill_first(weights, WINDOW, rng)
    vector += rng.uniform(-0.05, 0.05, len(vector)).astype(np.float32)
    return weights


def some_windows(rng, n):
    windows = rng.normal(size=(n, WINDOW * N_FEATURES)).astype(np.float32)
    return windows, rng.integers(0, N_CLASSES, n)


def padded(array):
    """Chunk by chunk and with padding, as Keras is given the windows."""
    return pack_chunks(array, IN_CHUNK)


def mean_loss_gradient(probabilities, labels):
    gradient = probabilities.copy()
    gradient[labels, np.arange(len(labels))] -= 1
    return gradient / len(labels)


@pytest.mark.parametrize("rates", [(0, 0), (0.2, 0.5)])
def test_every_gradient_is_that_of_keras(rates):
    import tensorflow as tf

    rng = np.random.default_rng(0)
    weights = some_weights(rng)
    windows, labels = some_windows(rng, IN_CHUNK.sum())
    masks = [
        ((rng.random((len(windows), n)) >= rate) / (1 - rate)).astype(np.float32)
        for n, rate in zip((64, 128), rates, strict=True)
    ]
    model = build_keras(to_network(weights, WINDOW))
    samples = padded(windows).reshape(len(IN_CHUNK), -1, N_FEATURES)
    real = padded(np.ones(len(windows), np.float32))
    with tf.GradientTape() as tape:
        logits = model([samples, real > 0, *map(padded, masks)], training=True)
        loss = mean_loss(logits, padded(labels), real)
    expected = tape.gradient(loss, model.trainable_variables)

    shapes = trained_shapes(WINDOW * N_FEATURES, N_CLASSES)
    gradients = {name: np.full(shape, np.nan, np.float32) for name, shape in shapes.items()}
    network = Backpropagation(weights, gradients)
    chosen, running = step_by_step(np.cumsum(IN_CHUNK) - IN_CHUNK, IN_CHUNK)
    probabilities, mean, variance = network.forward(
        windows[chosen], running, [mask[chosen].T for mask in masks]
    )
    network.backward(mean_loss_gradient(probabilities, labels[chosen]))

    statistics = {"norm_mean": mean, "norm_variance": variance}
    ours = to_network(gradients | statistics, WINDOW)
    names = [name for name in weight_shapes(1, 1, 1) if name not in {*STATISTICS, "output_bias"}]
    for name, gradient in zip(names, expected, strict=True):
        np.testing.assert_allclose(ours[name], gradient, atol=2e-6, err_msg=name)


def make_trainer(values, codes, lengths, **changes):
    arguments = {
        "n_classes": N_CLASSES, "prediction_window": WINDOW, "batch_size": 4,
        "max_iterations": 5, "augment": None, "seed": 0,
    }  # fmt: skip
    return training.Trainer(values, codes, lengths, **(arguments | changes))


def some_sessions(rng, lengths=(499, 100, 36, 3)):
    values = rng.normal(size=(sum(lengths), N_FEATURES)).astype(np.float32)
    return values, rng.integers(0, N_CLASSES, sum(lengths)), np.array(lengths)


def test_ten_steps_are_those_of_keras(monkeypatch):
    import keras
    import tensorflow as tf

    for rate in ("FILTER_DROPOUT", "DENSE_DROPOUT"):
        monkeypatch.setattr(training, rate, 0.0)
    trainer = make_trainer(*some_sessions(np.random.default_rng(1)))
    model = build_keras(to_network(trainer._weights, WINDOW))
    model.get_layer("dense").bias.trainable = False  # no gradient: rounding alone would move it
    optimizer = keras.optimizers.Adam()
    batches = [batch for _ in range(5) for batch in trainer._batches(trainer.samples)]
    for number, batch in enumerate(batches):
        optimizer.learning_rate = learning_rate(number, len(batches))
        in_chunk = (batch.running[:, None] > np.arange(batch.running[0])).sum(axis=0)
        chunk_by_chunk = np.argsort(step_by_step(np.cumsum(in_chunk) - in_chunk, in_chunk)[0])
        windows = pack_chunks(batch.windows[chunk_by_chunk], in_chunk)
        labels = pack_chunks(batch.counts.argmax(axis=1)[chunk_by_chunk], in_chunk)
        real = pack_chunks(np.ones(len(batch.windows), np.float32), in_chunk)
        ones = [np.ones((*real.shape, n), np.float32) for n in (64, 128)]
        samples = windows.reshape(len(real), -1, N_FEATURES)
        with tf.GradientTape() as tape:
            logits = model([samples, real > 0, *ones], training=True)
            loss = mean_loss(logits, labels, real)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        trainer._step(batch)
    ours = to_network(trainer._weights, WINDOW)
    for name, expected in zip(ours, keras_weights(model), strict=False):
        np.testing.assert_allclose(ours[name], expected, atol=1e-4, err_msg=name)


def test_batches_hold_every_window_once_in_the_order_of_its_chunk():
    values = np.arange(2 * 113, dtype=np.float32).reshape(113, 2)
    codes, lengths = np.arange(113) % 3, np.array([105, 8])  # chunks of 20, 1 and 2 windows
    rng = np.random.default_rng(3)
    batches = list(cut_batches((values, codes, lengths), 5, 3, 2, rng))
    assert [batch.running[0] for batch in batches] == [2, 1]
    assert all((np.diff(batch.running) <= 0).all() for batch in batches)
    windows = np.concatenate([batch.windows for batch in batches])
    counts = np.concatenate([batch.counts for batch in batches])
    by_time = np.argsort(windows[:, 0])
    expected = np.zeros((23, 5, 2), np.float32)
    expected[:21] = values[:105].reshape(21, 5, 2)
    expected[21], expected[22, :3] = values[105:110], values[110:]
    np.testing.assert_array_equal(windows[by_time], expected.reshape(23, 10))
    np.testing.assert_array_equal(counts.sum(axis=0), np.bincount(codes))
    assert counts[by_time].sum(axis=1).tolist() == [5] * 22 + [3]


def test_chunks_are_shuffled_anew():
    samples = some_sessions(np.random.default_rng(0), [100] * 40)
    rng = np.random.default_rng(4)
    starts = [
        np.concatenate([b.windows[: b.running[0], 0] for b in cut_batches(samples, 5, 4, 7, rng)])
        for _ in range(2)
    ]
    in_time = samples[0][::100, 0]
    for order in starts:
        assert sorted(order) == sorted(in_time)
        assert (order != in_time).sum() > 20
    assert (starts[0] != starts[1]).sum() > 20


def test_the_rate_rises_to_its_peak_and_falls_to_almost_nothing():
    rates = np.array([learning_rate(step, 60) for step in range(70)]) / PEAK_RATE
    np.testing.assert_allclose(rates[:9], np.arange(1, 10) / 10)  # 15 % of 60 steps
    assert rates[9] == 1
    assert (np.diff(rates[9:]) <= 0).all()
    assert rates[9 + 25] == pytest.approx(0.5 + 0.5 * np.cos(np.pi * 25 / 51))
    np.testing.assert_allclose(rates[59:], 0.02)
    assert learning_rate(50, 10**9) == PEAK_RATE  # a long training is warm as soon as others
    assert learning_rate(0, 1) == pytest.approx(PEAK_RATE / 1.15)


@pytest.mark.parametrize(("n_steps", "looks_back"), [(1, 1), (60, 6), (10_000, 50)])
def test_the_average_looks_back_over_a_tenth_of_the_steps(n_steps, looks_back):
    assert average_decay(n_steps) == pytest.approx(1 - 1 / looks_back)


def test_the_average_starts_at_the_first_vector_and_slows_down():
    average = RunningAverage(1, decay=0.5)
    values = []
    for number in (8.0, 20.0, 20.0, 20.0):
        average.add(np.array([number], np.float32))
        values.append(float(average.value[0]))
    # Shares of the new vector: 1, 1 - 2/12, 1 - 3/13, 1 - 4/14 ... never below 1 - decay.
    expected = [8.0, 18.0, 18 + 2 * 10 / 13]
    expected.append(expected[-1] + (20 - expected[-1]) * 10 / 14)
    np.testing.assert_allclose(values, expected, rtol=1e-6)
    average.n_steps = 99
    average.add(np.array([0], np.float32))
    np.testing.assert_allclose(average.value, expected[-1] / 2, rtol=1e-6)


def test_the_first_step_of_adam_is_the_rate_whatever_the_gradient():
    weights = np.zeros(3, np.float32)
    adam = Adam(3)
    adam.step(weights, np.array([5, -0.01, 0], np.float32), rate=0.1)
    np.testing.assert_allclose(weights, [-0.1, 0.1, 0], rtol=1e-3)
    adam.step(weights, np.array([0, -0.01, 0], np.float32), rate=0.1)
    # Of the gradient 5: mean 0.9 * 0.5 / 0.19, square 0.999 * 0.025 / 0.001999.
    change = 0.1 * (0.45 / 0.19) / np.sqrt(0.024975 / 0.001999)
    np.testing.assert_allclose(weights, [-0.1 - change, 0.2, 0], rtol=1e-3)


def test_batch_norm_counts_real_windows_only(monkeypatch):
    """One session of one window beside a long one: what the step sees are its real windows."""
    for rate in ("FILTER_DROPOUT", "DENSE_DROPOUT"):
        monkeypatch.setattr(training, rate, 0.0)
    trainer = make_trainer(*some_sessions(np.random.default_rng(2), (100, 5)))
    (batch,) = trainer._batches(trainer.samples)
    before = {name: weight.copy() for name, weight in trainer._weights.items()}
    trainer._step(batch)
    network = Network(to_network(before, WINDOW))
    hidden = []
    for chunk in ([0, *range(2, 21)], [1]):
        state = network.zero_state()
        for window in chunk:
            inputs = network.gate_inputs(batch.windows[window][None])
            state = network.recur(inputs, *state)
            hidden.append(state[0][0])
    dense = np.array(hidden) @ before["dense"].T
    latest = {"norm_mean": dense.mean(axis=0), "norm_variance": dense.var(axis=0)}
    for name, value in latest.items():
        expected = 0.9 * before[name].ravel() + 0.1 * value
        np.testing.assert_allclose(trainer._weights[name].ravel(), expected, atol=1e-6)


def test_dropout_drops_at_its_rate_and_makes_up_for_it():
    mask = make_trainer(*some_sessions(np.random.default_rng(0)))._mask(64, 640, 0.2)
    assert set(np.unique(mask)) == {0, np.float32(1.25)}
    assert abs(mask.mean() - 1) < 0.02


def test_first_weights_are_drawn_as_keras_draws_them():
    shapes = trained_shapes(WINDOW * N_FEATURES, N_CLASSES) | STATISTICS
    weights = views(np.empty(size_of(shapes), np.float32), shapes)
    fill_first(weights, WINDOW, np.random.default_rng(0))
    first = to_network(weights, WINDOW)
    recurrent = first["lstm_recurrent_kernel"]
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(200), atol=1e-5)
    assert first["lstm_bias"].tolist() == [0.0] * 200 + [1.0] * 200 + [0.0] * 400
    for name, fans in {"conv_kernel": 5 * 67, "lstm_kernel": 864, "output_kernel": 132}.items():
        limit = np.sqrt(6 / fans)
        assert 0.97 * limit < np.abs(first[name]).max() <= limit
    assert (first["norm_gamma"] == 1).all()
    assert (first["norm_variance"] == 1).all()


SMALL_LIFE = """
import sys
import numpy as np, pandas as pd
from activity_detector_utils.activity_classifier import create
from activity_detector_utils.streaming import StreamingClassifier
frame = pd.DataFrame(np.random.default_rng(0).normal(size=(300, 2)), columns=["x", "y"])
frame = frame.assign(session=np.arange(300) // 100, label=np.arange(300) // 10 % 2)
model = create(frame, "session", "label", prediction_window=5, max_iterations=1, verbose=False)
model.predict(frame)
StreamingClassifier(model).feed(np.zeros((7, 2)))
model.export_coreml(sys.argv[1] + "/m.mlmodel")
model.export_onnx(sys.argv[1] + "/m.onnx")
model.save(sys.argv[1] + "/model")
print([name for name in ("tensorflow", "keras", "torch") if name in sys.modules])
"""


def test_a_model_lives_from_training_to_export_without_tensorflow(tmp_path):
    command = [sys.executable, "-c", SMALL_LIFE, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[-2] == "[]", done.stdout
