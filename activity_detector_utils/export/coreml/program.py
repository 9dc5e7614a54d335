"""Build an ``.mlpackage``: the step as an ML program (iOS 15), named as Turi Create 6 names it.

The operations are those that coremltools' own builder emits for this network in float32. Written
directly, the file needs no coremltools passes (seconds, TensorFlow) and its bytes are repeatable.
"""

import json
import uuid
from pathlib import Path

import numpy as np

from ...base.errors import MissingFile, ToolkitError
from ...networks.lstm import BATCH_NORM_EPSILON, STATE_SIZE, reorder_gates
from ..contract import empty_weights
from ..reading import read_model_file
from .description import write_description
from .mil import OPERATION_SET, Program, operations, read_value, set_immediate, set_type
from .names import KEYWORDS, check_names
from .proto import messages

SPECIFICATION = 6  # iOS 15
MODEL = "Data/com.apple.CoreML/model.mlmodel"
WEIGHTS = "Data/com.apple.CoreML/weights/weight.bin"
NORM = ("mean", "variance", "gamma", "beta")


def build_package(model):
    """Files of the package.

    Returns
    -------
    dict of str to bytes
        Path inside the package -> content.

    Raises
    ------
    ToolkitError
        If a column's name is not possible in an ML program.
    """
    proto = messages("Model").Model(specificationVersion=SPECIFICATION)
    write_description(proto, model, "turi6", double=False)
    program = _add_program(proto.mlProgram, _arrays(model.network.weights), model)
    operations = program.block.operations
    names = {output.name for operation in operations for output in operation.outputs}
    check_names(model, names - {model.target, f"{model.target}Probability"} | KEYWORDS, plain=True)
    return {
        "Manifest.json": _manifest(),
        MODEL: proto.SerializeToString(deterministic=True),
        WEIGHTS: program.blobs.bytes(),
    }


def check_program(path, proto, description):
    """Raise ToolkitError unless a program is what :func:`build_package` makes of its numbers.

    Parameters
    ----------
    path : str or Path
        The package's folder.
    proto : Model
    description : Description
    """
    blobs = read_weights(path)
    wanted = _arrays(empty_weights(path, description, len(blobs) + proto.ByteSize()))
    arrays = {}
    for operation in operations(path, proto.mlProgram):
        name = operation.outputs[0].name if operation.outputs else ""
        if name in wanted and "val" in operation.attributes:
            value, shape = operation.attributes["val"], wanted[name].shape
            arrays[name] = read_value(path, value, blobs, shape)
    rebuilt = messages("Model").Model()
    if arrays.keys() == wanted.keys():
        _add_program(rebuilt.mlProgram, arrays, description)
    if proto.mlProgram != rebuilt.mlProgram:
        raise ToolkitError(
            f"'{path}' holds another program than this package writes: other operations, or the "
            "same configured or connected in another way. It is not run; export the model again"
        )


def read_weights(path):
    """Content of a package's weight file."""
    try:
        return read_model_file(Path(path) / WEIGHTS)
    except MissingFile as error:
        raise ToolkitError(f"'{path}' holds no weights: '{WEIGHTS}' is missing") from error


def _arrays(w):
    """The weights as ML programs name them and lay them out."""
    arrays = {
        "conv_weight": w["conv_kernel"].transpose(2, 1, 0),
        "conv_bias": w["conv_bias"],
        "lstm_weight_ih": reorder_gates(w["lstm_kernel"], "coreml").T,
        "lstm_weight_hh": reorder_gates(w["lstm_recurrent_kernel"], "coreml").T,
        "lstm_bias": reorder_gates(w["lstm_bias"], "coreml"),
        "dense0_weight": w["dense_kernel"].T,
        "dense0_bias": w["dense_bias"],
        "dense1_weight": w["output_kernel"].T,
        "dense1_bias": w["output_bias"],
    }
    return {**arrays, **{f"bn_{name}": w[f"norm_{name}"] for name in NORM}}


def _add_program(message, arrays, model):
    """Fill in the program; ``model`` says features, classes and target."""
    message.version = 1
    function = message.functions["main"]
    function.opset = OPERATION_SET
    n_samples = arrays["conv_weight"].shape[2]
    for name, size in [*((name, n_samples) for name in model.features), ("stateIn", STATE_SIZE)]:
        set_type(function.inputs.add(name=name).type, "FLOAT32", (size,))
    block = function.block_specializations[OPERATION_SET]
    block.outputs.extend([f"{model.target}Probability", model.target, "stateOut"])
    program = Program(block)
    _add_window(program, arrays, list(model.features))
    _add_lstm(program, arrays)
    _add_dense(program, arrays)
    _add_classes(block, model)
    return program


