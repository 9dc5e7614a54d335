"""Exported files behave like their model: every format, whole sessions, carried state."""

import sys
import types

import numpy as np
import pandas as pd
import pytest
from small_models import random_model
from test_export_files import WRITERS, every_format

from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.export import coreml, onnx, open_exported
from activity_detector_utils.export.replay import replay
from activity_detector_utils.networks.lstm import Network, weight_shapes

SIZES = [  # prediction window, features, classes
    (1, 1, ["no", "yes"]),
    (5, 6, list("abcdefg")),
    (20, 6, [2, 10]),
    (50, 1, list("abcdefg")),
]


def recording(model, n_windows=(25, 1, 3), seed=0):
    """Sessions of 25 windows and less, the last window of each in part; rows interleaved."""
    rng = np.random.default_rng(seed)
    lengths = [max(1, n * model.prediction_window - 1) for n in n_windows]
    ids = rng.permutation(np.repeat([f"s{i}" for i in range(len(lengths))], lengths))
    frame = pd.DataFrame(rng.normal(0, 1, (len(ids), len(model.features))), columns=model.features)
    frame["session"] = ids
    frame["label"] = rng.choice(np.array(model.classes, dtype=object), len(ids))
    return frame


@every_format
@pytest.mark.parametrize(("window", "n_features", "classes"), SIZES)
def test_every_format_replays_like_the_model(tmp_path, name, window, n_features, classes):
    model = random_model(window, [f"f{i}" for i in range(n_features)], classes)
    WRITERS[name](model, tmp_path / name)
    frame = recording(model)
    result = replay(tmp_path / name, model, frame)
    assert result.largest_difference <= (2e-2 if name == "int8.tflite" else 1e-5)
    assert result.agrees
    assert len(result.table) == (len(frame) if window == 1 else 29)
    assert result.table.columns[:3].tolist() == ["engine", "prediction_id", "session"]
    assert result.table["difference"].max() == result.largest_difference
    expected = model.evaluate(frame, "accuracy", carry_state=True)["accuracy"]
    assert result.accuracy_model == pytest.approx(expected)
    if name != "int8.tflite":
        assert result.accuracy_file == result.accuracy_model
    assert result.microseconds_per_window > 0


def sigmoid_inverse(probability):
    return np.log(probability / (1 - probability))


@every_format
def test_a_step_computed_by_hand(tmp_path, name):
    """Gates set by their biases alone; Keras' order of the blocks is i, f, c, o."""
    weights = {key: np.zeros(shape) for key, shape in weight_shapes(2, 1, 2).items()}
    gates = [sigmoid_inverse(0.9), sigmoid_inverse(0.1), np.arctanh(0.6), sigmoid_inverse(0.25)]
    weights["lstm_bias"] = np.repeat(gates, 200)
    weights["norm_variance"] += 1
    weights["output_bias"][:] = 0, np.log(3)
    model = random_model(2, ("x",), ("a", "b"))
    model.network = Network(weights)
    WRITERS[name](model, tmp_path / name)
    runner = open_exported(tmp_path / name)
    state = np.full(200, 0.5, np.float32), np.full(200, 2, np.float32)
    probabilities, (hidden, cell) = runner.step([[1], [2]], state)
    np.testing.assert_allclose(cell, 0.1 * 2 + 0.9 * 0.6, atol=1e-6)
    np.testing.assert_allclose(hidden, 0.25 * np.tanh(0.74), atol=1e-6)
    np.testing.assert_allclose(probabilities, [0.25, 0.75], atol=1e-6)


def test_replay_finds_gates_in_the_wrong_order(tmp_path, monkeypatch):
    model = random_model()
    monkeypatch.setattr(onnx, "reorder_gates", lambda array, order: array)
    onnx.write(model, tmp_path / "A.onnx")
    result = replay(tmp_path / "A.onnx", model, recording(model))
    assert not result.agrees
    assert result.largest_difference > 0.01


def test_accuracies_without_labels_are_nan(tmp_path):
    model = random_model()
    onnx.write(model, tmp_path / "A.onnx")
    result = replay(tmp_path / "A.onnx", model, recording(model).drop(columns="label"))
    assert np.isnan(result.accuracy_model)
    assert np.isnan(result.accuracy_file)
    assert result.agrees


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"features": ("y", "x", "z")}, "features"),
        ({"classes": ("a", "b", "d")}, "classes"),
        ({"prediction_window": 6}, "prediction_window"),
    ],
)
def test_an_export_of_another_model_is_refused(tmp_path, other, what):
    onnx.write(random_model(), tmp_path / "A.onnx")
    model = random_model(**other)
    with pytest.raises(ToolkitError, match=f"not an export of this model: its {what}"):
        replay(tmp_path / "A.onnx", model, recording(model))


def test_replay_refuses_a_frame_with_missing_values_and_an_engine_that_is_not_there(tmp_path):
    model = random_model()
    onnx.write(model, tmp_path / "A.onnx")
    frame = recording(model)
    with pytest.raises(ToolkitError, match=r"onnxruntime.*not by 'Core ML'"):
        replay(tmp_path / "A.onnx", model, frame, engine="Core ML")
    frame.loc[3, "y"] = np.nan
    with pytest.raises(ToolkitError, match=r"'y'.*row 3"):
        replay(tmp_path / "A.onnx", model, frame)


@pytest.mark.parametrize("name", ["turi6.mlmodel", "turi5.mlmodel", "A.mlpackage"])
def test_on_macos_core_ml_runs_the_file_too(tmp_path, name, monkeypatch):
    """With a stand-in for coremltools' MLModel; only macOS has the real one."""
    model = random_model(classes=(2, 9, 10))
    WRITERS[name](model, tmp_path / name)
    numpy_runner = coreml.runner(tmp_path / name)

    class StandIn:
        def __init__(self, path, compute_units):
            assert (path, compute_units) == (str(tmp_path / name), "cpu")

        def predict(self, inputs):
            described = {
                p.name: p.shape for p in numpy_runner.description.ports if p.kind == "input"
            }
            assert {key: value.shape for key, value in inputs.items()} == described
            if "stateIn" in inputs:
                window = np.stack([inputs[feature] for feature in model.features], axis=1)
                state = np.split(inputs["stateIn"], 2)
            else:
                window, state = inputs["features"][0], (inputs["hiddenIn"], inputs["cellIn"])
            probabilities, (hidden, cell) = numpy_runner.step(window, state)
            return {
                "labelProbability": dict(zip(["2", "9", "10"], probabilities, strict=True)),
                "stateOut": np.concatenate([hidden, cell]).astype(float),
                "hiddenOut": hidden.astype(float),
                "cellOut": cell.astype(float),
            }

    fake = types.ModuleType("coremltools")
    fake.ComputeUnit = types.SimpleNamespace(CPU_ONLY="cpu")
    fake.models = types.SimpleNamespace(MLModel=StandIn)
    monkeypatch.setitem(sys.modules, "coremltools", fake)
    monkeypatch.setattr(sys, "platform", "darwin")
    result = replay(tmp_path / name, model, recording(model))
    assert result.summary["engine"].tolist() == ["numpy", "Core ML"]
    assert result.agrees
    assert len(result.table) == 2 * 29
