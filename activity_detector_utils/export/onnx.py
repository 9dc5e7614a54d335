"""ONNX files, written operator by operator: no converter, no TensorFlow."""

import numpy as np

from ..base.errors import ToolkitError
from ..base.writing import write_file
from ..networks.lstm import BATCH_NORM_EPSILON, reorder_gates
from .base_runner import Runner
from .contract import (
    INPUTS,
    OUTPUTS,
    as_strings,
    check_path,
    empty_weights,
    facts,
    from_facts,
    parse_facts,
    step_ports,
)
from .libraries import need
from .reading import parse_message, read_model_file

OPERATOR_SET, IR_VERSION = 17, 8  # ONNX 1.12 of 2022: what today's runtimes read, phones included
FLOAT32 = 1  # as ONNX numbers types


def write(model, path):
    """Write an ONNX file of one step.

    Inputs ``features (1, prediction_window, n_features)``, ``hiddenIn`` and ``cellIn (1, 200)``;
    outputs ``activityProbability (1, n_classes)``, ``hiddenOut``, ``cellOut``; all float32. The
    names are the same for every model; classes, units and the rest are in ``metadata_props``.

    Parameters
    ----------
    model : ActivityClassifier
        ``model.fields`` may hold ``description``, ``author`` and ``license`` for the file.
    path : str or Path
        Ends in ``.onnx``.

    Raises
    ------
    ToolkitError
        If the suffix or the place is not possible.
    ImportError
        If onnx is not installed.
    """
    path = check_path(path, ".onnx")
    onnx = need("onnx")
    known = facts(model)
    proto = _model(onnx.helper, _arrays(model.network.weights))
    proto.producer_name, proto.doc_string = known["written_by"], known["description"]
    onnx.helper.set_model_props(proto, as_strings(known))
    onnx.checker.check_model(proto, full_check=True)
    write_file(path, proto.SerializeToString(deterministic=True))


def _model(helper, arrays):
    """The network around its numbers, without anything about where it comes from."""
    _, n_features, n_samples = arrays["conv_W"].shape
    state = (1, arrays["lstm_R"].shape[2])
    nodes = [
        *_recurrent_nodes(helper.make_node, n_samples, hidden_size=state[1]),
        *_dense_nodes(helper.make_node),
    ]
    graph = helper.make_graph(
        nodes,
        "activity_classifier",
        _values(helper, INPUTS, ((1, n_samples, n_features), state, state)),
        _values(helper, OUTPUTS, ((1, len(arrays["dense1_B"])), state, state)),
        _initializers(helper, arrays),
    )
    operators = [helper.make_opsetid("", OPERATOR_SET)]
    return helper.make_model(graph, opset_imports=operators, ir_version=IR_VERSION)


def _recurrent_nodes(node, stride, hidden_size):
    lstm = ["sequence", "lstm_W", "lstm_R", "lstm_B", "", "initial_h", "initial_c"]
    return [
        node("Transpose", ["features"], ["channelsFirst"], perm=[0, 2, 1]),
        node("Conv", ["channelsFirst", "conv_W", "conv_B"], ["conv"], strides=[stride]),
        node("Relu", ["conv"], ["relu1"]),
        node("Transpose", ["relu1"], ["sequence"], perm=[2, 0, 1]),  # (step, batch, filter)
        node("Unsqueeze", ["hiddenIn", "first"], ["initial_h"]),
        node("Unsqueeze", ["cellIn", "first"], ["initial_c"]),
        node("LSTM", lstm, ["", "Y_h", "Y_c"], hidden_size=hidden_size),
        node("Squeeze", ["Y_h", "first"], ["hiddenOut"]),
        node("Squeeze", ["Y_c", "first"], ["cellOut"]),
    ]


def _dense_nodes(node):
    norm = ["dense0", "bn_scale", "bn_B", "bn_mean", "bn_var"]
    return [
        node("Gemm", ["hiddenOut", "dense0_W", "dense0_B"], ["dense0"]),
        node("BatchNormalization", norm, ["bn"], epsilon=BATCH_NORM_EPSILON),
        node("Relu", ["bn"], ["relu6"]),
        node("Gemm", ["relu6", "dense1_W", "dense1_B"], ["dense1"]),
        node("Softmax", ["dense1"], ["activityProbability"], axis=1),
    ]


