"""Run a Core ML neural network in numpy, layer by layer, as Apple's format description says.

It reads the file, not the model it came from: it shows what the file computes. Arrays have four
axes: sequence, channel, height, width.
"""

import numpy as np

from ...base.errors import ToolkitError
from ...networks.lstm import GATE_ORDERS, sigmoid
from ..base_runner import Runner
from .neural_network import GATE_NAMES
from .proto import floats

GATES = [GATE_NAMES[gate] for gate in GATE_ORDERS["coreml"]]  # the sigmoids first


class NetworkRunner(Runner):
    """A neuralNetworkClassifier, run in numpy.

    Parameters
    ----------
    path : Path
    proto : Model
        Its layers are connected and sized as :func:`.layers.check_layers` demands.
    description : Description

    Raises
    ------
    ToolkitError
        If a layer is of a type or has a setting that this runner does not know.
    """

    engine = "numpy"

    def __init__(self, path, proto, description):
        super().__init__(path, description)
        self._one_state = any(port.name == "stateIn" for port in description.ports)
        self._probability = proto.neuralNetworkClassifier.labelProbabilityLayerName
        self._layers = [
            (list(layer.input), list(layer.output), _compile(path, layer))
            for layer in proto.neuralNetworkClassifier.layers
        ]

    def _run(self, window, hidden, cell):
        if self._one_state:
            blobs = {
                name: _vector(window[:, number])
                for number, name in enumerate(self.description.features)
            }
            blobs["stateIn"] = _vector(np.concatenate([hidden, cell]))
        else:
            blobs = {"features": window[None, None]}
            blobs |= {"hiddenIn": _vector(hidden), "cellIn": _vector(cell)}
        for inputs, outputs, layer in self._layers:
            results = layer(*(blobs[name] for name in inputs))
            blobs.update(zip(outputs, results, strict=True))
        return blobs[self._probability].ravel(), *self._state(blobs)

    def _state(self, blobs):
        if self._one_state:
            return np.split(blobs["stateOut"].ravel(), 2)
        return blobs["hiddenOut"].ravel(), blobs["cellOut"].ravel()


def _vector(values):
    return values.reshape(1, -1, 1, 1)


def _compile(path, layer):
    """Function from a layer's input arrays to the tuple of its output arrays."""
    kind = layer.WhichOneof("layer")
    if kind not in COMPILERS:
        known = ", ".join(sorted(COMPILERS))
        raise ToolkitError(
            f"'{path}': layer '{layer.name}' is of type {kind}, which cannot be run here; "
            f"known types: {known}"
        )
    try:
        return COMPILERS[kind](getattr(layer, kind))
    except ToolkitError as error:
        raise ToolkitError(f"'{path}', layer '{layer.name}' ({kind}): {error}") from error


def _refuse(condition, what):
    if condition:
        raise ToolkitError(f"{what} cannot be run here")


def _concat(params):
    _refuse(params.sequenceConcat, "joining along the sequence")
    return lambda *arrays: (np.concatenate(arrays, axis=1),)


def _reshape(params):
    _refuse(params.mode != params.CHANNEL_FIRST, "a channel-last reshape")
    shape = tuple(params.targetShape)
    return lambda array: (array.reshape(shape if len(shape) == 4 else (1, *shape)),)


def _permute(params):
    axes = tuple(params.axis)
    return lambda array: (array.transpose(axes),)


def _slice(params):
    _refuse(params.axis != params.CHANNEL_AXIS, "a slice along height or width")
    part = slice(params.startIndex, params.endIndex, params.stride)
    return lambda array: (array[:, part],)


