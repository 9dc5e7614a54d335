"""Build an ``.mlpackage``: the step as an ML program (iOS 15), named as Turi Create 6 names it.

The operations are those that coremltools' own builder emits for this network in float32. Written
directly, the file needs no coremltools passes (seconds, TensorFlow) and its bytes are repeatable.
"""

import json
import uuid

import numpy as np

from ...networks.lstm import BATCH_NORM_EPSILON, STATE_SIZE, reorder_gates
from .description import write_description
from .mil import Program, set_immediate, set_type
from .names import KEYWORDS, check_names
from .proto import messages

SPECIFICATION, OPERATION_SET = 6, "CoreML5"  # iOS 15
CONTENT = "Data/com.apple.CoreML"


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
    proto.mlProgram.version = 1
    function = proto.mlProgram.functions["main"]
    function.opset = OPERATION_SET
    for port in proto.description.input:
        shape = port.type.multiArrayType.shape
        set_type(function.inputs.add(name=port.name).type, "FLOAT32", shape)
    block = function.block_specializations[OPERATION_SET]
    block.outputs.extend(port.name for port in proto.description.output)
    program = Program(block)
    _add_step(program, model.network.weights, list(model.features))
    names = {output.name for operation in block.operations for output in operation.outputs}
    check_names(model, names | KEYWORDS, plain=True)
    _add_classes(block, model)
    return {
        "Manifest.json": _manifest(),
        f"{CONTENT}/model.mlmodel": proto.SerializeToString(deterministic=True),
        f"{CONTENT}/weights/weight.bin": program.blobs.bytes(),
    }


def _add_step(program, w, features):
    n_samples, n_features, n_filters = w["conv_kernel"].shape
    window = features[0]
    if n_features > 1:
        window, join = "features", {"axis": 0, "interleave": False}
        program.add("concat", window, [(n_features * n_samples,)], join, values=features)
    shape = [1, n_features, n_samples]
    program.add("reshape", "reshape", [shape], {"shape": shape}, x=window)
    settings = {
        "weight": w["conv_kernel"].transpose(2, 1, 0),
        "bias": w["conv_bias"],
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
    _add_lstm(program, w)
    _add_dense(program, w)


def _add_lstm(program, w):
    n_units = w["lstm_recurrent_kernel"].shape[0]
    shape = [1, 2 * n_units]
    program.add("reshape", "states", [shape], {"shape": shape}, x="stateIn")
    for number, name in enumerate(("hiddenIn", "cellIn")):
        ends = {"begin": [0, number * n_units], "end": [1, (number + 1) * n_units]}
        program.add("slice_by_index", name, [(1, n_units)], ends, x="states")
    settings = {
        "weight_ih": reorder_gates(w["lstm_kernel"], "coreml").T,
        "weight_hh": reorder_gates(w["lstm_recurrent_kernel"], "coreml").T,
        "bias": reorder_gates(w["lstm_bias"], "coreml"),
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


def _add_dense(program, w):
    n_dense = len(w["dense_bias"])
    dense = {"weight": w["dense_kernel"].T, "bias": w["dense_bias"]}
    program.add("linear", "dense0", [(1, n_dense)], dense, x="lstm_1")
    # batch_norm wants an axis behind the channels
    program.add("expand_dims", "channels", [(1, n_dense, 1)], {"axes": [2]}, x="dense0")
    norm = {name: w[f"norm_{name}"] for name in ("mean", "variance", "gamma", "beta")}
    norm["epsilon"] = np.float32(BATCH_NORM_EPSILON)
    program.add("batch_norm", "bn", [(1, n_dense, 1)], norm, x="channels")
    program.add("relu", "relu6", [(1, n_dense, 1)], x="bn")
    program.add("squeeze", "dense", [(1, n_dense)], {"axes": [2]}, x="relu6")
    output = {"weight": w["output_kernel"].T, "bias": w["output_bias"]}
    n_classes = len(w["output_bias"])
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
