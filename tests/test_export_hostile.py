"""Files that others wrote, some of them to do harm: one clear error, and nothing is run."""

import io
import json
import os
import resource
import sys
import threading
import warnings
import zipfile

import ai_edge_litert.schema_py_generated as schema
import flatbuffers
import numpy as np
import onnx as onnx_library
import pytest
from onnx import helper
from small_models import random_model
from test_export_files import WRITERS, every_format

from activity_detector_utils import load_model
from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.export import coreml, litert, onnx, open_exported, reading
from activity_detector_utils.export.coreml import proto
from activity_detector_utils.export.describe import describe

MODEL = "Data/com.apple.CoreML/model.mlmodel"


def refused(path, message, readers=(describe, open_exported)):
    """All readers refuse a file with the same words, and need no memory for it."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for reader in readers:
        with pytest.raises(ToolkitError, match=message) as caught:
            reader(path)
        assert path.name in str(caught.value)
        assert len(str(caught.value)) < 2000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kilobytes


@pytest.fixture
def changed_onnx(tmp_path):
    """Function that writes a model, changes its message and gives the file's path."""

    def change(edit):
        path = tmp_path / "A.onnx"
        onnx.write(random_model(), path)
        message = onnx_library.load_from_string(path.read_bytes())
        edit(message)
        path.write_bytes(message.SerializeToString())
        return path

    return change


def endless_loop(message):
    body = helper.make_graph(
        [helper.make_node("Identity", ["going"], ["goes"])],
        "body",
        [helper.make_tensor_value_info("i", 7, []), helper.make_tensor_value_info("going", 9, [])],
        [helper.make_tensor_value_info("goes", 9, [])],
    )
    message.graph.initializer.append(helper.make_tensor("times", 7, [], [2**62]))
    message.graph.initializer.append(helper.make_tensor("yes", 9, [], [True]))
    message.graph.node.append(helper.make_node("Loop", ["times", "yes"], [], body=body))


def constant_of_shape(message):
    message.graph.initializer.append(helper.make_tensor("size", 7, [1], [10**9]))
    message.graph.node.append(helper.make_node("ConstantOfShape", ["size"], ["large"]))


def other_perm(message):
    message.graph.node[0].attribute[0].ints[:] = [1, 0, 2]


def other_connection(message):
    message.graph.node[0].input[0] = "hiddenIn"


def weights_elsewhere(message):
    tensor = message.graph.initializer[0]
    tensor.data_location = 1
    tensor.external_data.add(key="location", value="/etc/passwd")


def two_names_one_tensor(message):
    message.graph.initializer.append(message.graph.initializer[0])


def later_operators(message):
    message.opset_import[0].version = 999


def function_of_the_same_name(message):
    message.functions.add(name="Relu", domain="")


@pytest.mark.parametrize(
    "edit",
    [
        endless_loop,
        constant_of_shape,
        other_perm,
        other_connection,
        weights_elsewhere,
        two_names_one_tensor,
        later_operators,
        function_of_the_same_name,
    ],
)
def test_an_onnx_file_with_another_graph_is_not_run(changed_onnx, edit):
    refused(changed_onnx(edit), "another graph than export_onnx writes")


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("features", None, "metadata lacks"),
        ("features", "[1", "'features' is damaged"),
        ("features", '"xyz"', "features is 'xyz'"),
        ("features", '["x", "x", "x"]', "features names 'x' more than once"),
        ("features", '["x", "y", "\\ud800"]', "features is"),
        ("classes", "[1.5, 2.5, 3.5]", "classes is"),
        ("classes", "[true, false, 1]", "classes is"),
        ("classes", "[" * 100_000, "'classes' is damaged"),
        ("prediction_window", "250000000", "prediction_window is 250000000"),
        ("prediction_window", "1000000", "too small for windows of 1000000 samples"),
        ("prediction_window", "1e3", "prediction_window is 1000.0"),
        ("prediction_window", "9" * 5000, "'prediction_window' is damaged"),
        ("sampling_rate", "NaN", "sampling_rate is nan"),
        ("sampling_rate", "1e999", "sampling_rate is inf"),
        ("sampling_rate", "-5", "sampling_rate is -5"),
        ("units", '{"x": 3}', "units is"),
        ("session_id", "", "session_id is ''"),
    ],
)
def test_what_a_file_says_of_its_model_is_checked(changed_onnx, key, text, message):
    def edit(file):
        (entry,) = (entry for entry in file.metadata_props if entry.key == key)
        entry.value = text or ""
        if text is None:
            file.metadata_props.remove(entry)

    def stated(file):
        for name, value in (("sampling_rate", "50"), ("units", "{}")):
            file.metadata_props.add(key=name, value=value)
        edit(file)

    refused(changed_onnx(stated), message)


