"""The network in numpy: one step from a window and a state to probabilities and the next state.

    window -> convolution 64, ReLU -> LSTM 200 -> dense 128 -> batch norm, ReLU -> dense, softmax

The convolution's stride equals its kernel, the window: it sees each window once, so one
window is one step of the LSTM. Training (Keras) fills the weights; prediction, streaming and
export read them.
"""

import numpy as np

from ..base.arguments import LARGEST_SAMPLE
from ..base.errors import ToolkitError
from ..windows import CHUNK_WINDOWS, chunk_lengths

N_FILTERS = 64
N_UNITS = 200
N_DENSE = 128
BATCH_NORM_EPSILON = 1e-3
STATE_SIZE = 2 * N_UNITS  # hidden and cell vector, one after the other
# Gates along the last axis: input, forget, cell candidate, output. Ours is Keras' order.
GATE_ORDERS = {"keras": "ifco", "onnx": "iofc", "coreml": "ifoc"}
# Sequences that run side by side, and windows in memory at once: 5 KB a window, 26 MB in all.
SEQUENCES_AT_ONCE = 256
WINDOWS_AT_ONCE = SEQUENCES_AT_ONCE * CHUNK_WINDOWS


def weight_shapes(prediction_window, n_features, n_classes):
    """Names and shapes of the weights, in Keras' layouts.

    LSTM gates lie side by side in Keras' order: input, forget, cell candidate, output.

    Returns
    -------
    dict of str to tuple of int
    """
    return {
        "conv_kernel": (prediction_window, n_features, N_FILTERS),
        "conv_bias": (N_FILTERS,),
        "lstm_kernel": (N_FILTERS, 4 * N_UNITS),
        "lstm_recurrent_kernel": (N_UNITS, 4 * N_UNITS),
        "lstm_bias": (4 * N_UNITS,),
        "dense_kernel": (N_UNITS, N_DENSE),
        "dense_bias": (N_DENSE,),
        "norm_gamma": (N_DENSE,),
        "norm_beta": (N_DENSE,),
        "norm_mean": (N_DENSE,),
        "norm_variance": (N_DENSE,),
        "output_kernel": (N_DENSE, n_classes),
        "output_bias": (n_classes,),  # zeros, except in models read from Turi Create 5.x
    }


def reorder_gates(array, order):
    """Put the gates along the last axis from our order into another one of ``GATE_ORDERS``."""
    gates = dict(zip(GATE_ORDERS["keras"], np.split(array, 4, axis=-1), strict=True))
    return np.concatenate([gates[gate] for gate in GATE_ORDERS[order]], axis=-1)


def sigmoid(x):
    """Logistic function, written with tanh so that large values cannot overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def softmax(logits):
    """Probabilities over the last axis."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