def _values(helper, names, shapes):
    return [
        helper.make_tensor_value_info(name, FLOAT32, shape)
        for name, shape in zip(names, shapes, strict=True)
    ]


def _arrays(w):
    """The weights as ONNX names and lays them out."""
    bias = reorder_gates(w["lstm_bias"], "onnx")
    return {
        "conv_W": w["conv_kernel"].transpose(2, 1, 0),
        "conv_B": w["conv_bias"],
        "lstm_W": reorder_gates(w["lstm_kernel"], "onnx").T[None],
        "lstm_R": reorder_gates(w["lstm_recurrent_kernel"], "onnx").T[None],
        "lstm_B": np.concatenate([bias, np.zeros_like(bias)])[None],  # input and recurrent bias
        "dense0_W": w["dense_kernel"],
        "dense0_B": w["dense_bias"],
        "bn_scale": w["norm_gamma"],
        "bn_B": w["norm_beta"],
        "bn_mean": w["norm_mean"],
        "bn_var": w["norm_variance"],
        "dense1_W": w["output_kernel"],
        "dense1_B": w["output_bias"],
    }


def _initializers(helper, arrays):
    floats = [
        helper.make_tensor(name, FLOAT32, array.shape, array.astype("<f4").tobytes(), raw=True)
        for name, array in arrays.items()
    ]
    return [*floats, helper.make_tensor("first", 7, [1], [0])]  # 7 is int64


def read(path):
    """Read an ONNX file of this package without running it.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    description : Description
    proto : ModelProto
        Equal to what :func:`write` makes of the same numbers: whatever a file holds besides is
        refused, so that nothing foreign reaches a runtime.

    Raises
    ------
    MissingFile
        If nothing is there.
    ToolkitError
        If the file is damaged, or holds another graph.
    MissingPackage
        If onnx is not installed.
    """
    onnx = need("onnx")
    data = read_model_file(path)
    proto = parse_message(path, onnx.ModelProto, data)
    entries = {entry.key: entry.value for entry in proto.metadata_props}
    if not all(isinstance(text, str) for pair in entries.items() for text in pair):
        raise ToolkitError(f"'{path}' is damaged: its metadata are no text")  # protobuf gives bytes
    description = from_facts(path, "ONNX", parse_facts(path, entries))
    description.ports = step_ports(description)
    wanted = _arrays(empty_weights(path, description, len(data)))
    rebuilt = _model(onnx.helper, _read_arrays(path, proto.graph.initializer, wanted))
    for field in ("metadata_props", "producer_name", "doc_string"):
        proto.ClearField(field)
        rebuilt.ClearField(field)
    if proto != rebuilt:
        raise ToolkitError(
            f"'{path}' holds another graph than export_onnx writes: other operators, or the same "
            "configured or connected in another way. It is not run; export the model again"
        )
    return description, rebuilt


def _read_arrays(path, tensors, wanted):
    """Numbers of the initializers, in the shapes wanted."""
    raw = {tensor.name: tensor.raw_data for tensor in tensors}
    arrays = {}
    for name, array in wanted.items():
        if len(raw.get(name, b"")) != 4 * array.size:
            raise ToolkitError(
                f"'{path}' holds another graph than export_onnx writes: '{name}' is not there as "
                f"float32 of shape {array.shape}. It is not run; export the model again"
            )
        arrays[name] = np.frombuffer(raw[name], "<f4").reshape(array.shape)
        if not np.isfinite(arrays[name]).all():
            raise ToolkitError(f"'{path}' is damaged: '{name}' holds numbers that are not finite")
    return arrays


class OnnxRunner(Runner):
    """An ONNX file, run by onnxruntime on one core.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    FileNotFoundError
        If nothing is there.
    ToolkitError
        As :func:`read`.
    ImportError
        If onnxruntime is not installed.
    """

    engine = "onnxruntime"

    def __init__(self, path):
        runtime = need("onnxruntime")
        description, proto = read(path)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4  # what goes wrong is raised
        self._session = runtime.InferenceSession(
            proto.SerializeToString(),
            options,
            providers=["CPUExecutionProvider"],
            enable_fallback=False,
        )
        super().__init__(path, description)

    def _run(self, window, hidden, cell):
        arrays = {"features": window[None], "hiddenIn": hidden[None], "cellIn": cell[None]}
        return [output[0] for output in self._session.run(list(OUTPUTS), arrays)]
