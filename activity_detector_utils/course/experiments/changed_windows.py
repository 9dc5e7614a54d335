"""Changed copies of windows for training: as other people may have moved."""

import numpy as np

from ...activity_classifier.augmentation import random_rotations

TURN = 17.0  # degrees: how the device is strapped on
STRENGTH = 0.2  # standard deviation of the logarithm of a movement's strength
SPEED = 0.08  # standard deviation of the logarithm of its speed


def change_windows(X, rng):
    """Turn the device of each window a little, and make the movement slower, faster or stronger.

    Parameters
    ----------
    X : ndarray of shape (n_windows, n_steps, 3 * n_vectors)
        Channels x, y, z of each sensor.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of float32, same shape
        All sensors of a window are turned together. The strength changes what differs from the
        window's mean, so that gravity stays as long as it is.
    """
    n, n_steps, _ = X.shape
    X = _play_faster(X, np.exp(SPEED * rng.normal(size=(n, 1))))
    mean = X.mean(axis=1, keepdims=True)
    X = mean + (X - mean) * np.exp(STRENGTH * rng.normal(size=(n, 1, 1)))
    vectors = X.reshape(n, n_steps, -1, 3)
    turned = np.einsum("nij,ntvj->ntvi", random_rotations(n, TURN, rng), vectors)
    return turned.reshape(X.shape).astype(np.float32)


def _play_faster(X, speed):
    """Read each window at other times, about its middle; what lies outside is mirrored."""
    last = X.shape[1] - 1
    times = (np.arange(last + 1) - last / 2) * speed + last / 2
    times = last - np.abs(last - np.abs(times))
    before = np.clip(times.astype(int), 0, last - 1)
    share = (times - before)[:, :, None]
    rows = np.arange(len(X))[:, None]
    return X[rows, before] * (1 - share) + X[rows, before + 1] * share