def test_metadata_that_are_no_text_are_refused(changed_onnx):
    path = changed_onnx(lambda message: message.metadata_props.add(key="author", value="Me!"))
    path.write_bytes(path.read_bytes().replace(b"Me!", b"Me\xff"))
    refused(path, "metadata are no text")


@pytest.fixture
def changed_litert(tmp_path):
    """Function that writes a model, changes its flatbuffer and gives the file's path."""

    def change(edit, quantize=False):
        path = tmp_path / "A.tflite"
        litert.write(random_model(), path, quantize=quantize)
        with zipfile.ZipFile(path) as files:
            metadata = files.read("metadata.json")
        model = schema.ModelT.InitFromPackedBuf(path.read_bytes())
        edit(model)
        builder = flatbuffers.Builder()
        builder.Finish(model.Pack(builder), b"TFL3")
        archive = io.BytesIO(bytes(builder.Output()))
        with zipfile.ZipFile(archive, "a") as files:
            files.writestr("metadata.json", metadata)
        path.write_bytes(archive.getvalue())
        return path

    return change


def test_a_litert_file_packed_in_another_order_runs(changed_litert):
    runner = open_exported(changed_litert(lambda model: model.buffers.reverse() or reorder(model)))
    np.testing.assert_allclose(runner.step(np.ones((5, 3)), runner.zero_state())[0].sum(), 1)


def reorder(model):
    model.buffers.reverse()  # back again: the file differs from ours in its layout only
    model.description = "packed by something else"


def other_subgraph(model):
    model.signatureDefs[0].subgraphIndex = 7


def texts(model):
    model.subgraphs[0].tensors[0].type = schema.TensorType.STRING


def tensor_out_of_range(model):
    inputs = model.subgraphs[0].operators[2].inputs
    model.subgraphs[0].operators[2].inputs = np.array([10**6, *inputs[1:]], np.int32)


def buffer_out_of_range(model):
    model.subgraphs[0].tensors[3].buffer = 10**6


def larger_shape(model):
    model.subgraphs[0].tensors[0].shape = np.array([1, 2**30, 3], np.int32)


def other_axis(model):
    (tensor,) = (t for t in model.subgraphs[0].tensors if t.name == b"axis")
    model.buffers[tensor.buffer].data = np.array([9, 0, 0, 0], np.uint8)


def custom_operator(model):
    model.operatorCodes[0].customCode = "Anything"


def not_finite(model):
    (tensor,) = (t for t in model.subgraphs[0].tensors if t.name == b"dense1_bias")
    numbers = np.array([1, np.inf, 0], "<f4")
    model.buffers[tensor.buffer].data = np.frombuffer(numbers.tobytes(), np.uint8)


def test_a_description_that_is_no_text_is_refused(tmp_path):
    model = random_model()
    litert.write(model, tmp_path / "A.tflite")
    with zipfile.ZipFile(tmp_path / "A.tflite") as files:
        known = json.loads(files.read("metadata.json"))
    with zipfile.ZipFile(tmp_path / "A.tflite", "a") as files, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a second entry of the name
        files.writestr("metadata.json", json.dumps({**known, "description": 3}))
    refused(tmp_path / "A.tflite", "description is 3; it must be a text")


def test_a_type_that_nobody_knows_is_shown_as_it_is(changed_coreml):
    def edit(message):
        message.description.input[0].type.multiArrayType.dataType = 7

    assert describe(changed_coreml(edit)).ports["type"][0] == "unknown type 7"


def second_graph(model):
    model.subgraphs.append(model.subgraphs[0])


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        (other_subgraph, r"signatureDefs\[0\].subgraphIndex"),
        (texts, r"tensors\[0\].type"),
        (tensor_out_of_range, r"operators\[2\].inputs"),
        (buffer_out_of_range, r"tensors\[3\].buffer"),
        (larger_shape, r"tensors\[0\].shape"),
        (other_axis, r"buffers\["),
        (custom_operator, r"operatorCodes\[0\].customCode"),
        (not_finite, "dense1_bias holds numbers that are not finite"),
        (second_graph, "model.subgraphs"),
    ],
)
def test_a_litert_file_with_another_graph_is_not_run(changed_litert, edit, where):
    refused(changed_litert(edit), f"another graph than export_litert.*{where}")


