"""From the columns of a recording to signals, some of which stay the same as the device turns.

| signal | formula | for |
|---|---|---|
| channel | (x - offset) / scale | every column |
| length | sqrt(x^2 + y^2 + z^2) | every three-axis sensor |
| along gravity | g . (x, y, z) | every three-axis sensor, where gravity is known |
| across gravity | sqrt(length^2 - along^2) | likewise |

``g`` is the mean of the gravity sensor over the stretch of samples at hand, divided by its length.
A sensor's three axes share one scale and keep their zero, so that lengths and angles mean what they
say.
"""

from dataclasses import dataclass

import numpy as np

EPSILON = 3e-3  # of a sensor's scale: what lies below it counts as noise


@dataclass(frozen=True)
class Signals:
    """Which signals a recording gives, and how to compute them.

    Attributes
    ----------
    offset, scale : ndarray of shape (n_features,)
        Taken off every column, and what it is then divided by.
    sensors : ndarray of int, shape (n_sensors, 3)
        Columns of the x, y and z axis of every three-axis sensor.
    gravity : int
        The sensor, as a row of ``sensors``, whose mean points along gravity; -1 if there is none.
    """

    offset: np.ndarray
    scale: np.ndarray
    sensors: np.ndarray
    gravity: int

    @property
    def count(self):
        """How many signals there are."""
        kinds = 3 if self.gravity >= 0 else 1
        return len(self.offset) + kinds * len(self.sensors)

    def __call__(self, channels):
        """Add lengths and parts along and across gravity to scaled channels.

        Parameters
        ----------
        channels : ndarray of shape (n, n_features, n_samples)
            As :meth:`scaled` returns them.

        Returns
        -------
        ndarray of shape (n, count, n_samples)
        """
        n, n_features, n_samples = channels.shape
        n_sensors = len(self.sensors)
        if not n_sensors:
            return channels
        signals = np.empty((n, self.count, n_samples))
        signals[:, :n_features] = channels
        vectors = channels[:, self.sensors]  # (n, n_sensors, 3, n_samples)
        squared = np.einsum("nsat,nsat->nst", vectors, vectors)
        lengths = signals[:, n_features : n_features + n_sensors]
        np.sqrt(squared, out=lengths)
        if self.gravity >= 0:
            mean = vectors[:, self.gravity] @ np.full(n_samples, 1 / n_samples)
            direction = mean / np.sqrt((mean * mean).sum(axis=1, keepdims=True) + EPSILON**2)
            along = np.matmul(direction[:, None, None, :], vectors)[:, :, 0]
            signals[:, n_features + n_sensors : n_features + 2 * n_sensors] = along
            across = np.maximum(squared - along * along, EPSILON**2)
            signals[:, n_features + 2 * n_sensors :] = np.sqrt(across)
        return signals

    def scaled(self, samples):
        """Scale samples and put time last.

        Parameters
        ----------
        samples : ndarray of shape (n, n_samples, n_features)

        Returns
        -------
        ndarray of float64, shape (n, n_features, n_samples)
        """
        scaled = (samples - self.offset) / self.scale
        return np.ascontiguousarray(scaled.transpose(0, 2, 1))


def learn_signals(values, sensors=(), gravity=None):
    """Take scales from recorded samples.

    Parameters
    ----------
    values : ndarray of shape (n_samples, n_features)
    sensors : sequence of three int each
        Columns of the x, y and z axis of every three-axis sensor.
    gravity : int, optional
        The sensor, as a place in ``sensors``, whose mean points along gravity.

    Returns
    -------
    Signals
    """
    columns = np.array(sensors, dtype=np.int64).reshape(-1, 3)
    offset = values.mean(axis=0, dtype=np.float64)
    scale = values.std(axis=0, dtype=np.float64)
    for axes in columns:
        offset[axes] = 0
        scale[axes] = np.sqrt((scale[axes] ** 2).mean())
    scale[scale < 1e-6 * np.maximum(1, np.abs(offset))] = 1  # constant: nothing to scale
    return Signals(offset, scale, columns, -1 if gravity is None else gravity)
