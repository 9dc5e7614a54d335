"""The numbers that describe a stretch of signals: the table, and one function that computes it.

C is a signal minus its mean, D its change over 0.04 s (0 where the stretch begins), P the power
spectrum of C under a taper; the mean over time is written < >, e is :data:`EPSILON`.

| number | formula | of |
|---|---|---|
| mean | <signal> | signal |
| trend | mean of the second half - mean of the first half | signal |
| deviation | log(sqrt(<C^2>) + e) | C and D |
| evenness | log((<abs(C)> + e) / (sqrt(<C^2>) + e)) | C and D |
| peak | log((max abs(C) + e) / (sqrt(<C^2>) + e)) | C and D |
| band | log(sum of P in a frequency band + e^2) | C |
| rhythm | sum of P cos(frequency lag) / (sum of P + e^2): autocorrelation, every lag | C and D |
| likeness | <C1 C2> / (sqrt(<C1^2> <C2^2>) + e^2), for every pair of channels | C |

Everything is a fixed linear map, a product, a sum, a maximum, a root or a logarithm, so that every
file format can hold it. Lags and bands are seconds and Hz; what a stretch is too short or too
coarse to tell is left out, by rule, before training.
"""

import numpy as np

from .signals import EPSILON

LAGS = (0.04, 0.08, 0.12, 0.16, 0.24, 0.32, 0.48, 0.64, 0.96, 1.28)  # seconds
BAND_EDGES = (0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 25)  # Hz; the last one ends it all
CHANGE = 0.04  # seconds
LONGEST_LAG = 2 / 3  # of the stretch
WINDOW_OF_UNKNOWN_RATE = 2.0  # seconds that a window is taken to last if nobody says


def assumed_rate(sampling_rate, prediction_window):
    """Samples a second: as given, or such that a window lasts two seconds if it is unknown."""
    return sampling_rate or prediction_window / WINDOW_OF_UNKNOWN_RATE


class Numbers:
    """Describe stretches of a fixed number of samples.

    Parameters
    ----------
    n_samples : int
        Samples in a stretch.
    rate : float
        Samples a second (Hz).
    n_signals, n_channels : int
        All signals; the first ``n_channels`` are the channels, compared in pairs.

    Attributes
    ----------
    count : int
        Numbers that a stretch gives.
    to_spectrum : ndarray of shape (n_samples, 2 * n_frequencies)
        Tapered cosines and sines.
    from_power : ndarray of shape (2 * n_frequencies, n_bands + 2 + 2 * n_lags)
        Sums of squares: bands; all power and rhythms of C; all power and rhythms of D.
    """

    def __init__(self, n_samples, rate, n_signals, n_channels):
        self.n_samples = n_samples
        self.change = max(1, round(CHANGE * rate))
        self.lags = find_lags(n_samples, rate)
        self.to_spectrum, self.from_power, self.n_bands = spectrum_maps(
            n_samples, rate, self.lags, self.change
        )
        self.to_levels = _level_map(n_samples)
        first, second = np.triu_indices(n_channels, 1)
        self.pairs = first * n_channels + second  # places in a flat table of all pairs
        self.n_channels = n_channels
        per_signal = self.to_levels.shape[1] + 6
        if self.n_bands:
            per_signal += self.n_bands + 2 * len(self.lags)
        self.count = per_signal * n_signals + len(self.pairs)

    def __call__(self, signals):
        """Compute the table.

        Parameters
        ----------
        signals : ndarray of float64, shape (n, n_signals, n_samples)

        Returns
        -------
        ndarray of shape (n, count)
        """
        levels = signals @ self.to_levels
        centred = signals - levels[:, :, :1]
        power, amplitudes = self._amplitudes(centred)
        parts = [levels, amplitudes]
        if self.n_bands:
            parts += self._spectrum(centred)
        table = np.concatenate(parts, axis=2).reshape(len(signals), -1)
        return np.concatenate([table, self._likeness(centred, power)], axis=1)

    def _amplitudes(self, centred):
        """Mean squares, and deviation, evenness and peak of C and of D side by side."""
        n, n_signals, n_samples = centred.shape
        both = np.zeros((n, 2, n_signals, n_samples))  # together: a window alone is mostly calls
        both[:, 0] = centred
        step = self.change
        np.subtract(centred[:, :, step:], centred[:, :, :-step], out=both[:, 1, :, step:])
        power = np.vecdot(both, both) / n_samples
        size = np.abs(both, out=both)
        sizes = np.empty((3, n, 2, n_signals))
        np.sqrt(power, out=sizes[0])
        np.matmul(size, self.to_levels[:, 0], out=sizes[1])  # the mean
        np.maximum.reduce(size, axis=3, out=sizes[2])
        sizes += EPSILON
        logs = np.log(sizes)
        logs[1:] -= logs[0]
        return power[:, 0], logs.transpose(1, 3, 2, 0).reshape(n, n_signals, 6)

    def _spectrum(self, centred):
        """Bands, and rhythms of C and of D."""
        waves = centred @ self.to_spectrum
        sums = np.multiply(waves, waves, out=waves) @ self.from_power
        bands, n_lags = self.n_bands, len(self.lags)
        slow, fast = sums[:, :, bands : bands + 1 + n_lags], sums[:, :, bands + 1 + n_lags :]
        return [
            np.log(sums[:, :, :bands] + EPSILON**2),
            slow[:, :, 1:] / (slow[:, :, :1] + EPSILON**2),
            fast[:, :, 1:] / (fast[:, :, :1] + EPSILON**2),
        ]

    def _likeness(self, centred, power):
        channels = centred[:, : self.n_channels]
        products = channels @ channels.transpose(0, 2, 1) / self.n_samples
        deviation = np.sqrt(power[:, : self.n_channels])
        products /= deviation[:, :, None] * deviation[:, None, :] + EPSILON**2
        return products.reshape(len(products), -1)[:, self.pairs]


