"""Steps downhill: how long they are, Adam, and the running average of where it has been."""

import numpy as np

PEAK_RATE = 6e-3
LAST_RATE = 0.02  # of the peak
WARM_SHARE, WARM_STEPS = 0.15, 50  # the rate rises for that share of the steps, at most so many
AVERAGED_SHARE, AVERAGED_STEPS = 0.1, 50  # the average looks back likewise


def learning_rate(step, n_steps):
    """The rate of a step: it rises for a few steps and falls along a cosine to almost nothing.

    A short training gets far with long steps, if it settles at its end with short ones.

    Parameters
    ----------
    step : int
        Steps taken before this one.
    n_steps : int
        Steps planned; later ones go on at the last rate.
    """
    warm = min(WARM_SHARE * n_steps, WARM_STEPS)
    if step < warm:
        return PEAK_RATE * (step + 1) / (warm + 1)
    way = min((step - warm) / (n_steps - warm), 1)
    return PEAK_RATE * max(0.5 + 0.5 * np.cos(np.pi * way), LAST_RATE)


def average_decay(n_steps):
    """Decay of the running average in a training of so many steps."""
    return 1 - 1 / max(min(AVERAGED_SHARE * n_steps, AVERAGED_STEPS), 1)


class Adam:
    """Adam (Kingma and Ba 2014) on one vector, with the constants of Keras and Turi Create.

    Parameters
    ----------
    size : int
        Numbers in the vector.
    """

    BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7

    def __init__(self, size):
        self.n_steps = 0
        self.mean = np.zeros(size, np.float32)
        self.square = np.zeros(size, np.float32)
        self._change = np.empty(size, np.float32)

    def step(self, weights, gradients, rate):
        """Move ``weights`` in place, against ``gradients``, by about ``rate`` each.

        Parameters
        ----------
        weights, gradients : ndarray of float32, shape (size,)
        rate : float
        """
        self.n_steps += 1
        change = self._change
        np.subtract(gradients, self.mean, out=change)
        change *= 1 - self.BETA_1
        self.mean += change
        np.square(gradients, out=change)
        change -= self.square
        change *= 1 - self.BETA_2
        self.square += change
        np.sqrt(self.square, out=change)
        change += self.EPSILON
        np.divide(self.mean, change, out=change)
        # Both averages began at zero: their first values are too small by these factors.
        change *= rate * (1 - self.BETA_2**self.n_steps) ** 0.5 / (1 - self.BETA_1**self.n_steps)
        weights -= change


class RunningAverage:
    """Average of a vector over its last steps: less noise than the vector itself.

    Parameters
    ----------
    size : int
    decay : float
        How much of the average stays in a step, once there have been many.
    """

    def __init__(self, size, decay):
        self.decay = decay
        self.n_steps = 0
        self.value = np.zeros(size, np.float32)
        self._change = np.empty(size, np.float32)

    def add(self, vector):
        """Move the average towards a vector: quickly in the first steps, then slowly."""
        self.n_steps += 1
        decay = min(self.decay, self.n_steps / (10 + self.n_steps)) if self.n_steps > 1 else 0
        np.subtract(vector, self.value, out=self._change)
        self._change *= 1 - decay
        self.value += self._change