def _add_window(program, arrays, features):
    n_filters, n_features, n_samples = arrays["conv_weight"].shape
    window = features[0]
    if n_features > 1:
        window, join = "features", {"axis": 0, "interleave": False}
        program.add("concat", window, [(n_features * n_samples,)], join, values=features)
    shape = [1, n_features, n_samples]
    program.add("reshape", "reshape", [shape], {"shape": shape}, x=window)
    settings = {
        "weight": arrays["conv_weight"],
        "bias": arrays["conv_bias"],
        "strides": [n_samples],
        "pad_type": "valid",
        "pad": [0, 0],
        "dilations": [1],
        "groups": 1,
    }
    program.add("conv", "conv", [(1, n_filters, 1)], settings, x="reshape")
    program.add("relu", "relu1", [(1, n_filters, 1)], x="conv")
    shape = [1, 1, n_filters]
    program.add("reshape", "sequence", [shape], {"shape": shape}, x="relu1")


def _add_lstm(program, arrays):
    n_units = arrays["lstm_weight_hh"].shape[1]
    shape = [1, 2 * n_units]
    program.add("reshape", "states", [shape], {"shape": shape}, x="stateIn")
    for number, name in enumerate(("hiddenIn", "cellIn")):
        ends = {"begin": [0, number * n_units], "end": [1, (number + 1) * n_units]}
        program.add("slice_by_index", name, [(1, n_units)], ends, x="states")
    settings = {
        "weight_ih": arrays["lstm_weight_ih"],
        "weight_hh": arrays["lstm_weight_hh"],
        "bias": arrays["lstm_bias"],
        "direction": "forward",
        "output_sequence": False,
        "recurrent_activation": "sigmoid",
        "cell_activation": "tanh",
        "activation": "tanh",
    }
    shapes = [(1, 1, n_units), (1, n_units), (1, n_units)]
    program.add(
        "lstm", "lstm", shapes, settings, x="sequence", initial_h="hiddenIn", initial_c="cellIn"
    )
    join = {"axis": 1, "interleave": False}
    program.add("concat", "newStates", [(1, STATE_SIZE)], join, values=["lstm_1", "lstm_2"])
    program.add("reshape", "stateOut", [(STATE_SIZE,)], {"shape": [STATE_SIZE]}, x="newStates")


def _add_dense(program, arrays):
    n_dense, n_classes = len(arrays["dense0_bias"]), len(arrays["dense1_bias"])
    dense = {"weight": arrays["dense0_weight"], "bias": arrays["dense0_bias"]}
    program.add("linear", "dense0", [(1, n_dense)], dense, x="lstm_1")
    # batch_norm wants an axis behind the channels
    program.add("expand_dims", "channels", [(1, n_dense, 1)], {"axes": [2]}, x="dense0")
    norm = {name: arrays[f"bn_{name}"] for name in NORM}
    norm["epsilon"] = np.float32(BATCH_NORM_EPSILON)
    program.add("batch_norm", "bn", [(1, n_dense, 1)], norm, x="channels")
    program.add("relu", "relu6", [(1, n_dense, 1)], x="bn")
    program.add("squeeze", "dense", [(1, n_dense)], {"axes": [2]}, x="relu6")
    output = {"weight": arrays["dense1_weight"], "bias": arrays["dense1_bias"]}
    program.add("linear", "dense1", [(1, n_classes)], output, x="dense")
    program.add("softmax", "probabilities", [(1, n_classes)], {"axis": -1}, x="dense1")


def _add_classes(block, model):
    operation = block.operations.add(type="classify")
    operation.inputs["probabilities"].arguments.add(name="probabilities")
    classes = operation.inputs["classes"].arguments.add().value
    set_type(classes.type.listType.type, "STRING")
    classes.type.listType.length.constant.size = len(model.classes)
    for label in model.classes:
        set_immediate(classes.immediateValue.list.values.add(), str(label))
    set_type(operation.outputs.add(name=model.target).type, "STRING")
    dictionary = operation.outputs.add(name=f"{model.target}Probability").type.dictionaryType
    set_type(dictionary.keyType, "STRING")
    set_type(dictionary.valueType, "FLOAT64")
    set_immediate(operation.attributes["name"], "classify")


def _manifest():
    items, root = {}, None
    for name, text in (
        ("weights", "CoreML Model Weights"),
        ("model.mlmodel", "CoreML Model Specification"),
    ):
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"com.apple.CoreML/{name}"))  # repeatable
        items[key] = {
            "author": "com.apple.CoreML",
            "description": text,
            "name": name,
            "path": f"com.apple.CoreML/{name}",
        }
        root = key
    manifest = {"fileFormatVersion": "1.0.0", "itemInfoEntries": items, "rootModelIdentifier": root}
    return (json.dumps(manifest, indent=4) + "\n").encode()
