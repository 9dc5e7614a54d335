"""The network in numpy: one step from a window and a state to probabilities and the next state.

    window -> convolution 64, ReLU -> LSTM 200 -> dense 128 -> batch norm, ReLU -> dense, softmax

The convolution's stride equals its kernel, the window: it sees each window once, so one
window is one step of the LSTM. Training (Keras) fills the weights; prediction, streaming and
export read them.
"""

import numpy as np

from ..base.errors import ToolkitError
from ..windows import chunk_lengths

N_FILTERS = 64
N_UNITS = 200
N_DENSE = 128
BATCH_NORM_EPSILON = 1e-3
STATE_SIZE = 2 * N_UNITS  # hidden and cell vector, one after the other
# Gates along the last axis: input, forget, cell candidate, output. Ours is Keras' order.
GATE_ORDERS = {"keras": "ifco", "onnx": "iofc", "coreml": "ifoc"}


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
        If a weight is missing, has another shape or holds a value that is not finite.
    """

    def __init__(self, weights):
        self.weights = check_weights(weights)
        w = self.weights
        self.prediction_window, self.n_features = w["conv_kernel"].shape[:2]
        self.n_classes = w["output_kernel"].shape[1]
        self._conv = w["conv_kernel"].reshape(-1, N_FILTERS)
        # Batch norm is linear at prediction time: fold it into the dense layer before it.
        scale = w["norm_gamma"] / np.sqrt(w["norm_variance"] + BATCH_NORM_EPSILON)
        self._dense = w["dense_kernel"] * scale
        self._dense_bias = (w["dense_bias"] - w["norm_mean"]) * scale + w["norm_beta"]

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
        return self.classify_hidden(self._hidden_vectors(windows, lengths))

    def _hidden_vectors(self, windows, lengths):
        """Hidden vector after each window; each sequence starts from the zero state."""
        inputs = self.gate_inputs(windows)
        starts = np.cumsum(lengths) - lengths
        hidden, cell = self.zero_state(len(lengths))
        states = np.empty((len(windows), N_UNITS), np.float32)
        for t in range(max(lengths, default=0)):
            running = np.flatnonzero(lengths > t)  # shorter sequences have ended
            rows = starts[running] + t
            new_hidden, new_cell = self.recur(inputs[rows], hidden[running], cell[running])
            hidden[running], cell[running] = new_hidden, new_cell
            states[rows] = new_hidden
        return states


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
    return checked
