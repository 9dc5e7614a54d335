"""The weights in training: one long vector, the first values of its parts, and what they become.

Training keeps a weight as ``(outputs, inputs)``, so that a layer is ``W @ x + b`` with a window a
column, and joins what one product can serve. The finished network (:mod:`.lstm`) keeps it as
Keras does, ``(inputs, outputs)``.
"""

import numpy as np

from .lstm import N_DENSE, N_FILTERS, N_UNITS

N_JOINT = N_FILTERS + 1 + N_UNITS  # what the gates see: filters, a 1, and the last hidden vector
# Gates in training: the three sigmoids side by side, then the candidate. Keras has it third.
GATES = ("input", "forget", "output", "candidate")
KERAS_GATES = ("input", "forget", "candidate", "output")


def trained_shapes(window_size, n_classes):
    """Names and shapes of the weights that have a gradient.

    ``lstm`` joins kernel, bias and recurrent kernel. The dense layer has no bias: batch
    normalisation would take it away again.

    Parameters
    ----------
    window_size : int
        Numbers in a window: samples times features.
    n_classes : int

    Returns
    -------
    dict of str to tuple of int
    """
    return {
        "conv": (N_FILTERS, window_size),
        "conv_bias": (N_FILTERS, 1),
        "lstm": (4 * N_UNITS, N_JOINT),
        "dense": (N_DENSE, N_UNITS),
        "norm_gamma": (N_DENSE, 1),
        "norm_beta": (N_DENSE, 1),
        "output": (n_classes, N_DENSE),
    }


STATISTICS = {"norm_mean": (N_DENSE, 1), "norm_variance": (N_DENSE, 1)}


def views(flat, shapes):
    """Name the parts of a vector: a dict of arrays that share its memory, one after another."""
    parts, start = {}, 0
    for name, shape in shapes.items():
        end = start + int(np.prod(shape))
        parts[name] = flat[start:end].reshape(shape)
        start = end
    return parts


def size_of(shapes):
    """Numbers that arrays of these shapes hold together."""
    return sum(int(np.prod(shape)) for shape in shapes.values())


def fill_first(weights, prediction_window, rng):
    """Fill weights with the random values that a training starts from.

    Glorot's uniform values, an orthogonal recurrent kernel, and a forget gate that starts open
    (bias 1): what Keras does by itself.

    Parameters
    ----------
    weights : dict of str to ndarray
        As :func:`trained_shapes` and ``STATISTICS`` name them.
    prediction_window : int
    rng : numpy.random.Generator
    """
    for weight in weights.values():
        weight[:] = 0
    features = weights["conv"].shape[1] // prediction_window
    fans = (prediction_window * features, prediction_window * N_FILTERS)
    _fill_uniform(weights["conv"], *fans, rng)
    lstm = weights["lstm"]
    _fill_uniform(lstm[:, :N_FILTERS], N_FILTERS, 4 * N_UNITS, rng)
    lstm[:, N_FILTERS + 1 :] = np.linalg.qr(rng.normal(size=(4 * N_UNITS, N_UNITS)))[0]
    lstm[N_UNITS : 2 * N_UNITS, N_FILTERS] = 1
    _fill_uniform(weights["dense"], N_UNITS, N_DENSE, rng)
    weights["norm_gamma"][:] = 1
    weights["norm_variance"][:] = 1
    _fill_uniform(weights["output"], N_DENSE, len(weights["output"]), rng)


def to_network(weights, prediction_window):
    """Copy weights into the names and layouts of :func:`.network.weight_shapes`.

    Parameters
    ----------
    weights : dict of str to ndarray
        As :func:`trained_shapes` and ``STATISTICS`` name them.
    prediction_window : int

    Returns
    -------
    dict of str to ndarray of float32
    """
    w = weights
    gates = w["lstm"].reshape(len(GATES), N_UNITS, N_JOINT)
    joint = np.concatenate([gates[GATES.index(gate)] for gate in KERAS_GATES]).T
    return {
        "conv_kernel": w["conv"].T.reshape(prediction_window, -1, N_FILTERS).copy(),
        "conv_bias": w["conv_bias"].ravel().copy(),
        "lstm_kernel": joint[:N_FILTERS].copy(),
        "lstm_recurrent_kernel": joint[N_FILTERS + 1 :].copy(),
        "lstm_bias": joint[N_FILTERS].copy(),
        "dense_kernel": w["dense"].T.copy(),
        "dense_bias": np.zeros(N_DENSE, np.float32),
        **{
            name: w[name].ravel().copy()
            for name in ("norm_gamma", "norm_beta", "norm_mean", "norm_variance")
        },
        "output_kernel": w["output"].T.copy(),
        "output_bias": np.zeros(len(w["output"]), np.float32),
    }


def _fill_uniform(weight, fan_in, fan_out, rng):
    """Glorot's choice: neither forward nor backward do numbers grow or fade at the start."""
    limit = np.sqrt(6 / (fan_in + fan_out))
    weight[:] = rng.uniform(-limit, limit, weight.shape)