def _level_map(n_samples):
    """Linear map to the mean and, from two samples on, the trend."""
    half = n_samples // 2
    mean = np.full(n_samples, 1 / n_samples)
    if not half:
        return mean[:, None]
    trend = np.zeros(n_samples)
    trend[:half], trend[-half:] = -1 / half, 1 / half
    return np.stack([mean, trend], axis=1)


def find_lags(n_samples, rate):
    """Lags in samples, each once: those of `LAGS` that fit, and always that of one sample."""
    lags = sorted({max(1, round(lag * rate)) for lag in LAGS})
    return [lag for lag in lags if lag == 1 or lag <= LONGEST_LAG * n_samples]


def spectrum_maps(n_samples, rate, lags, change):
    """Linear maps from samples to waves, and from squared waves to bands and rhythms.

    The taper is the fourth root of Hann's: enough to keep slow movement out of fast bands, while
    most samples still count.

    Parameters
    ----------
    n_samples, rate
        As in :class:`Numbers`.
    lags : list of int
        Samples.
    change : int
        Samples between which D is the difference.

    Returns
    -------
    to_spectrum, from_power : ndarray
        As in :class:`Numbers`; without columns if the stretch holds no whole wave.
    n_bands : int
    """
    waves = np.arange(1, n_samples // 2 + 1)
    waves = waves[waves * rate / n_samples <= BAND_EDGES[-1]]
    angle = 2 * np.pi * waves / n_samples  # radians a sample
    phase = np.outer(np.arange(n_samples), angle)
    taper = np.hanning(n_samples + 2)[1:-1] ** 0.25
    taper *= np.sqrt(2 / (taper**2).mean()) / n_samples
    to_spectrum = np.concatenate([np.cos(phase), np.sin(phase)], axis=1) * taper[:, None]
    band = np.searchsorted(BAND_EDGES, waves * rate / n_samples, side="right")
    bands = np.unique(band)
    rhythm = np.cos(np.outer(angle, [0, *lags]))  # lag 0 is all the power
    of_change = 4 * np.sin(angle * change / 2) ** 2
    from_power = np.concatenate(
        [band[:, None] == bands, rhythm, of_change[:, None] * rhythm], axis=1
    )
    return to_spectrum, np.concatenate([from_power, from_power]), len(bands)
