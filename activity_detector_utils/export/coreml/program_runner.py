"""Run the ML program of an ``.mlpackage`` in numpy: the operations that :mod:`.program` emits."""

from pathlib import Path

import numpy as np

from ...base.errors import ToolkitError
from ...networks.lstm import sigmoid
from ..base_runner import Runner
from .mil import read_value


class ProgramRunner(Runner):
    """An ML program, run in numpy.

    Parameters
    ----------
    path : str or Path
        The package's folder.
    proto : Model
    description : Description

    Raises
    ------
    ToolkitError
        If an operation, one of its settings or the operation set is unknown here, or weights are
        missing.
    """

    engine = "numpy"

    def __init__(self, path, proto, description):
        super().__init__(path, description)
        self._probability = f"{description.target}Probability"
        self._operations, constants, blobs = [], {}, _weights(path)
        for operation in _operations(path, proto):
            if operation.type == "const":
                value = read_value(path, operation.attributes["val"], blobs)
                constants[operation.outputs[0].name] = value
            else:
                self._operations.append(_compile(path, operation, constants))

    def _run(self, window, hidden, cell):
        names = self.description.features
        values = {name: window[:, number] for number, name in enumerate(names)}
        values["stateIn"] = np.concatenate([hidden, cell])
        for inputs, outputs, run in self._operations:
            arrays = {
                key: [values[name] for name in source]
                if isinstance(source, list)
                else values[source]
                for key, source in inputs.items()
            }
            values.update(zip(outputs, run(**arrays), strict=True))
        return values[self._probability].ravel(), *np.split(values["stateOut"], 2)


def _operations(path, proto):
    functions = proto.mlProgram.functions
    if "main" not in functions or functions["main"].opset != "CoreML5":
        found = {name: function.opset for name, function in functions.items()}
        raise ToolkitError(
            f"'{path}' has functions and operation sets {found}; only a 'main' of 'CoreML5' "
            "(iOS 15), as this package writes it, can be run here"
        )
    return functions["main"].block_specializations["CoreML5"].operations


def _weights(path):
    file = Path(path) / "Data/com.apple.CoreML/weights/weight.bin"
    if not file.is_file():
        raise ToolkitError(f"'{path}' holds no weights: '{file.name}' is missing")
    return file.read_bytes()


def _compile(path, operation, constants):
    """Inputs, outputs and function of an operation; its constant inputs are bound already."""
    if operation.type not in OPERATIONS:
        raise ToolkitError(
            f"'{path}': operation '{operation.type}' cannot be run here; known are "
            f"{', '.join(sorted(OPERATIONS))}"
        )
    make, known, fixed = OPERATIONS[operation.type]
    inputs, settings = {}, {}
    for key, binding in operation.inputs.items():
        names = [argument.name for argument in binding.arguments]
        if key == "classes":
            continue  # the description has them
        if names[0] in constants:
            settings[key] = constants[names[0]]
        else:
            inputs[key] = names if key == "values" else names[0]
    odd = {key for key in settings if key not in known}
    odd |= {key for key, value in fixed.items() if settings.get(key, value) != value}
    if odd:
        raise ToolkitError(
            f"'{path}': operation '{operation.type}' has settings {sorted(odd)} that cannot be run "
            f"here: { ({key: settings[key] for key in sorted(odd)}) }"
        )
    return inputs, [output.name for output in operation.outputs], make(settings)


def _concat(settings):
    return lambda values: (np.concatenate(values, axis=settings["axis"]),)


def _reshape(settings):
    return lambda x: (x.reshape(settings["shape"]),)


def _expand_dims(settings):
    return lambda x: (np.expand_dims(x, tuple(settings["axes"])),)


def _squeeze(settings):
    return lambda x: (np.squeeze(x, tuple(settings["axes"])),)


def _slice_by_index(settings):
    part = tuple(slice(b, e) for b, e in zip(settings["begin"], settings["end"], strict=True))
    return lambda x: (x[part],)


def _conv(settings):
    kernel, bias = settings["weight"], settings["bias"][:, None]
    (stride,) = settings["strides"]

    def run(x):
        windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[2], axis=2)
        windows = windows[:, :, ::stride]  # (batch, channel, place, kernel)
        filtered = np.tensordot(windows, kernel, axes=((1, 3), (1, 2)))
        return (np.moveaxis(filtered, -1, 1) + bias,)

    return run


def _relu(_):
    return lambda x: (np.maximum(x, 0),)


def _lstm(settings):
    weight_ih, weight_hh, bias = (settings[key] for key in ("weight_ih", "weight_hh", "bias"))

    def run(x, initial_h, initial_c):
        gates = x[0] @ weight_ih.T + initial_h @ weight_hh.T + bias
        i, f, o, candidate = np.split(gates, 4, axis=-1)
        cell = sigmoid(f) * initial_c + sigmoid(i) * np.tanh(candidate)
        hidden = sigmoid(o) * np.tanh(cell)
        return hidden[None], hidden, cell

    return run


def _linear(settings):
    return lambda x: (x @ settings["weight"].T + settings["bias"],)


def _batch_norm(settings):
    mean, variance, gamma, beta = (
        settings[key][:, None] for key in ("mean", "variance", "gamma", "beta")
    )
    scale = gamma / np.sqrt(variance + settings["epsilon"])
    return lambda x: ((x - mean) * scale + beta,)


def _softmax(settings):
    def run(x):
        exponentials = np.exp(x - x.max(axis=settings["axis"], keepdims=True))
        return (exponentials / exponentials.sum(axis=settings["axis"], keepdims=True),)

    return run


def _classify(_):
    return lambda probabilities: (None, probabilities)  # the label follows from these


LSTM_FIXED = {
    "direction": "forward",
    "output_sequence": False,
    "recurrent_activation": "sigmoid",
    "cell_activation": "tanh",
    "activation": "tanh",
}
CONV_FIXED = {"pad_type": "valid", "pad": [0, 0], "dilations": [1], "groups": 1}
OPERATIONS = {  # operation -> maker, settings it knows, settings that must have one value
    "batch_norm": (_batch_norm, {"mean", "variance", "gamma", "beta", "epsilon"}, {}),
    "classify": (_classify, set(), {}),
    "concat": (_concat, {"axis", "interleave"}, {"interleave": False}),
    "conv": (_conv, {"weight", "bias", "strides", *CONV_FIXED}, CONV_FIXED),
    "expand_dims": (_expand_dims, {"axes"}, {}),
    "linear": (_linear, {"weight", "bias"}, {}),
    "lstm": (_lstm, {"weight_ih", "weight_hh", "bias", *LSTM_FIXED}, LSTM_FIXED),
    "relu": (_relu, set(), {}),
    "reshape": (_reshape, {"shape"}, {}),
    "slice_by_index": (_slice_by_index, {"begin", "end"}, {}),
    "softmax": (_softmax, {"axis"}, {}),
    "squeeze": (_squeeze, {"axes"}, {}),
}
