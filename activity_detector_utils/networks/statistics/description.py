"""Everything that is computed of a window and of its look-back before anything is learned."""

import numpy as np

from .numbers import Numbers, assumed_rate

BLOCK_FLOATS = 2_000_000  # signals held at a time: bounds the memory of long recordings


class Description:
    """The numbers of stretches of one or several scales.

    Parameters
    ----------
    signals : Signals
    scales : sequence of int
        Windows in a stretch: 1 is the window itself, 3 also the two before it.
    prediction_window : int
    sampling_rate : float or None
    """

    def __init__(self, signals, scales, prediction_window, sampling_rate):
        self.signals = signals
        self.scales = tuple(int(scale) for scale in scales)
        self.n_before = max(self.scales) - 1  # windows of look-back
        self.prediction_window = prediction_window
        rate = assumed_rate(sampling_rate, prediction_window)
        n_channels = len(signals.offset)
        self.tables = [
            Numbers(scale * prediction_window, rate, signals.count, n_channels)
            for scale in self.scales
        ]
        self.counts = [table.count for table in self.tables]

    def __call__(self, stretches):
        """Describe stretches.

        Parameters
        ----------
        stretches : ndarray of shape (n, (n_before + 1) * prediction_window, n_features)

        Returns
        -------
        ndarray of float64, shape (n, sum(counts))
        """
        channels = self.signals.scaled(stretches)
        parts = [table(self.signals(channels[:, :, -table.n_samples :])) for table in self.tables]
        return np.concatenate(parts, axis=1)

    @property
    def block(self):
        """Windows to describe at a time."""
        longest = (self.n_before + 1) * self.prediction_window
        return max(1, BLOCK_FLOATS // (longest * self.signals.count))
