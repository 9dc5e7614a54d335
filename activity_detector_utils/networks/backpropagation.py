"""The network in training: forward, and the gradient of every weight backward.

The same network as in :mod:`.lstm`, in the same words, for many chunks beside each other. Three
habits make it short and fast:

- **A column is a window**: arrays have shape (numbers, windows), and a layer is ``W @ x + b``.
- **Only real windows have a column**. The chunks of a batch are sorted, longest first, so the
  chunks that still run at a step are the first ones, and padding exists nowhere.
- The windows of one step of the LSTM are neighbours: the columns ``start:end`` of a step.

A gradient ``dx`` says how the loss changes with ``x`` and has the shape of ``x``.
"""

import numpy as np

from .lstm import BATCH_NORM_EPSILON, N_FILTERS, N_UNITS, softmax
from .trained_weights import N_JOINT

# What the gates see, row by row: the filters, a 1 for the bias, and the last hidden vector.
FILTERS, ONE, LAST = slice(0, N_FILTERS), N_FILTERS, slice(N_FILTERS + 1, N_JOINT)
SIGMOIDS = slice(0, 3 * N_UNITS)  # of the gates, as GATES names them; the candidate is last
CANDIDATE = slice(3 * N_UNITS, 4 * N_UNITS)
INPUT, FORGET, OUTPUT = (slice(n * N_UNITS, (n + 1) * N_UNITS) for n in range(3))


