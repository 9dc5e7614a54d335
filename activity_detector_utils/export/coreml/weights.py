"""Read the weights of a ``.mlmodel`` that Turi Create or this package wrote."""

import numpy as np

from ...base.errors import ToolkitError
from ...networks.lstm import N_UNITS
from .network_runner import NetworkRunner
from .neural_network import GATES, build_network
from .proto import floats

TOLERANCE = 1e-6  # the same arithmetic on the same weights


def read_weights(path, proto, description, layout):
    """Weights in Keras' layouts, proved by running them against the file's own layers.

    Parameters
    ----------
    path : str or Path
        For errors.
    proto : Model
        Checked by :func:`.layers.check_layers`.
    description : Description
    layout : {'turi6', 'turi5'}

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    ToolkitError
        If a layer holds another number of weights, or is configured differently.
    """
    weights = _collect(_by_kind(proto.neuralNetworkClassifier.layers), description)
    rebuilt = build_network(
        weights, description.features, description.classes, description.target, layout
    )
    difference = _compare(path, description, proto, rebuilt)
    if not difference <= TOLERANCE:
        raise ToolkitError(
            f"'{path}' has the layers of a Turi Create activity classifier, but computes something "
            f"else (probabilities or state differ by {difference:.2g}): they are connected or "
            "configured in another way"
        )
    return weights


def _by_kind(layers):
    """Settings of the layers: kind -> one each, in order."""
    found = {}
    for layer in layers:
        kind = layer.WhichOneof("layer")
        found.setdefault(kind, []).append(getattr(layer, kind))
    return found


def _collect(layers, description):
    (conv,), (lstm,), (norm,) = (
        layers[kind] for kind in ("convolution", "uniDirectionalLSTM", "batchnorm")
    )
    dense, output = layers["innerProduct"]
    n_units, n_features = lstm.outputVectorSize, len(description.features)
    kernel = floats(
        conv.weights.floatValue, (conv.outputChannels, n_features, description.prediction_window)
    )
    return {
        "conv_kernel": kernel.transpose(2, 1, 0),
        "conv_bias": floats(conv.bias.floatValue, (conv.outputChannels,)),
        "lstm_kernel": _gates(lstm, "WeightMatrix", (n_units, lstm.inputVectorSize)),
        "lstm_recurrent_kernel": _gates(lstm, "RecursionMatrix", (n_units, n_units)),
        "lstm_bias": _gates(lstm, "BiasVector", (n_units,)),
        "dense_kernel": _kernel(dense),
        "dense_bias": _bias(dense),
        **{
            f"norm_{name}": floats(getattr(norm, name).floatValue, (norm.channels,))
            for name in ("gamma", "beta", "mean", "variance")
        },
        "output_kernel": _kernel(output),
        "output_bias": _bias(output),
    }


def _gates(lstm, kind, shape):
    parts = [floats(getattr(lstm.weightParams, gate + kind).floatValue, shape).T for gate in GATES]
    return np.concatenate(parts, axis=-1)


def _kernel(dense):
    return floats(dense.weights.floatValue, (dense.outputChannels, dense.inputChannels)).T


def _bias(dense):
    if not dense.hasBias:
        return np.zeros(dense.outputChannels, np.float32)
    return floats(dense.bias.floatValue, (dense.outputChannels,))


def _compare(path, description, original, rebuilt):
    """Largest difference of two networks over a few windows of noise, state carried."""
    rng = np.random.default_rng(0)
    shape = (3, description.prediction_window, len(description.features))
    runners = [NetworkRunner(path, proto, description) for proto in (original, rebuilt)]
    state = tuple(rng.normal(0, 0.5, (2, N_UNITS)).astype(np.float32))
    states, difference = [state, state], 0.0
    for window in rng.normal(0, 1, shape).astype(np.float32):
        results = [
            runner.step(window, state) for runner, state in zip(runners, states, strict=True)
        ]
        states = [state for _, state in results]
        values = [np.concatenate([probabilities, *state]) for probabilities, state in results]
        difference = np.maximum(difference, np.abs(values[0] - values[1]).max())  # keeps NaN
    return difference