@pytest.mark.parametrize("start", [0, 8, 200])
def test_zeroed_blocks_never_reach_the_interpreter(tmp_path, start):
    path = tmp_path / "A.tflite"
    litert.write(random_model(), path)
    data = bytearray(path.read_bytes())
    data[start : start + 3000] = bytes(3000)
    path.write_bytes(data)
    refused(path, "another graph than export_litert")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_packed_metadata_are_not_unpacked(tmp_path, method):
    path = tmp_path / "A.tflite"
    litert.write(random_model(), path)
    content = path.read_bytes()
    archive = io.BytesIO(content[: content.rindex(b"PK\x03\x04") - 100])
    with zipfile.ZipFile(archive, "a", method) as files:
        files.writestr("metadata.json", b"[" * 10_000_000)
    path.write_bytes(archive.getvalue())
    refused(path, "no LiteRT file of this package")


@pytest.fixture
def changed_coreml(tmp_path):
    """Function that writes a model, changes its message and gives the file's path."""

    def change(edit, name="A.mlmodel", **options):
        path = tmp_path / name
        coreml.write(random_model(), path, **options)
        file = path / MODEL if path.is_dir() else path
        message = proto.parse_model(path)
        edit(message)
        file.write_bytes(message.SerializeToString())
        return path

    return change


def chain_of_concats(message):
    layers = message.neuralNetworkClassifier.layers
    for number in range(23):
        name = f"twice{number - 1}" if number else "relu1"
        layer = layers.add(name=f"twice{number}", input=[name, name], output=[f"twice{number}"])
        layer.concat.SetInParent()


def wide_concat(message):
    layer = message.neuralNetworkClassifier.layers[0]
    layer.input.extend(["x"] * 20_000)


def window_of_a_million(message):
    for port in message.description.input[:3]:
        port.type.multiArrayType.shape[:] = [1_000_000]


def stride_of_one(message):
    message.neuralNetworkClassifier.layers[2].convolution.stride[:] = [1, 1]


def input_of_no_layer(message):
    message.neuralNetworkClassifier.layers[5].input[0] = "nothing"


def input_by_the_name_of_old(message):
    """A layer that gives its array another name, while the next one asks for the old name."""
    message.neuralNetworkClassifier.layers[2].output[0] = "renamed"


def output_of_another_layer(message):
    message.neuralNetworkClassifier.layers[3].output[0] = "conv"


def other_probabilities(message):
    message.neuralNetworkClassifier.labelProbabilityLayerName = "dense1"


def labels_of_5000_digits(message):
    message.neuralNetworkClassifier.stringClassLabels.vector[:] = ["--5", "9" * 5000, "a"]
    message.description.metadata.userDefined["max_iterations"] = "9" * 5000
    chain_of_concats(message)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (chain_of_concats, "other layers"),
        (wide_concat, "layer 'features' has inputs"),
        (window_of_a_million, "too small for windows of 1000000 samples"),
        (stride_of_one, "layer 'conv' has stride"),
        (input_of_no_layer, "layer 'cellIn' has inputs"),
        (input_by_the_name_of_old, "layer 'relu1' has inputs"),
        (output_of_another_layer, "layer 'relu1' has outputs"),
        (other_probabilities, "probabilities from its last layer"),
        (labels_of_5000_digits, "other layers"),
    ],
)
def test_a_neural_network_with_other_layers_is_not_run(changed_coreml, edit, message):
    refused(changed_coreml(edit), message, (describe, open_exported, load_model))


def test_layers_may_bear_other_names(changed_coreml):
    def rename(message):
        layers = message.neuralNetworkClassifier.layers
        for before, after in (("relu1", "first"), ("dense0", "second"), ("hiddenIn", "third")):
            for layer in layers:
                for names in (layer.input, layer.output):
                    names[:] = [after if name == before else name for name in names]

    assert load_model(changed_coreml(rename)).classes == ["a", "b", "c"]


def operations_of(message):
    return message.mlProgram.functions["main"].block_specializations["CoreML5"].operations


def other_operation(message):
    (relu,) = (o for o in operations_of(message) if o.outputs[0].name == "relu6")
    relu.type = "gelu"


