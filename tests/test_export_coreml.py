"""Core ML files: Turi Create's layouts, layer by layer, and reading them back."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from small_models import random_model

from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.export import coreml
from activity_detector_utils.export.coreml.neural_network import build_network
from activity_detector_utils.export.coreml.proto import parse_model
from activity_detector_utils.networks.lstm import weight_shapes

TURI6_LAYERS = [
    ("features", "concat", ["x", "y"], ["features"]),
    ("reshape", "reshape", ["features"], ["reshape"]),
    ("conv", "convolution", ["reshape"], ["conv"]),
    ("relu1", "activation", ["conv"], ["relu1"]),
    ("hiddenIn", "slice", ["stateIn"], ["hiddenIn"]),
    ("cellIn", "slice", ["stateIn"], ["cellIn"]),
    (
        "lstm",
        "uniDirectionalLSTM",
        ["relu1", "hiddenIn", "cellIn"],
        ["lstm", "hiddenOut", "cellOut"],
    ),
    ("stateOut", "concat", ["hiddenOut", "cellOut"], ["stateOut"]),
    ("dense0", "innerProduct", ["lstm"], ["dense0"]),
    ("bn", "batchnorm", ["dense0"], ["bn"]),
    ("relu6", "activation", ["bn"], ["relu6"]),
    ("dense1", "innerProduct", ["relu6"], ["dense1"]),
    ("labelProbability", "softmax", ["dense1"], ["labelProbability"]),
]
TURI5_LAYERS = [
    ("permute_layer", "permute", ["features"], ["conv_in"]),
    ("conv_layer", "convolution", ["conv_in"], ["relu0_in"]),
    ("relu_layer0", "activation", ["relu0_in"], ["lstm_in"]),
    (
        "lstm_layer",
        "uniDirectionalLSTM",
        ["lstm_in", "hiddenIn", "cellIn"],
        ["dense0_in", "hiddenOut", "cellOut"],
    ),
    ("dense_layer", "innerProduct", ["dense0_in"], ["bn_in"]),
    ("bn_layer", "batchnorm", ["bn_in"], ["relu1_in"]),
    ("relu_layer1", "activation", ["relu1_in"], ["dense1_in"]),
    ("dense_layer1", "innerProduct", ["dense1_in"], ["softmax_in"]),
    ("labelProbability", "softmax", ["softmax_in"], ["labelProbability"]),
]
TURI6_KEYS = {
    *("features", "max_iterations", "prediction_window", "session_id", "target", "type", "version"),
    *("com.github.apple.turicreate.version", "com.github.apple.os.platform"),
}
TURI5_KEYS = {
    *("features", "max_iterations", "prediction_window", "session_id", "target", "type", "version"),
    "turicreate_version",
}
OWN_KEYS = {"sampling_rate", "units", "class_type", "written_by"}


def full_model(output_bias=True, **kwargs):
    model = random_model(**kwargs)
    model.sampling_rate = 50.0
    model.units = {name: "g" for name in model.features}
    model.fields |= {
        "max_iterations": 7,
        "author": "A. Author",
        "license": "CC0",
        "description": "A",
    }
    if not output_bias:
        model.network.weights["output_bias"][:] = 0
    return model


@pytest.fixture
def written(tmp_path):
    """Function that writes a model and parses what it wrote."""

    def write(model, layout="turi6"):
        coreml.write(model, tmp_path / "A.mlmodel", layout=layout)
        return parse_model(tmp_path / "A.mlmodel")

    return write


def layers_of(proto):
    return [
        (layer.name, layer.WhichOneof("layer"), list(layer.input), list(layer.output))
        for layer in proto.neuralNetworkClassifier.layers
    ]


def ports_of(ports):
    return [
        (
            port.name,
            port.type.WhichOneof("Type"),
            list(port.type.multiArrayType.shape),
            port.type.isOptional,
        )
        for port in ports
    ]


def test_turi6_layout_is_that_of_turi_create(written):
    proto = written(full_model(output_bias=False, prediction_window=5, features=("x", "y")))
    description = proto.description
    assert proto.specificationVersion == 1
    assert layers_of(proto) == TURI6_LAYERS
    assert ports_of(description.input) == [
        ("x", "multiArrayType", [5], False),
        ("y", "multiArrayType", [5], False),
        ("stateIn", "multiArrayType", [400], False),
    ]
    assert ports_of(description.output) == [
        ("labelProbability", "dictionaryType", [], False),
        ("label", "stringType", [], False),
        ("stateOut", "multiArrayType", [400], False),
    ]
    double = description.input[0].type.multiArrayType.DOUBLE
    assert {port.type.multiArrayType.dataType for port in description.input} == {double}
    assert description.output[0].type.dictionaryType.HasField("stringKeyType")
    assert description.predictedFeatureName == "label"
    assert description.predictedProbabilitiesName == "labelProbability"
    assert proto.neuralNetworkClassifier.labelProbabilityLayerName == "labelProbability"
    entries = dict(description.metadata.userDefined)
    assert entries.keys() == TURI6_KEYS | OWN_KEYS
    assert entries["features"] == "x,y"
    assert entries["type"] == "activity_classifier"
    assert (entries["version"], entries["max_iterations"]) == ("2", "7")
    assert entries["com.github.apple.turicreate.version"].startswith("layout of 6.4.1, written by")
    assert description.metadata.license == "CC0"
    assert description.metadata.author == "A. Author"


def test_turi6_layers_are_configured_as_turi_create_does(written):
    proto = written(full_model(output_bias=False, prediction_window=5, features=("x", "y")))
    layers = {layer.name: layer for layer in proto.neuralNetworkClassifier.layers}
    assert list(layers["reshape"].reshape.targetShape) == [1, 2, 1, 5]
    conv = layers["conv"].convolution
    assert (conv.outputChannels, conv.kernelChannels, conv.nGroups) == (64, 2, 1)
    assert [list(s) for s in (conv.kernelSize, conv.stride, conv.dilationFactor)] == [
        [1, 5],
        [1, 5],
        [1, 1],
    ]
    assert len(conv.valid.paddingAmounts.borderAmounts) == 2
    halves = [layers[name].slice for name in ("hiddenIn", "cellIn")]
    assert [(s.startIndex, s.endIndex, s.stride) for s in halves] == [(0, 200, 1), (200, 400, 1)]
    lstm = layers["lstm"].uniDirectionalLSTM
    assert (lstm.inputVectorSize, lstm.outputVectorSize) == (64, 200)
    assert [a.WhichOneof("NonlinearityType") for a in lstm.activations] == [
        "sigmoid",
        "tanh",
        "tanh",
    ]
    assert lstm.params.hasBiasVectors
    assert lstm.params.cellClipThreshold == 50000
    assert layers["bn"].batchnorm.epsilon == pytest.approx(1e-3)
    assert layers["dense0"].innerProduct.hasBias
    assert not layers["dense1"].innerProduct.hasBias


def test_one_feature_needs_no_concat_and_a_bias_is_written_only_if_there_is_one(written):
    proto = written(random_model(features=("x",)))
    names = [name for name, *_ in layers_of(proto)]
    assert names == [name for name, *_ in TURI6_LAYERS[1:]]
    assert list(proto.neuralNetworkClassifier.layers[0].input) == ["x"]
    assert proto.neuralNetworkClassifier.layers[-2].innerProduct.hasBias


def test_turi5_layout_is_that_of_turi_create(written):
    model = full_model(output_bias=False, prediction_window=20, features=("x", "y"))
    proto = written(model, "turi5")
    assert layers_of(proto) == TURI5_LAYERS
    assert list(proto.neuralNetworkClassifier.layers[0].permute.axis) == [0, 3, 1, 2]
    assert proto.neuralNetworkClassifier.layers[-2].innerProduct.hasBias
    assert ports_of(proto.description.input) == [
        ("features", "multiArrayType", [1, 20, 2], False),
        ("hiddenIn", "multiArrayType", [200], True),
        ("cellIn", "multiArrayType", [200], True),
    ]
    assert [name for name, *_ in ports_of(proto.description.output)] == [
        "labelProbability",
        "hiddenOut",
        "cellOut",
        "label",
    ]
    entries = proto.description.metadata.userDefined
    assert entries.keys() == TURI5_KEYS | OWN_KEYS
    assert entries["type"] == "ActivityClassifier"


def test_weights_lie_where_core_ml_looks_for_them(written):
    model = random_model(prediction_window=5, features=("x", "y"))
    w = model.network.weights
    layers = {layer.name: layer for layer in written(model).neuralNetworkClassifier.layers}
    kernel = np.array(layers["conv"].convolution.weights.floatValue, np.float32)
    # (filter, feature, 1, sample), row after row
    assert kernel.reshape(64, 2, 1, 5)[3, 1, 0, 4] == w["conv_kernel"][4, 1, 3]
    gates = layers["lstm"].uniDirectionalLSTM.weightParams
    for number, gate in enumerate(["inputGate", "forgetGate", "blockInput", "outputGate"]):
        columns = slice(200 * number, 200 * (number + 1))  # Keras: i, f, c, o
        for kind, name in (("Weight", "lstm_kernel"), ("Recursion", "lstm_recurrent_kernel")):
            matrix = np.array(getattr(gates, f"{gate}{kind}Matrix").floatValue, np.float32)
            np.testing.assert_array_equal(matrix, w[name][:, columns].T.ravel())
    dense = np.array(layers["dense1"].innerProduct.weights.floatValue, np.float32)
    assert dense.reshape(3, 128)[2, 7] == w["output_kernel"][7, 2]


@pytest.mark.parametrize("layout", ["turi6", "turi5"])
@pytest.mark.parametrize(
    ("features", "classes"),
    [(["x", "y", "z"], ["b", "c"]), (["x"], [2, 9, 10]), (["x"], ["0", "1"])],
)
def test_what_is_written_can_be_read(tmp_path, layout, features, classes):
    model = full_model(features=features, classes=classes)
    coreml.write(model, tmp_path / "A.mlmodel", layout=layout)
    read = coreml.read(tmp_path / "A.mlmodel")
    for name in ("features", "classes", "session_id", "target", "sampling_rate", "units"):
        assert getattr(read, name) == getattr(model, name), name
    assert read.prediction_window == 5
    assert read.fields == model.fields
    assert read.weights.keys() == model.network.weights.keys()
    for name, value in model.network.weights.items():
        np.testing.assert_array_equal(read.weights[name], value)


@settings(max_examples=5, deadline=None)
@given(st.data(), st.integers(1, 3), st.integers(1, 3), st.integers(2, 3))
def test_weights_survive_a_round_trip(tmp_path_factory, data, window, n_features, n_classes):
    model = random_model(window, [f"f{i}" for i in range(n_features)], list("abc")[:n_classes])
    name = data.draw(st.sampled_from(sorted(weight_shapes(1, 1, 2))))
    value = model.network.weights[name]
    elements = st.floats(0, 100, width=32)
    value[...] = data.draw(arrays(np.float32, value.shape, elements=elements, fill=elements))
    path = tmp_path_factory.mktemp("round") / "A.mlmodel"
    coreml.write(model, path)
    read = coreml.read(path)
    for key, wanted in model.network.weights.items():
        np.testing.assert_array_equal(read.weights[key], wanted)


@pytest.mark.parametrize(
    ("labels", "classes"),
    [(["2", "9", "10"], [2, 9, 10]), (["10", "2", "9"], ["10", "2", "9"]), (["01"], ["01"])],
)
def test_a_file_of_turi_create_says_less(written, tmp_path, labels, classes):
    proto = written(full_model(classes=labels))
    for key in OWN_KEYS:
        del proto.description.metadata.userDefined[key]
    (tmp_path / "B.mlmodel").write_bytes(proto.SerializeToString())
    read = coreml.read(tmp_path / "B.mlmodel")
    assert read.classes == classes
    assert read.sampling_rate is None
    assert read.units == {}


def swap_state(proto):
    hidden, cell = (
        layer.slice for layer in proto.neuralNetworkClassifier.layers if layer.name.endswith("In")
    )
    hidden.startIndex, hidden.endIndex, cell.startIndex, cell.endIndex = 200, 400, 0, 200


def other_activation(proto):
    proto.neuralNetworkClassifier.layers[10].activation.tanh.SetInParent()


def one_layer_less(proto):
    del proto.neuralNetworkClassifier.layers[10]


def more_weights(proto):
    proto.neuralNetworkClassifier.layers[2].convolution.weights.floatValue.append(0)


def not_a_number(proto):
    proto.neuralNetworkClassifier.layers[2].convolution.weights.floatValue[0] = float("nan")


def peepholes(proto):
    proto.neuralNetworkClassifier.layers[6].uniDirectionalLSTM.params.hasPeepholeVectors = True


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (swap_state, "layer 'hiddenIn' has startIndex 200, not 0"),
        (other_activation, "computes something else"),
        (not_a_number, "damaged"),
        (one_layer_less, "other layers"),
        (more_weights, "961 weights where"),
        (peepholes, "hasPeepholeVectors"),
    ],
)
def test_a_file_with_another_network_is_refused(written, tmp_path, change, message):
    proto = written(random_model())
    change(proto)
    (tmp_path / "B.mlmodel").write_bytes(proto.SerializeToString())
    with pytest.raises(ToolkitError, match=message):
        coreml.read(tmp_path / "B.mlmodel")


def test_a_file_that_is_cut_short_foreign_or_absent_is_refused(written, tmp_path):
    written(random_model())
    whole = (tmp_path / "A.mlmodel").read_bytes()
    damaged = tmp_path / "B.mlmodel"
    for content in (whole[: len(whole) // 2], b"", b"\x08\x01", b"PK\x03\x04 something else"):
        damaged.write_bytes(content)
        with pytest.raises(ToolkitError, match=r"B\.mlmodel"):
            coreml.read(damaged)
    with pytest.raises(FileNotFoundError, match=r"absent\.mlmodel"):
        coreml.read(tmp_path / "absent.mlmodel")
    weights = random_model().network.weights
    damaged.write_bytes(build_network(weights, "xyz", "abc", "label", "turi6").SerializeToString())
    with pytest.raises(ToolkitError, match="no Core ML model"):  # a network without description
        coreml.read(damaged)
    coreml.write(random_model(), tmp_path / "A.mlpackage")
    with pytest.raises(ToolkitError, match="mlProgram"):
        coreml.read(tmp_path / "A.mlpackage")


@pytest.mark.parametrize(
    ("kwargs", "name", "layout", "message"),
    [
        ({}, "A.onnx", "turi6", r"\.mlmodel or \.mlpackage"),
        ({}, "A.mlmodel", "turi7", "turi6, turi5"),
        ({}, "A.mlpackage", "turi5", "turi6"),
        ({"features": ("x", "stateIn")}, "A.mlmodel", "turi6", "stateIn"),
        ({"features": ("x", "labelProbability")}, "A.mlmodel", "turi6", "labelProbability"),
        ({"features": ("x", "y,z")}, "A.mlmodel", "turi5", "y,z"),
        ({"features": ("x", "acc-y")}, "A.mlpackage", "turi6", "acc-y"),
        ({"features": ("x", "tensor")}, "A.mlpackage", "turi6", "tensor"),
        ({"features": ("x", "conv_weight")}, "A.mlpackage", "turi6", "conv_weight"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path, kwargs, name, layout, message):
    with pytest.raises(ToolkitError, match=message):
        coreml.write(random_model(**kwargs), tmp_path / name, layout=layout)
    assert list(tmp_path.iterdir()) == []


OPERATIONS = [
    *("concat", "reshape", "conv", "relu", "reshape", "reshape", "slice_by_index"),
    *("slice_by_index", "lstm", "concat", "reshape", "linear", "expand_dims", "batch_norm"),
    *("relu", "squeeze", "linear", "softmax", "classify"),
]
CHECK_WITH_COREMLTOOLS = """
import logging, sys
for name in ("tensorflow", "torch", "sklearn", "xgboost"):  # coremltools would load them
    sys.modules[name] = None
logging.getLogger("coremltools").setLevel(logging.ERROR)
import coremltools
from coremltools.converters.mil.frontend.milproto.load import load
model = coremltools.models.MLModel(sys.argv[1], skip_model_load=True)
program = load(model.get_spec(), model.get_spec().specificationVersion, model.weights_dir)
print(*(operation.op_type for operation in program.functions["main"].operations
        if operation.op_type != "const"))
coremltools.models.MLModel(sys.argv[2], skip_model_load=True)
"""


def test_coremltools_accepts_the_files(tmp_path):
    """Its own reader of ML programs checks every operation, its types and shapes."""
    coreml.write(random_model(), tmp_path / "A.mlpackage")
    coreml.write(random_model(), tmp_path / "A.mlmodel")
    result = subprocess.run(
        [sys.executable, "-c", CHECK_WITH_COREMLTOOLS, "A.mlpackage", "A.mlmodel"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert result.stdout.split() == OPERATIONS, result.stderr