class Backpropagation:
    """One batch forward and backward.

    Parameters
    ----------
    weights : dict of str to ndarray of float32
        As :func:`trained_shapes` names them, and ``norm_mean``, ``norm_variance`` for
        :meth:`predict`. Whoever changes them changes the network.
    gradients : dict of str to ndarray of float32
        :meth:`backward` fills these arrays.
    """

    def __init__(self, weights, gradients):
        self.weights = weights
        self.gradients = gradients
        self._buffers = {}

    def predict(self, windows, running):
        """Class probabilities without dropout and by the running statistics of batch norm.

        Parameters
        ----------
        windows : ndarray of float32, shape (n_windows, window_size)
            The windows of the first step, of the second step and so on.
        running : ndarray of int, shape (n_steps,)
            Chunks that have a window at each step; never more than at the step before.

        Returns
        -------
        ndarray of float32, shape (n_classes, n_windows)
        """
        w = self.weights
        hidden = self._hidden(windows, running, None)
        deviation = np.sqrt(w["norm_variance"] + BATCH_NORM_EPSILON)
        normal = (w["dense"] @ hidden - w["norm_mean"]) / deviation
        active = np.maximum(w["norm_gamma"] * normal + w["norm_beta"], 0)
        return softmax((w["output"] @ active).T).T

    def forward(self, windows, running, masks):
        """Class probabilities in training, with dropout and the statistics of this batch.

        Parameters
        ----------
        windows, running
            As in :meth:`predict`.
        masks : tuple of two ndarrays
            Dropout after the convolution (64, n_windows) and after the dense layer
            (128, n_windows): 0 for what is dropped, and for what is kept the factor that makes up
            for it.

        Returns
        -------
        probabilities : ndarray of float32, shape (n_classes, n_windows)
        mean, variance : ndarray of float32, shape (128, 1)
            Of this batch, for the running statistics.
        """
        w = self.weights
        self.windows, self.running, self.masks = windows, running, masks
        self.hidden = self._hidden(windows, running, masks[0])
        dense = w["dense"] @ self.hidden
        mean = dense.mean(axis=1, keepdims=True)
        dense -= mean
        variance = np.square(dense).mean(axis=1, keepdims=True)
        self.deviation = np.sqrt(variance + BATCH_NORM_EPSILON)
        dense /= self.deviation
        self.normal = dense
        self.active = np.maximum(w["norm_gamma"] * dense + w["norm_beta"], 0)
        self.active *= masks[1]
        return softmax((w["output"] @ self.active).T).T, mean, variance

    def backward(self, dlogits):
        """Fill the gradients of the weights, given that of the logits (n_classes, n_windows)."""
        w, g = self.weights, self.gradients
        np.matmul(dlogits, self.active.T, out=g["output"])
        dnormal = w["output"].T @ dlogits
        dnormal *= self.masks[1]
        dnormal *= self.active > 0
        np.multiply(dnormal, self.normal).sum(axis=1, keepdims=True, out=g["norm_gamma"])
        dnormal.sum(axis=1, keepdims=True, out=g["norm_beta"])
        # The mean and the deviation of the batch move with every window: take their share off.
        n = len(self.windows)
        ddense = dnormal
        ddense -= g["norm_beta"] / n
        ddense -= self.normal * (g["norm_gamma"] / n)
        ddense *= w["norm_gamma"] / self.deviation
        np.matmul(ddense, self.hidden.T, out=g["dense"])
        dfilters = self._lstm_backward(w["dense"].T @ ddense)
        dfilters *= self.masks[0]
        dfilters *= self.joint[FILTERS] > 0
        np.matmul(dfilters, self.windows, out=g["conv"])
        dfilters.sum(axis=1, keepdims=True, out=g["conv_bias"])

    def _hidden(self, windows, running, mask):
        """Hidden vector after each window, shape (200, n_windows)."""
        w, n = self.weights, len(windows)
        joint = self.joint = self._buffer("joint", N_JOINT, n)
        filters, joint[ONE] = joint[FILTERS], 1
        np.matmul(w["conv"], windows.T, out=filters)
        filters += w["conv_bias"]
        np.maximum(filters, 0, out=filters)
        if mask is not None:
            filters *= mask
        return self._lstm_forward(running)

    def _lstm_forward(self, running):
        """Run the filters through all steps; keep what the way back needs."""
        hidden = self._buffer("hidden", N_UNITS, self.joint.shape[1])
        self.steps = _columns_of_steps(running)
        self.gates = self._blocks("gates", 4 * N_UNITS, running)
        self.cells = self._blocks("cells", N_UNITS, running)
        self.tanh_cells = self._blocks("tanh_cells", N_UNITS, running)
        last, lstm = self.joint[LAST], self.weights["lstm"]
        last[:, self.steps[0]] = 0
        for t, now in enumerate(self.steps):
            gates, cell, tanh_cell = self.gates[t], self.cells[t], self.tanh_cells[t]
            if t == 0:  # no hidden vector yet
                np.matmul(lstm[:, : LAST.start], self.joint[: LAST.start, now], out=gates)
            else:
                np.matmul(lstm, self.joint[:, now], out=gates)
            _sigmoid_in_place(gates[SIGMOIDS])
            np.tanh(gates[CANDIDATE], out=gates[CANDIDATE])
            np.multiply(gates[INPUT], gates[CANDIDATE], out=cell)
            if t > 0:
                kept = np.multiply(gates[FORGET], self.cells[t - 1][:, : running[t]], out=tanh_cell)
                cell += kept
            np.tanh(cell, out=tanh_cell)
            output = np.multiply(gates[OUTPUT], tanh_cell, out=hidden[:, now])
            if t + 1 < len(running):
                last[:, self.steps[t + 1]] = output[:, : running[t + 1]]
        return hidden

    def _lstm_backward(self, dhidden):
        """Take (200, n_windows) back through all steps; return the same of the filters."""
        running, n = self.running, dhidden.shape[1]
        dgates = self._buffer("dgates", 4 * N_UNITS, n)
        dfilters = self._buffer("dfilters", N_FILTERS, n)
        back = np.ascontiguousarray(self.weights["lstm"].T)
        dlast, dkept = np.zeros((2, N_UNITS, 0), np.float32)  # nothing comes after the end
        for t in reversed(range(len(running))):
            now, gates, tanh_cell = self.steps[t], self.gates[t], self.tanh_cells[t]
            goes_on = slice(0, dlast.shape[1])  # chunks that have a window at the step after
            dnow = dhidden[:, now].copy()
            dnow[:, goes_on] += dlast
            dcell = dnow * gates[OUTPUT]
            dcell -= dcell * np.square(tanh_cell)
            dcell[:, goes_on] += dkept
            dsums = _slopes(gates)
            dsums[OUTPUT] *= dnow
            dsums[OUTPUT] *= tanh_cell
            dsums[INPUT] *= dcell
            dsums[INPUT] *= gates[CANDIDATE]
            dsums[CANDIDATE] *= dcell
            dsums[CANDIDATE] *= gates[INPUT]
            if t > 0:
                dsums[FORGET] *= dcell
                dsums[FORGET] *= self.cells[t - 1][:, : running[t]]
                djoint = back @ dsums
                dlast, dkept = djoint[LAST], np.multiply(dcell, gates[FORGET], out=dcell)
            else:
                dsums[FORGET] = 0  # there was no cell to forget
                djoint = back[FILTERS] @ dsums
            dfilters[:, now] = djoint[FILTERS]
            dgates[:, now] = dsums
        np.matmul(dgates, self.joint.T, out=self.gradients["lstm"])
        return dfilters

    def _buffer(self, name, rows, columns):
        """An array to write into, the same memory in every batch: allocating is slow."""
        size = rows * columns
        if name not in self._buffers or self._buffers[name].size < size:
            self._buffers[name] = np.empty(size, np.float32)
        return self._buffers[name][:size].reshape(rows, columns)

    def _blocks(self, name, rows, running):
        """A buffer (rows, chunks running) for each step, without gaps in memory."""
        flat = self._buffer(name, rows, int(running.sum())).ravel()
        pieces = np.split(flat, rows * np.cumsum(running)[:-1])
        return [piece.reshape(rows, -1) for piece in pieces]


def _sigmoid_in_place(x):
    """Logistic function by its exponential: here that takes half of the time of a tanh."""
    np.negative(x, out=x)
    with np.errstate(over="ignore"):  # 1 / infinity is the 0 that is wanted
        np.exp(x, out=x)
    x += 1
    np.divide(1, x, out=x)


def _slopes(gates):
    """How much each gate moves with its sum: s - s^2 for a sigmoid, 1 - c^2 for a tanh."""
    slopes = np.square(gates)
    np.subtract(gates[SIGMOIDS], slopes[SIGMOIDS], out=slopes[SIGMOIDS])
    np.subtract(1, slopes[CANDIDATE], out=slopes[CANDIDATE])
    return slopes


def _columns_of_steps(running):
    """The columns that hold the windows of each step, as slices."""
    ends = np.cumsum(running).tolist()
    return [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