def _convolution(params):
    _refuse(params.isDeconvolution or params.nGroups > 1, "a transposed or grouped convolution")
    _refuse(any(factor != 1 for factor in params.dilationFactor), "a dilated convolution")
    borders = params.valid.paddingAmounts.borderAmounts
    _refuse(params.WhichOneof("ConvolutionPaddingType") != "valid", "padding other than 'valid'")
    _refuse(any(b.startEdgeSize or b.endEdgeSize for b in borders), "a padded convolution")
    kernel_size, (down, right) = tuple(params.kernelSize), params.stride
    kernel = floats(
        params.weights.floatValue, (params.outputChannels, params.kernelChannels, *kernel_size)
    )
    bias = _bias(params)[:, None, None]

    def run(array):
        windows = np.lib.stride_tricks.sliding_window_view(array, kernel_size, axis=(2, 3))
        windows = windows[:, :, ::down, ::right]  # (sequence, channel, height, width, *kernel)
        filtered = np.tensordot(windows, kernel, axes=((1, 4, 5), (1, 2, 3)))
        return (np.moveaxis(filtered, -1, 1) + bias,)

    return run


def _activation(params):
    functions = {"ReLU": lambda x: np.maximum(x, 0), "tanh": np.tanh, "sigmoid": sigmoid}
    kind = params.WhichOneof("NonlinearityType")
    _refuse(kind not in functions, f"activation {kind}")
    return lambda array: (functions[kind](array),)


def _lstm(params):
    activations = [a.WhichOneof("NonlinearityType") for a in params.activations]
    _refuse(activations != ["sigmoid", "tanh", "tanh"], f"an LSTM with activations {activations}")
    special = ("sequenceOutput", "forgetBias", "hasPeepholeVectors", "coupledInputAndForgetGate")
    used = [name for name in special if getattr(params.params, name)]
    _refuse(used or params.reverseInput, f"an LSTM with {used or ['reverseInput']}")
    n_units, clip = params.outputVectorSize, params.params.cellClipThreshold

    def stack(kind, *shape):
        parts = [getattr(params.weightParams, gate + kind).floatValue for gate in GATES]
        return np.concatenate([floats(part, (n_units, *shape)) for part in parts])

    input_matrix, recursion_matrix = (
        stack("WeightMatrix", params.inputVectorSize),
        stack("RecursionMatrix", n_units),
    )
    bias = stack("BiasVector") if params.params.hasBiasVectors else 0

    def run(array, hidden, cell):
        gates = input_matrix @ array.ravel() + recursion_matrix @ hidden.ravel() + bias
        i, f, o = np.split(sigmoid(gates[: 3 * n_units]), 3)
        cell = np.clip(f * cell.ravel() + i * np.tanh(gates[3 * n_units :]), -clip, clip)
        hidden = _vector(o * np.tanh(cell))
        return hidden, hidden, _vector(cell)

    return run


def _inner_product(params):
    shape = (params.outputChannels, params.inputChannels)
    matrix, bias = floats(params.weights.floatValue, shape), _bias(params)
    return lambda array: (_vector(matrix @ array.ravel() + bias),)


def _batchnorm(params):
    _refuse(params.computeMeanVar or params.instanceNormalization, "an instance normalization")
    gamma, beta, mean, variance = (
        _vector(floats(getattr(params, name).floatValue, (params.channels,)))
        for name in ("gamma", "beta", "mean", "variance")
    )
    scale = gamma / np.sqrt(variance + np.float32(params.epsilon))
    return lambda array: ((array - mean) * scale + beta,)


def _softmax(_):
    def run(array):
        exponentials = np.exp(array - array.max(axis=1, keepdims=True))
        return (exponentials / exponentials.sum(axis=1, keepdims=True),)

    return run


def _bias(params):
    if not params.hasBias:
        return np.zeros(params.outputChannels, np.float32)
    return floats(params.bias.floatValue, (params.outputChannels,))


COMPILERS = {
    "activation": _activation,
    "batchnorm": _batchnorm,
    "concat": _concat,
    "convolution": _convolution,
    "innerProduct": _inner_product,
    "permute": _permute,
    "reshape": _reshape,
    "slice": _slice,
    "softmax": _softmax,
    "uniDirectionalLSTM": _lstm,
}
