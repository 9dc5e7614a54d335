"""ONNX files, written operator by operator: no converter, no TensorFlow."""

from pathlib import Path

import numpy as np

from ..base.errors import ToolkitError
from ..base.writing import write_file
from ..networks.lstm import BATCH_NORM_EPSILON, reorder_gates
from .base_runner import Runner
from .contract import (
    INPUTS,
    OUTPUTS,
    Port,
    as_strings,
    check_path,
    facts,
    from_facts,
    parse_facts,
)
from .libraries import need

OPERATOR_SET, IR_VERSION = 17, 8  # ONNX 1.12 of 2022: what today's runtimes read, phones included


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
    proto = onnx.helper.make_model(
        _graph(onnx.helper, model.network.weights),
        opset_imports=[onnx.helper.make_opsetid("", OPERATOR_SET)],
        ir_version=IR_VERSION,
        producer_name=known["written_by"],
        doc_string=known["description"],
    )
    onnx.helper.set_model_props(proto, as_strings(known))
    onnx.checker.check_model(proto, full_check=True)
    write_file(path, proto.SerializeToString(deterministic=True))


def _graph(helper, w):
    n_samples, n_features = w["conv_kernel"].shape[:2]
    state = (1, w["lstm_recurrent_kernel"].shape[0])
    nodes = [
        *_recurrent_nodes(helper.make_node, n_samples, hidden_size=state[1]),
        *_dense_nodes(helper.make_node),
    ]
    return helper.make_graph(
        nodes,
        "activity_classifier",
        _values(helper, INPUTS, ((1, n_samples, n_features), state, state)),
        _values(helper, OUTPUTS, ((1, len(w["output_bias"])), state, state)),
        _initializers(helper, w),
    )


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
        helper.make_tensor_value_info(name, 1, shape)  # 1 is float32
        for name, shape in zip(names, shapes, strict=True)
    ]


def _initializers(helper, w):
    bias = reorder_gates(w["lstm_bias"], "onnx")
    arrays = {
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
    floats = [
        helper.make_tensor(name, 1, array.shape, array.astype("<f4").tobytes(), raw=True)
        for name, array in arrays.items()
    ]
    return [*floats, helper.make_tensor("first", 7, [1], [0])]  # 7 is int64


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
        If onnxruntime cannot load the file, or it holds no activity classifier of this package.
    ImportError
        If onnxruntime is not installed.
    """

    engine = "onnxruntime"

    def __init__(self, path):
        runtime = need("onnxruntime")
        data = Path(path).read_bytes()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4  # what goes wrong is raised
        try:
            self._session = runtime.InferenceSession(
                data, options, providers=["CPUExecutionProvider"], enable_fallback=False
            )
        except Exception as error:  # onnxruntime's errors share no base class
            raise ToolkitError(f"onnxruntime cannot load '{path}': {error}") from error
        super().__init__(path, _describe(path, self._session))

    def _run(self, window, hidden, cell):
        arrays = {"features": window[None], "hiddenIn": hidden[None], "cellIn": cell[None]}
        return [output[0] for output in self._session.run(list(OUTPUTS), arrays)]


def _describe(path, session):
    ports = [
        Port(kind, port.name, _type_name(port.type), tuple(port.shape))
        for kind, group in (("input", session.get_inputs()), ("output", session.get_outputs()))
        for port in group
    ]
    names = [port.name for port in ports]
    if set(names) != {*INPUTS, *OUTPUTS}:
        raise ToolkitError(
            f"'{path}' holds no activity classifier: it has {names}, expected {[*INPUTS, *OUTPUTS]}"
        )
    entries = session.get_modelmeta().custom_metadata_map
    return from_facts(path, "ONNX", ports, parse_facts(path, entries))


def _type_name(text):
    return {"tensor(float)": "float32"}.get(text, text)
