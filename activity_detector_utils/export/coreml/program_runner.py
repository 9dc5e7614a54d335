"""Run the ML program of an ``.mlpackage`` in numpy: the operations that :mod:`.program` emits."""

import numpy as np

from ...networks.lstm import sigmoid
from ..base_runner import Runner
from .mil import operations, read_value, shape_of
from .program import read_weights


class ProgramRunner(Runner):
    """An ML program, run in numpy.

    Parameters
    ----------
    path : str or Path
        The package's folder.
    proto : Model
        Its program is the one that :func:`.program.check_program` demands.
    description : Description
    """

    engine = "numpy"

    def __init__(self, path, proto, description):
        super().__init__(path, description)
        self._probability = f"{description.target}Probability"
        self._operations, constants, blobs = [], {}, read_weights(path)
        for operation in operations(path, proto.mlProgram):
            if operation.type == "const":
                value = operation.attributes["val"]
                constants[operation.outputs[0].name] = read_value(
                    path, value, blobs, shape_of(value)
                )
            else:
                self._operations.append(_compile(operation, constants))

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


def _compile(operation, constants):
    """Inputs, outputs and function of an operation; its constant inputs are bound already."""
    inputs, settings = {}, {}
    for key, binding in operation.inputs.items():
        names = [argument.name for argument in binding.arguments]
        if key == "classes":
            continue  # the description has them
        if names[0] in constants:
            settings[key] = constants[names[0]]
        else:
            inputs[key] = names if key == "values" else names[0]
    outputs = [output.name for output in operation.outputs]
    return inputs, outputs, OPERATIONS[operation.type](settings)


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


OPERATIONS = {
    "batch_norm": _batch_norm,
    "classify": _classify,
    "concat": _concat,
    "conv": _conv,
    "expand_dims": _expand_dims,
    "linear": _linear,
    "lstm": _lstm,
    "relu": _relu,
    "reshape": _reshape,
    "slice_by_index": _slice_by_index,
    "softmax": _softmax,
    "squeeze": _squeeze,
}
