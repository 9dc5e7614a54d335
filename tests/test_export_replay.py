"""Exported files behave like their model: every format, whole sessions, carried state."""

import sys
import types

import numpy as np
import pandas as pd
import pytest
from ai_edge_litert.interpreter import Interpreter
from onnx.reference import ReferenceEvaluator
from small_models import random_model
from test_export_files import WRITERS, every_format

from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.export import onnx, open_exported
from activity_detector_utils.export.coreml.proto import parse_model
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


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def second_opinion(weights, window, hidden, cell):
    """The step in float64, gate by gate: no code shared with the package.

    ``weights``: (filters, features, samples) of the convolution, then matrices (out, in) and
    vectors by name; those of the gates by the gates' names.
    """
    w = {name: np.asarray(value, float) for name, value in weights.items()}
    x = np.einsum("kfs,sf->k", w["conv"], np.asarray(window, float)) + w["conv_bias"]
    x = np.where(x > 0, x, 0)
    gate = {
        name: w[f"{name}_x"] @ x + w[f"{name}_h"] @ np.asarray(hidden, float) + w[f"{name}_bias"]
        for name in ("input", "forget", "block", "output")
    }
    cell = sigmoid(gate["forget"]) * cell + sigmoid(gate["input"]) * np.tanh(gate["block"])
    hidden = sigmoid(gate["output"]) * np.tanh(cell)
    x = w["dense0"] @ hidden + w["dense0_bias"]
    x = (x - w["mean"]) / np.sqrt(w["variance"] + 0.001) * w["gamma"] + w["beta"]
    x = w["dense1"] @ np.where(x > 0, x, 0) + w["dense1_bias"]
    return np.exp(x - x.max()) / np.exp(x - x.max()).sum(), hidden, cell


def weights_of_layers(path, n_features):
    """Weights of an ``.mlmodel`` where Core ML's format description says that they lie."""
    layers = parse_model(path).neuralNetworkClassifier.layers
    conv, lstm, dense0, norm, dense1 = (
        getattr(layer, layer.WhichOneof("layer"))
        for layer in layers
        if layer.WhichOneof("layer")
        in ("convolution", "uniDirectionalLSTM", "innerProduct", "batchnorm")
    )
    weights = {
        "conv": np.reshape(conv.weights.floatValue, (64, n_features, -1)),
        "conv_bias": conv.bias.floatValue,
        "dense0": np.reshape(dense0.weights.floatValue, (128, 200)),
        "dense0_bias": dense0.bias.floatValue,
        "dense1": np.reshape(dense1.weights.floatValue, (-1, 128)),
        "dense1_bias": dense1.bias.floatValue if dense1.hasBias else 0,
    }
    gates = {"input": "inputGate", "forget": "forgetGate", "block": "blockInput"}
    for name, gate in {**gates, "output": "outputGate"}.items():
        params = {part: getattr(lstm.weightParams, gate + part).floatValue for part in PARTS}
        weights[f"{name}_x"] = np.reshape(params["WeightMatrix"], (200, 64))
        weights[f"{name}_h"] = np.reshape(params["RecursionMatrix"], (200, 200))
        weights[f"{name}_bias"] = params["BiasVector"]
    return weights | {n: getattr(norm, n).floatValue for n in NORM}


def weights_of_program(path):
    """Weights of an ``.mlpackage``: the constants of its program, by their places in the blobs."""
    blobs = (path / "Data/com.apple.CoreML/weights/weight.bin").read_bytes()
    constants = {}
    function = parse_model(path).mlProgram.functions["main"]
    for operation in function.block_specializations["CoreML5"].operations:
        value = operation.attributes["val"]
        shape = [d.constant.size for d in value.type.tensorType.dimensions]
        if value.WhichOneof("value") == "blobFileValue":
            (start,) = np.frombuffer(blobs, "<u8", 1, value.blobFileValue.offset + 16)
            numbers = np.frombuffer(blobs, "<f4", np.prod(shape), start)
            constants[operation.outputs[0].name] = numbers.reshape(shape)
        elif value.immediateValue.tensor.floats.values:
            constants[operation.outputs[0].name] = value.immediateValue.tensor.floats.values
    weights = {
        "conv": constants["conv_weight"],
        "conv_bias": constants["conv_bias"],
        **{f"{n}{end}": constants[f"{n}{long}"] for n, end, long in PROGRAM_NAMES},
        **{name: constants[f"bn_{name}"] for name in NORM},
    }
    for number, name in enumerate(("input", "forget", "output", "block")):  # MIL: i, f, o, z
        rows = slice(200 * number, 200 * (number + 1))
        weights[f"{name}_x"] = constants["lstm_weight_ih"][rows]
        weights[f"{name}_h"] = constants["lstm_weight_hh"][rows]
        weights[f"{name}_bias"] = constants["lstm_bias"][rows]
    return weights


NORM = ("mean", "variance", "gamma", "beta")
PARTS = ("WeightMatrix", "RecursionMatrix", "BiasVector")
PROGRAM_NAMES = [
    (dense, end, long)
    for dense in ("dense0", "dense1")
    for end, long in (("", "_weight"), ("_bias", "_bias"))
]
CORE_ML = ["turi6.mlmodel", "turi5.mlmodel", "A.mlpackage"]


def read_weights(path):
    return weights_of_program(path) if path.is_dir() else weights_of_layers(path, 3)


