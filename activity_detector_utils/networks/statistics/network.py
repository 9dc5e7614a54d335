"""The network in numpy: one step from a window and a state to probabilities and the next state."""

import numpy as np

from ...base.errors import ToolkitError
from ...windows import chunk_lengths
from ..lstm import softmax
from .description import Description
from .filtering import BeliefFilter
from .lookback import extend_windows, gather_stretches
from .signals import Signals

LIMIT = 5.0  # standard deviations: beyond it a number says no more
SHAPES = {
    "prediction_window": (),
    "sampling_rate": (),  # Hz; 0 is unknown
    "scales": ("scales",),
    "offset": ("features",),
    "scale": ("features",),
    "sensors": ("sensors", "axes"),
    "gravity": (),
    "mean": ("numbers",),
    "deviation": ("numbers",),
    "kernel": ("numbers", "classes"),
    "bias": ("classes",),
    "transitions": ("classes", "classes"),
    "prior": ("classes",),
    "calm": (),
}
WHOLE = ("prediction_window", "scales", "sensors", "gravity")
LONGEST_WINDOW, LONGEST_SCALE = 400, 4


class StatisticsNetwork:
    """Weights and the arithmetic that turns windows into probabilities.

    Parameters
    ----------
    weights : dict of str to ndarray
        Plain arrays, named and shaped as `SHAPES` says.

    Attributes
    ----------
    state_size : int
        The state of a sequence: the samples of its look-back, 1 once it has begun, and the belief.
        All zeros is the state of a sequence that has not begun.

    Raises
    ------
    ToolkitError
        If a weight is missing, has another shape, or holds a value that cannot be.
    """

    def __init__(self, weights):
        self.weights = w = check_weights(weights)
        self.prediction_window = int(w["prediction_window"])
        self.n_features = len(w["offset"])
        self.n_classes = len(w["bias"])
        signals = Signals(w["offset"], w["scale"], w["sensors"], int(w["gravity"]))
        rate = float(w["sampling_rate"]) or None
        self.description = Description(signals, w["scales"], self.prediction_window, rate)
        if sum(self.description.counts) != len(w["mean"]):
            raise ToolkitError(
                f"weight 'mean' is for {len(w['mean'])} numbers; windows of "
                f"{self.prediction_window} samples at this rate give "
                f"{sum(self.description.counts)}"
            )
        self.filter = BeliefFilter(
            w["transitions"].astype(float), w["prior"].astype(float), float(w["calm"])
        )
        self._kernel = w["kernel"].astype(float)
        before = self.description.n_before * self.prediction_window * self.n_features
        self.state_size = before + 1 + self.n_classes

    def zero_state(self, n_sequences=1):
        """State of new sequences: a tuple of one array of shape (n_sequences, state_size)."""
        return (np.zeros((n_sequences, self.state_size), np.float32),)

    def step(self, windows, state):
        """Take one window of each sequence and the state; return probabilities and the new state.

        Parameters
        ----------
        windows : ndarray of float32, shape (n_sequences, prediction_window, n_features)
        state : ndarray of float32, shape (n_sequences, state_size)

        Returns
        -------
        probabilities : ndarray of float32, shape (n_sequences, n_classes)
        state : ndarray of float32, shape (n_sequences, state_size)
        """
        n_classes = self.n_classes
        before, begun = state[:, : -n_classes - 1], state[:, -n_classes - 1 : -n_classes]
        stretches = extend_windows(windows, before, begun)
        belief = self.filter.step(
            self._log_probabilities(stretches), state[:, -n_classes:], begun
        ).astype(np.float32)
        new_state = np.empty_like(state)
        kept = stretches[:, self.prediction_window :]
        new_state[:, : -n_classes - 1] = kept.reshape(len(windows), -1)
        new_state[:, -n_classes - 1] = 1
        new_state[:, -n_classes:] = belief
        return belief, new_state

    def predict_sessions(self, windows, windows_per_session, carry_state=False):
        """Class probabilities for the windows of whole sessions.

        Parameters
        ----------
        windows : ndarray of float32, shape (n_windows, prediction_window, n_features)
            Session by session, in time order.
        windows_per_session : array-like of int, shape (n_sessions,)
        carry_state : bool
            Carry the state through each session, as an app does. By default the state starts
            anew every 20 windows, as in Turi Create.

        Returns
        -------
        ndarray of float32, shape (n_windows, n_classes)
        """
        lengths = np.asarray(windows_per_session, dtype=np.int64)
        if not carry_state:
            lengths = chunk_lengths(lengths)
        logs = np.empty((len(windows), self.n_classes))
        for rows, described in describe_sessions(self.description, windows, lengths):
            logs[rows] = self._classify(described)
        return self.filter.run(logs, lengths).astype(np.float32)

    def _log_probabilities(self, stretches):
        return self._classify(self.description(stretches))

    def _classify(self, numbers):
        """Log probabilities of each window for itself."""
        w = self.weights
        scaled = standardise(numbers, w["mean"], w["deviation"])
        return np.log(np.maximum(softmax(scaled @ self._kernel + w["bias"]), 1e-12))


