"""What a window of motion is like, in numbers that do not depend on where in it things happen."""

import itertools

import numpy as np

from ...base.errors import ToolkitError

LAGS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)  # samples
N_BANDS = 12


def window_statistics(X):
    """Describe each window by statistics of its signals and of their changes.

    The signals are the channels and the length of every vector. Of each: mean, logarithm of the
    standard deviation, autocorrelation at the lags `LAGS`, and logarithm of the power in frequency
    bands that widen upwards. Last comes the mean direction of the first vector: how the device
    hangs.

    Parameters
    ----------
    X : ndarray of shape (n_windows, n_steps, 3 * n_vectors)
        Channels x, y, z of each sensor; the first three are acceleration with gravity.

    Returns
    -------
    ndarray of float32, shape (n_windows, n_statistics)

    Raises
    ------
    ToolkitError
        If the channels are not triples, or a window has 33 samples or fewer.
    """
    X = np.asarray(X, np.float64)  # (n_windows, n_steps, n_channels)
    if X.ndim != 3 or X.shape[2] % 3 or X.shape[1] <= LAGS[-1] + 1:
        raise ToolkitError(
            f"windows of shape {X.shape}; wanted (n_windows, more than {LAGS[-1] + 1} samples, "
            "x y z of each sensor)"
        )
    parts = np.array_split(X, max(1, len(X) // 1000))  # a thousand at a time need little memory
    return np.concatenate([_describe_windows(part) for part in parts]).astype(np.float32)


def _describe_windows(X):
    direction = X[:, :, :3].mean(axis=1)
    direction /= np.maximum(np.linalg.norm(direction, axis=1, keepdims=True), 1e-9)
    parts = [*_describe(_with_lengths(X)), *_describe(_with_lengths(np.diff(X, axis=1)))]
    return np.concatenate([*parts, direction], axis=1)


def _with_lengths(X):
    """Add the length of each vector: it stays the same however the device is turned."""
    vectors = X.reshape(*X.shape[:2], -1, 3)
    return np.concatenate([X, np.linalg.norm(vectors, axis=3)], axis=2)


def _describe(signals):
    mean = signals.mean(axis=1)
    centred = signals - mean[:, None]
    deviation = centred.std(axis=1)
    scaled = centred / (deviation[:, None] + 1e-4)
    alike = [(scaled[:, lag:] * scaled[:, :-lag]).mean(axis=1) for lag in LAGS]
    return [mean, np.log(deviation + 1e-4), *alike, *_band_powers(centred)]


def _band_powers(centred):
    n_steps = centred.shape[1]
    tapered = centred * np.hanning(n_steps)[:, None]
    power = np.abs(np.fft.rfft(tapered, axis=1)) ** 2 / n_steps
    edges = np.unique(np.geomspace(1, power.shape[1], N_BANDS + 1).round().astype(int))
    return [
        np.log(power[:, low:high].sum(axis=1) + 1e-6) for low, high in itertools.pairwise(edges)
    ]


def statistics_model(seed=0):
    """Logistic regression on the statistics of a window; the seed has no effect."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    statistics = FunctionTransformer(window_statistics)
    return make_pipeline(statistics, StandardScaler(), LogisticRegression(C=0.01, max_iter=1000))