@pytest.mark.parametrize("name", CORE_ML)
def test_core_ml_files_compute_what_a_second_evaluation_says(tmp_path, name):
    model = random_model()
    WRITERS[name](model, tmp_path / name)
    runner, weights = open_exported(tmp_path / name), read_weights(tmp_path / name)
    rng = np.random.default_rng(3)
    state = tuple(rng.normal(0, 0.5, (2, 200)).astype(np.float32))
    for window in rng.normal(0, 1, (4, 5, 3)):
        wanted, *wanted_state = second_opinion(weights, window, *state)
        probabilities, state = runner.step(window, state)
        np.testing.assert_allclose(probabilities, wanted, atol=1e-6)
        np.testing.assert_allclose(state, wanted_state, atol=1e-5)


def test_onnx_files_compute_what_the_reference_of_onnx_says(tmp_path):
    model = random_model()
    onnx.write(model, tmp_path / "A.onnx")
    reference = ReferenceEvaluator(str(tmp_path / "A.onnx"))
    rng = np.random.default_rng(3)
    window, *state = (
        rng.normal(0, 0.5, shape).astype(np.float32) for shape in ((1, 5, 3), (1, 200), (1, 200))
    )
    inputs = {"features": window, "hiddenIn": state[0], "cellIn": state[1]}
    given = reference.run(["activityProbability", "hiddenOut", "cellOut"], inputs)
    for value, wanted in zip(given, model.network.step(window, *state), strict=True):
        np.testing.assert_allclose(value, wanted, atol=1e-5)


@pytest.mark.parametrize("name", ["A.tflite", "int8.tflite"])
def test_the_interpreter_runs_the_bytes_of_a_litert_file_as_they_are(tmp_path, name):
    """The package's runner hands over what it has read; an app hands over the file."""
    model = random_model()
    WRITERS[name](model, tmp_path / name)
    step = Interpreter(model_path=str(tmp_path / name)).get_signature_runner()
    rng = np.random.default_rng(3)
    window, hidden, cell = (
        rng.normal(0, 0.5, shape).astype(np.float32) for shape in ((1, 5, 3), (1, 200), (1, 200))
    )
    given = step(features=window, hiddenIn=hidden, cellIn=cell)
    wanted = model.network.step(window, hidden, cell)
    bound = 5e-2 if name == "int8.tflite" else 1e-5
    for output, value in zip(("activityProbability", "hiddenOut", "cellOut"), wanted, strict=True):
        np.testing.assert_allclose(given[output], value, atol=bound)


def core_ml_of_macos(path, model, fault):
    """A stand-in for coremltools' MLModel, which works on macOS only.

    It evaluates the file's weights by :func:`second_opinion`, wrongly where a fault is asked for.
    """
    weights = read_weights(path)
    described = {
        p.name: p.shape for p in open_exported(path).description.ports if p.kind == "input"
    }

    class StandIn:
        def __init__(self, given, compute_units):
            assert (given, compute_units) == (str(path), "cpu")

        def predict(self, inputs):
            assert {key: value.shape for key, value in inputs.items()} == described
            if "stateIn" in inputs:
                window = np.stack([inputs[feature] for feature in model.features], axis=1)
                state = inputs["stateIn"][:200], inputs["stateIn"][200:]
            else:
                window, state = inputs["features"][0], (inputs["hiddenIn"], inputs["cellIn"])
            if fault == "state swapped":
                state = state[::-1]
            if fault == "state lost":
                state = np.zeros(200), np.zeros(200)
            if fault == "samples reversed":
                window = window[::-1]
            probabilities, hidden, cell = second_opinion(weights, window, *state)
            if fault == "classes in another order":
                probabilities = probabilities[::-1]
            by_class = dict(zip(map(str, model.classes), probabilities, strict=True))
            return {
                "labelProbability": dict(reversed(by_class.items())),  # a dictionary has no order
                "stateOut": np.concatenate([hidden, cell]),
                "hiddenOut": hidden,
                "cellOut": cell,
            }

    return StandIn


@pytest.fixture
def replay_on_macos(tmp_path, monkeypatch):
    """Function that replays a file with both engines of macOS."""

    def run(name, fault=None):
        model = random_model(classes=(2, 9, 10))
        WRITERS[name](model, tmp_path / name)
        fake = types.ModuleType("coremltools")
        fake.ComputeUnit = types.SimpleNamespace(CPU_ONLY="cpu")
        fake.models = types.SimpleNamespace(MLModel=core_ml_of_macos(tmp_path / name, model, fault))
        monkeypatch.setitem(sys.modules, "coremltools", fake)
        monkeypatch.setattr(sys, "platform", "darwin")
        return replay(tmp_path / name, model, recording(model))

    return run


@pytest.mark.parametrize("name", CORE_ML)
def test_on_macos_core_ml_runs_the_file_too(replay_on_macos, name):
    result = replay_on_macos(name)
    assert result.summary["engine"].tolist() == ["numpy", "Core ML"]
    assert result.agrees
    assert len(result.table) == 2 * 29


@pytest.mark.parametrize("name", CORE_ML)
@pytest.mark.parametrize(
    "fault", ["state swapped", "state lost", "samples reversed", "classes in another order"]
)
def test_a_core_ml_that_computes_something_else_is_noticed(replay_on_macos, name, fault):
    result = replay_on_macos(name, fault)
    by_engine = result.summary.set_index("engine")["largest_difference"]
    assert by_engine["numpy"] <= 1e-5
    assert by_engine["Core ML"] > 0.01
    assert not result.agrees