class Network:
    """Weights and the arithmetic that turns windows into probabilities.

    Parameters
    ----------
    weights : dict of str to ndarray
        As :func:`weight_shapes` names them; kept as float32.

    Raises
    ------
    ToolkitError
        If a weight is missing, has another shape, holds a value that is not finite or is so large
        that a sample overflows.
    """

    def __init__(self, weights):
        self.weights = check_weights(weights)
        w = self.weights
        self.prediction_window, self.n_features = w["conv_kernel"].shape[:2]
        self.n_classes = w["output_kernel"].shape[1]
        self._conv = w["conv_kernel"].reshape(-1, N_FILTERS)
        self._dense, self._dense_bias = fold_batch_norm(w)
        self._check_range()

    def zero_state(self, n_sequences=1):
        """State of new sequences: hidden and cell, zeros of shape (n_sequences, 200)."""
        shape = (n_sequences, N_UNITS)
        return np.zeros(shape, np.float32), np.zeros(shape, np.float32)

    def step(self, windows, hidden, cell):
        """Take one window of each sequence and the state; return probabilities and the new state.

        Parameters
        ----------
        windows : ndarray of float32, shape (n_sequences, prediction_window, n_features)
        hidden, cell : ndarray of float32, shape (n_sequences, 200)

        Returns
        -------
        probabilities : ndarray of shape (n_sequences, n_classes)
        hidden, cell : ndarray of shape (n_sequences, 200)
        """
        hidden, cell = self.recur(self.gate_inputs(windows), hidden, cell)
        return self.classify_hidden(hidden), hidden, cell

    def gate_inputs(self, windows):
        """Convolve windows and project them onto the gates: what the LSTM needs of the input.

        Returns
        -------
        ndarray of shape (n_windows, 800)
        """
        w = self.weights
        filtered = windows.reshape(len(windows), -1) @ self._conv + w["conv_bias"]
        return np.maximum(filtered, 0) @ w["lstm_kernel"] + w["lstm_bias"]

    def gates(self, gate_inputs, hidden):
        """Input, forget, candidate and output gate of one step, each of shape (n, 200)."""
        gates = gate_inputs + hidden @ self.weights["lstm_recurrent_kernel"]
        i, f, candidate, o = gates.reshape(-1, 4, N_UNITS).swapaxes(0, 1)
        return sigmoid(i), sigmoid(f), np.tanh(candidate), sigmoid(o)

    def recur(self, gate_inputs, hidden, cell):
        """Update the state by one step; return the new hidden and cell vectors."""
        i, f, candidate, o = self.gates(gate_inputs, hidden)
        cell = f * cell + i * candidate
        return o * np.tanh(cell), cell

    def classify_hidden(self, hidden):
        """Return class probabilities for hidden vectors; ``hidden`` has shape (..., 200)."""
        w = self.weights
        dense = np.maximum(hidden @ self._dense + self._dense_bias, 0)
        return softmax(dense @ w["output_kernel"] + w["output_bias"])

    def predict_sessions(self, windows, windows_per_session, carry_state=False):
        """Class probabilities for the windows of whole sessions.

        Parameters
        ----------
        windows : ndarray of float32, shape (n_windows, prediction_window, n_features)
            Session by session, in time order.
        windows_per_session : array-like of int, shape (n_sessions,)
        carry_state : bool
            Carry the state through each session, as an app does. By default the state starts
            anew every 20 windows, as in training and in Turi Create.

        Returns
        -------
        ndarray of float32, shape (n_windows, n_classes)
        """
        lengths = np.asarray(windows_per_session, dtype=np.int64)
        if not carry_state:
            lengths = chunk_lengths(lengths)
        starts = np.cumsum(lengths) - lengths
        probabilities = np.empty((len(windows), self.n_classes), np.float32)
        for first in range(0, len(lengths), SEQUENCES_AT_ONCE):
            part = slice(first, first + SEQUENCES_AT_ONCE)
            self._predict_sequences(windows, starts[part], lengths[part], probabilities)
        return probabilities

    def check_state(self, hidden, cell):
        """Return a state as float32, or raise ToolkitError if no sequence can have led to it."""
        hidden, cell = (np.asarray(array, np.float32) for array in (hidden, cell))
        for name, array in (("hidden", hidden), ("cell", cell)):
            if array.ndim != 2 or array.shape[1] != N_UNITS or not np.isfinite(array).all():
                raise ToolkitError(f"{name} must be {N_UNITS} finite numbers for each sequence")
        if (np.abs(hidden) > 1).any():
            raise ToolkitError("hidden must be from -1 to 1")
        return hidden, cell

    def _predict_sequences(self, windows, starts, lengths, probabilities):
        """Fill in the probabilities of sequences that run side by side, each from zeros.

        They advance together, as many steps at a time as fit in memory.
        """
        hidden, cell = self.zero_state(len(lengths))
        n_steps = max(1, WINDOWS_AT_ONCE // max(1, len(lengths)))
        for first in range(0, max(lengths, default=0), n_steps):
            counts = np.clip(lengths - first, 0, n_steps)  # 0: a shorter sequence has ended
            places = np.cumsum(counts) - counts
            rows = np.arange(counts.sum()) + np.repeat(starts + first - places, counts)
            inputs = self.gate_inputs(windows[rows])
            states = np.empty((len(rows), N_UNITS), np.float32)
            for step in range(counts.max()):
                running = np.flatnonzero(counts > step)
                now = places[running] + step
                state = self.recur(inputs[now], hidden[running], cell[running])
                hidden[running], cell[running] = state
                states[now] = hidden[running]
            probabilities[rows] = self.classify_hidden(states)

    def _check_range(self):
        """Raise ToolkitError for weights with which a sample in range would overflow."""
        w = {name: np.abs(value, dtype=float) for name, value in self.weights.items()}
        window = LARGEST_SAMPLE * np.abs(self._conv, dtype=float).sum(axis=0) + w["conv_bias"]
        gates = window @ w["lstm_kernel"] + w["lstm_recurrent_kernel"].sum(axis=0) + w["lstm_bias"]
        dense = np.abs(self._dense, dtype=float).sum(axis=0) + np.abs(self._dense_bias)
        largest = {"LSTM": gates, "output": dense @ w["output_kernel"] + w["output_bias"]}
        for layer, value in largest.items():
            if not value.max() < np.finfo(np.float32).max:
                raise ToolkitError(
                    f"weights are too large: samples of up to {LARGEST_SAMPLE:g} would overflow "
                    f"in the {layer} layer"
                )


def fold_batch_norm(weights):
    """Kernel and bias of the dense layer with the batch norm after it, which is linear.

    Parameters
    ----------
    weights : dict of str to ndarray
        As :func:`weight_shapes` names them.

    Returns
    -------
    kernel : ndarray of shape (200, 128)
    bias : ndarray of shape (128,)
    """
    w = weights
    with np.errstate(over="ignore"):  # Network refuses what is infinite then
        scale = w["norm_gamma"] / np.sqrt(w["norm_variance"] + BATCH_NORM_EPSILON)
    return w["dense_kernel"] * scale, (w["dense_bias"] - w["norm_mean"]) * scale + w["norm_beta"]


def check_weights(weights):
    """Return the weights as float32, or raise the error that names the first bad one."""
    if "conv_kernel" not in weights or np.ndim(weights["conv_kernel"]) != 3:
        raise ToolkitError(
            "weights need 'conv_kernel' of shape (prediction_window, n_features, 64)"
        )
    if np.ndim(weights.get("output_kernel")) != 2:
        raise ToolkitError("weights need 'output_kernel' of shape (128, n_classes)")
    window, n_features, _ = np.shape(weights["conv_kernel"])
    shapes = weight_shapes(window, n_features, np.shape(weights["output_kernel"])[1])
    checked = {}
    for name, shape in shapes.items():
        if name not in weights:
            raise ToolkitError(f"weight '{name}' is missing; a network needs {sorted(shapes)}")
        value = np.ascontiguousarray(weights[name], dtype=np.float32)
        if value.shape != shape:
            raise ToolkitError(f"weight '{name}' has shape {value.shape}; it must have {shape}")
        if not np.isfinite(value).all():
            raise ToolkitError(f"weight '{name}' holds values that are not finite")
        checked[name] = value
    if (checked["norm_variance"] < 0).any():
        raise ToolkitError("weight 'norm_variance' is negative; no numbers vary so")
    return checked
