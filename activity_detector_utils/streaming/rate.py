"""The rate at which samples come, against the rate that the model was trained at."""

import warnings

TOLERANCE = 0.1  # phones miss the rate they are asked for by a few per cent
MIN_SECONDS = 1.0  # packets of samples come in bursts


class RateWatch:
    """Warns, once, when samples come at another rate than the model's.

    Parameters
    ----------
    rate : float or None
        The model's, in samples a second; None watches nothing.
    """

    def __init__(self, rate):
        self.rate = rate
        self.restart()

    def restart(self):
        """Forget the past, and that there was a warning."""
        self.compared = self.rate is None
        self.begin()

    def begin(self):
        """Measure anew: before the next recording, or after a gap."""
        self._start = None

    def see(self, n_samples, time):
        """Take the time of a sample.

        Parameters
        ----------
        n_samples : int
            Samples of this session up to and with this one.
        time : float
            Seconds.

        Warns
        -----
        UserWarning
            When the first second shows that the rates differ by more than a tenth.
        """
        if self.compared:
            return
        if self._start is None:
            self._start = n_samples, time
            return
        n_before, start = self._start
        if time - start < MIN_SECONDS:
            return
        self.compared = True
        measured = (n_samples - n_before) / (time - start)
        if abs(measured / self.rate - 1) > TOLERANCE:
            warnings.warn(
                f"samples come at {measured:.4g} a second, but the model was trained at "
                f"{self.rate:g}, and its answers hold for that: change the sensor's rate, bring "
                f"the samples to {self.rate:g} a second, or train at the sensor's",
                stacklevel=2,
            )
