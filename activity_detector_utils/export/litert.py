"""LiteRT (TensorFlow Lite) files, written as a flatbuffer: no converter, no TensorFlow.

The operators are those that TensorFlow's own converter emits for this step: built-in ones only.
"""

import io
import json
import zipfile

import numpy as np

from ..base.errors import ToolkitError
from ..base.writing import write_file
from ..networks.lstm import GATE_ORDERS, fold_batch_norm
from .base_runner import Runner
from .contract import INPUTS, OUTPUTS, check_path, empty_weights, facts, from_facts, step_ports
from .flatbuffer import Graph, pack
from .flatbuffer_reading import take_numbers
from .libraries import need
from .reading import MOST_TEXT, parse_text, read_model_file

METADATA, LABELS = "metadata.json", "labels.txt"
MOST_ARCHIVE = 4 << 20  # bytes at the end of a file in which the archive of these two must lie


def write(model, path, quantize=False):
    """Write a LiteRT file of one step.

    Inputs ``features (1, prediction_window, n_features)``, ``hiddenIn`` and ``cellIn (1, 200)``;
    outputs ``activityProbability (1, n_classes)``, ``hiddenOut``, ``cellOut``; all float32. The
    names are the same for every model. What else there is to know is in ``metadata.json`` and
    ``labels.txt``, appended as a zip archive, as LiteRT's convention for associated files is.

    Parameters
    ----------
    model : ActivityClassifier
        ``model.fields`` may hold ``description``, ``author`` and ``license`` for the file.
    path : str or Path
        Ends in ``.tflite``.
    quantize : bool
        Store the large matrices in 8 bits, one scale a row, and round their inputs at run time:
        a third of the size, probabilities that differ a little; more where a feature's mean is
        many times its deviation. Needs LiteRT 2.17 or later.

    Raises
    ------
    ToolkitError
        If the suffix or the place is not possible.
    ImportError
        If ai-edge-litert is not installed.
    """
    path = check_path(path, ".tflite")
    known = {**facts(model), "weight_type": "int8" if quantize else "float32"}
    graph = Graph(need("ai_edge_litert.schema_py_generated"), quantize)
    _add_step(graph, model.network.weights)
    archive = io.BytesIO(pack(graph.model(known["description"])))
    with zipfile.ZipFile(archive, "a") as files:
        _append(files, LABELS, "".join(f"{label}\n" for label in known["classes"]))
        _append(files, METADATA, json.dumps(known, ensure_ascii=False, indent=1) + "\n")
    write_file(path, archive.getvalue())


def _add_step(graph, w):
    n_samples, n_features, n_filters = w["conv_kernel"].shape
    n_units, n_classes = w["lstm_recurrent_kernel"].shape[0], len(w["output_bias"])
    window = graph.tensor("features", (1, n_samples, n_features))
    hidden, cell = (graph.tensor(name, (1, n_units)) for name in ("hiddenIn", "cellIn"))
    shape = graph.constant("shape", np.array([1, n_samples * n_features], np.int32))
    x = graph.tensor("reshape", (1, n_samples * n_features))
    graph.add("RESHAPE", [window, shape], [x])
    kernel = w["conv_kernel"].reshape(-1, n_filters)
    x = graph.dense("conv", x, kernel, w["conv_bias"], relu=True)
    x = graph.dense("lstm_input", x, w["lstm_kernel"], w["lstm_bias"])
    recurrent = graph.dense("lstm_recurrent", hidden, w["lstm_recurrent_kernel"])
    gates = graph.binary("ADD", "gates", x, recurrent)
    hidden_out, cell_out = _add_gates(graph, gates, cell)
    x = graph.dense("dense0", hidden_out, *fold_batch_norm(w), relu=True)
    x = graph.dense("dense1", x, w["output_kernel"], w["output_bias"])
    probability = graph.tensor("activityProbability", (1, n_classes))
    graph.add("SOFTMAX", [x], [probability], beta=1.0)
    graph.sign(
        dict(zip(INPUTS, (window, hidden, cell), strict=True)),
        dict(zip(OUTPUTS, (probability, hidden_out, cell_out), strict=True)),
    )


def _add_gates(graph, gates, cell):
    axis = graph.constant("axis", np.array(1, np.int32))
    shape = graph.shape(cell)
    parts = [graph.tensor(name, shape) for name in GATE_ORDERS["keras"]]
    graph.add("SPLIT", [axis, gates], parts, numSplits=4)
    kept = graph.binary("MUL", "kept", graph.unary("LOGISTIC", parts[1]), cell)
    new = graph.binary(
        "MUL", "new", graph.unary("LOGISTIC", parts[0]), graph.unary("TANH", parts[2])
    )
    cell_out = graph.binary("ADD", "cellOut", kept, new)
    output = graph.unary("LOGISTIC", parts[3])
    hidden_out = graph.binary("MUL", "hiddenOut", output, graph.unary("TANH", cell_out))
    return hidden_out, cell_out


def _append(files, name, text):
    entry = zipfile.ZipInfo(name)  # dated 1980: the same model gives the same bytes
    entry.create_system = 3
    files.writestr(entry, text)


def read(path):
    """Read a LiteRT file of this package without running it.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    description : Description
    content : bytes
        The graph as :func:`write` makes it of the file's numbers: whatever the file holds besides
        is refused, so that nothing foreign reaches the interpreter.

    Raises
    ------
    MissingFile
        If nothing is there.
    ToolkitError
        If the file is damaged, or holds another graph.
    MissingPackage
        If ai-edge-litert is not installed.
    """
    schema = need("ai_edge_litert.schema_py_generated")
    data = read_model_file(path)
    known = _read_metadata(path, data)
    description = from_facts(path, "LiteRT", known)
    description.ports = step_ports(description)
    graph = Graph(schema, quantize=known.get("weight_type") == "int8")
    _add_step(graph, empty_weights(path, description, len(data)))
    model = graph.model("")
    take_numbers(path, schema, model, data)
    return description, pack(model)


def _read_metadata(path, data):
    try:
        with zipfile.ZipFile(io.BytesIO(data[-MOST_ARCHIVE:])) as files:
            entry = files.getinfo(METADATA)
            if entry.compress_type or entry.flag_bits & 1 or entry.file_size > MOST_TEXT:
                raise zipfile.BadZipFile("packed in another way than this package does")
            known = parse_text(files.read(entry))
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, EOFError) as error:
        raise ToolkitError(
            f"'{path}' is cut short, or is no LiteRT file of this package: it has no {METADATA}"
        ) from error
    if not isinstance(known, dict):
        raise ToolkitError(f"'{path}' is damaged: its {METADATA} holds no names and values")
    return known


class LiteRTRunner(Runner):
    """A ``.tflite`` file, run by ai-edge-litert with its plain kernels on one core.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    ToolkitError
        As :func:`read`.
    MissingPackage
        If ai-edge-litert is not installed.
    """

    engine = "ai-edge-litert"

    def __init__(self, path):
        litert = need("ai_edge_litert.interpreter")
        description, content = read(path)
        # without delegates: XNNPACK announces itself on the error stream
        kernels = litert.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
        interpreter = litert.Interpreter(
            model_content=content, num_threads=1, experimental_op_resolver_type=kernels
        )
        self._step = interpreter.get_signature_runner()
        super().__init__(path, description)

    def _run(self, window, hidden, cell):
        outputs = self._step(features=window[None], hiddenIn=hidden[None], cellIn=cell[None])
        return [outputs[name][0] for name in OUTPUTS]