def other_direction(message):
    (constant,) = (o for o in operations_of(message) if o.outputs[0].name == "lstm_direction")
    constant.attributes["val"].immediateValue.tensor.strings.values[0] = "reverse"


def blob_behind_the_end(message):
    (constant,) = (o for o in operations_of(message) if o.outputs[0].name == "conv_weight")
    constant.attributes["val"].blobFileValue.offset = 2**63


def later_opset(message):
    function = message.mlProgram.functions["main"]
    function.block_specializations["CoreML8"].CopyFrom(function.block_specializations["CoreML5"])
    function.opset = "CoreML8"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (other_operation, "another program"),
        (other_direction, "another program"),
        (blob_behind_the_end, "weight file is cut short"),
        (later_opset, "CoreML8"),
        (window_of_a_million, "too small for windows"),
    ],
)
def test_an_ml_program_with_other_operations_is_not_run(changed_coreml, edit, message):
    refused(changed_coreml(edit, "A.mlpackage"), message)


def test_a_package_with_foreign_files_inside_is_read_and_not_written_over(tmp_path):
    path = tmp_path / "A.mlpackage"
    coreml.write(random_model(seed=1), path)
    (path / ".DS_Store").write_bytes(b"Finder")
    coreml.write(random_model(seed=2), path)  # what a file browser leaves is no one's work
    assert not (path / ".DS_Store").exists()
    (path / "Data" / "notes.txt").write_text("years")
    os.mkfifo(path / "Data" / "pipe")
    assert describe(path).format.startswith("Core ML ML program")
    with pytest.raises(ToolkitError, match=r"holds \['Data/notes.txt', 'Data/pipe'\], which"):
        coreml.write(random_model(seed=3), path)
    assert (path / "Data" / "notes.txt").read_text() == "years"


@every_format
def test_only_regular_files_are_opened(tmp_path, name):
    path = tmp_path / name
    WRITERS[name](random_model(), path)
    inside = path / MODEL if path.is_dir() else path
    inside.unlink()
    os.mkfifo(inside)
    seen = []

    def read():
        with pytest.raises(ToolkitError, match="it is a device or a pipe, not a file"):
            describe(path)
        seen.append(name)

    thread = threading.Thread(target=read, daemon=True)  # it would wait for a writer for ever
    thread.start()
    thread.join(10)
    assert seen == [name]
    inside.unlink()
    inside.symlink_to("/dev/zero")
    with pytest.raises(ToolkitError, match="it is a device or a pipe, not a file"):
        describe(path)


@every_format
def test_a_file_of_gigabytes_is_not_read(tmp_path, name):
    path = tmp_path / name
    WRITERS[name](random_model(), path)
    inside = path / MODEL if path.is_dir() else path
    os.truncate(inside, 1 << 40)  # sparse: it needs no disk
    refused(path, "at most 67,108,864 are read")


@pytest.mark.parametrize("name", ["A.mlmodel", "A.onnx"])
def test_a_message_of_millions_of_parts_is_not_parsed(tmp_path, name):
    layers = b"\x0a\x00" * 5_000_000  # each of two bytes would become an object
    number = {"A.mlmodel": 403, "A.onnx": 7}[name]
    head = _varint(number << 3 | 2) + _varint(len(layers))
    (tmp_path / name).write_bytes(head + layers)
    refused(tmp_path / name, "cut short, damaged or another kind")


def _varint(value):
    parts = []
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def test_brackets_without_end_are_an_error_of_the_text():
    with pytest.raises(ValueError, match="nested too deeply"):
        reading.parse_text("[" * 100_000)
    with pytest.raises(ValueError, match="characters"):
        reading.parse_text(json.dumps("x" * reading.MOST_TEXT))


@every_format
def test_describe_needs_no_interpreter(tmp_path, name, monkeypatch):
    WRITERS[name](random_model(), tmp_path / name)
    for module in ("onnxruntime", "ai_edge_litert.interpreter"):
        monkeypatch.setitem(sys.modules, module, None)
    assert describe(tmp_path / name).features["feature"].tolist() == ["x", "y", "z"]


@every_format
def test_a_bug_of_ours_keeps_its_traceback(tmp_path, name, monkeypatch):
    WRITERS[name](random_model(), tmp_path / name)
    monkeypatch.setattr(
        "activity_detector_utils.export.runners._try", lambda runner: {}["a bug of ours"]
    )
    with pytest.raises(KeyError, match="a bug of ours"):
        open_exported(tmp_path / name)