def standardise(numbers, mean, deviation):
    """Scale numbers to mean 0 and deviation 1, and cut off what lies beyond `LIMIT`."""
    return np.minimum(np.maximum((numbers - mean) / deviation, -LIMIT), LIMIT)


def describe_sessions(description, windows, lengths):
    """Describe the windows of sessions, block by block, so that memory stays bounded.

    Parameters
    ----------
    description : Description
    windows : ndarray of shape (n_windows, prediction_window, n_features)
    lengths : ndarray of int, shape (n_sessions,)
        Windows of every session.

    Yields
    ------
    rows : ndarray of int, shape (n,)
    numbers : ndarray of shape (n, n_numbers)
    """
    positions = np.arange(len(windows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    for first in range(0, len(windows), description.block):
        rows = np.arange(first, min(first + description.block, len(windows)))
        stretches = gather_stretches(windows, rows, positions[rows], description.n_before)
        yield rows, description(stretches)


def check_weights(weights):
    """Return the weights with their types, or raise the error that names the first bad one."""
    missing = [name for name in SHAPES if name not in weights]
    if missing:
        raise ToolkitError(f"weights {missing} are missing; a network needs {list(SHAPES)}")
    checked, sizes = {}, {}
    for name, axes in SHAPES.items():
        value = np.asarray(weights[name])
        if value.dtype.kind not in "iuf" or not np.isfinite(value).all():
            raise ToolkitError(f"weight '{name}' holds values that are no finite numbers")
        if value.ndim == len(axes):
            for axis, size in zip(axes, value.shape, strict=True):
                sizes.setdefault(axis, size)
        wanted = tuple(sizes.get(axis, axis) for axis in axes)
        if value.shape != wanted:
            raise ToolkitError(f"weight '{name}' has shape {value.shape}; it must have {wanted}")
        checked[name] = value.astype(np.int64 if name in WHOLE else np.float64)
    checked["kernel"] = checked["kernel"].astype(np.float32)  # the one large weight
    _check_values(checked, weights)
    return checked


def _check_values(w, given):
    """Raise the error for the first value that no training gives."""
    sensors, scales, n_features = w["sensors"], w["scales"], len(w["offset"])
    rules = {
        "prediction_window": 1 <= w["prediction_window"] <= LONGEST_WINDOW,
        "sampling_rate": w["sampling_rate"] >= 0,
        "scales": len(scales) > 0 and all(scales >= 1) and all(scales <= LONGEST_SCALE),
        "scale": (w["scale"] > 0).all(),
        "sensors": sensors.shape[1] == 3
        and all(sensors.ravel() >= 0)
        and all(sensors.ravel() < n_features),
        "gravity": -1 <= w["gravity"] < len(sensors),
        "deviation": (w["deviation"] > 0).all(),
        "transitions": (w["transitions"] >= 0).all() and (w["transitions"].sum(1) > 0).all(),
        "prior": (w["prior"] > 0).all(),
        "calm": 0 <= w["calm"] <= 1,
    }
    bad = [name for name, holds in rules.items() if not holds]
    bad += [name for name in WHOLE if not np.array_equal(w[name], given[name])]
    if bad:
        raise ToolkitError(f"weight '{bad[0]}' holds values that cannot be: {given[bad[0]]}")
