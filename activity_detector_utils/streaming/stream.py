"""Prediction while samples arrive: a buffer of one window, the carried state, one answer a window.

Needs numpy and a model; loads neither TensorFlow nor pandas, and keeps no past samples.
"""

from __future__ import annotations

import itertools
from math import hypot
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ..base.arguments import LARGEST_SAMPLE
from ..base.errors import ToolkitError
from .answer import Prediction
from .rate import RateWatch
from .restoring import check_state
from .samples import PLAIN_NUMBERS, read_samples, read_times
from .smoothing import Smoother

if TYPE_CHECKING:
    from ..activity_classifier import ActivityClassifier

MAX_GAP = 0.5  # seconds, as where resample() cuts recordings
_are_plain = PLAIN_NUMBERS.issuperset


class StreamingClassifier:
    """Feed samples as they arrive, in any portions; get a prediction whenever a window is full.

    The LSTM's state is carried from window to window: call :meth:`reset` between recordings.

    Parameters
    ----------
    model : ActivityClassifier
    smoothing, minimum_confidence, hold
        As in :class:`~activity_detector_utils.streaming.Smoother`: average over windows, answer
        'unknown', and hold an answer against flicker. All are off unless asked for;
        :func:`tune_smoothing` chooses them.
    max_gap : float
        Seconds. If samples come with times, a longer step between two of them drops the unfinished
        window and the state: what follows starts like a new session.

    Attributes
    ----------
    gaps : int
        Gaps met since the start or the last reset.

    Raises
    ------
    ToolkitError
        If a setting is out of range.

    Notes
    -----
    Numpy's matrix library may spread a window over several threads, which costs more than it gains
    while they are busy: set ``OPENBLAS_NUM_THREADS=1`` for steady response times.

    Examples
    --------
    >>> stream = StreamingClassifier(model)  # doctest: +SKIP
    >>> for sample in sensor:  # doctest: +SKIP
    ...     for prediction in stream.feed(sample):
    ...         print(prediction.time, prediction.activity)
    """

    def __init__(
        self,
        model: ActivityClassifier,
        *,
        smoothing: float = 0.0,
        minimum_confidence: float = 0.0,
        hold: int = 1,
        max_gap: float = MAX_GAP,
    ) -> None:
        if isinstance(max_gap, (str, bool)) or not max_gap > 0:
            raise ToolkitError(f"max_gap is {max_gap}; it must be a time in seconds, above 0")
        self.max_gap = max_gap
        self._network = model.network
        self._features = list(model.features)
        self._size = model.prediction_window
        self._rate = model.sampling_rate
        self._smoother = Smoother(model.classes, smoothing, minimum_confidence, hold)
        self._buffer = np.zeros((1, self._size, len(self._features)), np.float32)
        self._rows = list(self._buffer[0])  # views
        self._rate_watch = RateWatch(self._rate)
        self.reset()

    def reset(self) -> None:
        """Forget everything: before a new recording, or when another person takes the device."""
        self.gaps = 0
        self._last_time = None
        self._start_session()
        self._rate_watch.restart()

    def feed(self, samples: Any, time: ArrayLike | None = None) -> list[Prediction]:
        """Take the next samples.

        Parameters
        ----------
        samples : sequence, dict, ndarray or DataFrame
            One sample (as many numbers as the model has features, in its order) or a block of
            shape (n, n_features). With names (a dict, a Series, a frame) the order does not matter
            and what the model does not use is ignored. Units as in training.
        time : float or array-like of shape (n,), optional
            When the samples were taken, in seconds, on any clock that does not run backwards.

        Returns
        -------
        list of Prediction
            One for every window that these samples have filled; mostly empty.

        Raises
        ------
        ToolkitError
            If a value is missing, no number or beyond 1e12, the number of features is wrong, times
            run backwards, or only a part of the stream has times. Nothing has been taken then.

        Warns
        -----
        UserWarning
            Once, if the times show another rate than the model's.
        """
        if self._put(samples, time):
            return []
        block = read_samples(samples, self._features)
        if time is None and self._last_time is None:
            return self._fill(block)
        if time is None or (self._last_time is None and (self._filled or self._window)):
            raise ToolkitError("give the time of every sample or of none; reset() to change that")
        times = read_times(time, len(block), self._last_time)
        return self._fill_between_gaps(block, times)

    def state(self) -> dict[str, Any]:
        """Copy of all that the stream remembers, in plain lists and numbers that JSON can hold.

        Returns
        -------
        dict
            For :meth:`restore`, here or in another process.
        """
        hidden, cell = self._state
        return {
            "features": list(self._features),
            "classes": list(self._smoother.classes),
            "prediction_window": self._size,
            "samples": self._buffer[0, : self._filled].tolist(),
            "hidden": hidden[0].tolist(),
            "cell": cell[0].tolist(),
            "window": self._window,
            "gaps": self.gaps,
            "last_time": self._last_time,
            **self._smoother.state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from where :meth:`state` was called.

        Parameters
        ----------
        state : dict
            From a stream of the same model; the settings of the streams may differ.

        Raises
        ------
        ToolkitError
            If the state lacks something or is that of another model; the stream stays as it was.
        """
        samples, arrays = check_state(state, self.state(), self._network)
        self._smoother.restore(state)  # checks its part before it takes it
        self._buffer[0, : len(samples)] = samples
        self._filled = len(samples)
        self._state = arrays
        self._window, self.gaps = int(state["window"]), int(state["gaps"])
        self._last_time = state["last_time"]
        self._rate_watch.begin()

    def _start_session(self):
        self._filled = 0  # samples in the buffer
        self._window = 0  # number of the window that they belong to
        self._state = self._network.zero_state()
        self._smoother.reset()
        self._rate_watch.begin()

    def _put(self, sample, time):
        """Take one plain sample that fills no window: the everyday call, by a short way.

        False, and nothing taken, if it is anything else or something about it is wrong: the long
        way, which costs three times as much, deals with it.
        """
        if type(sample) not in (list, tuple) or len(sample) != len(self._features):
            return False
        if self._filled + 1 == self._size or (time is None) != (self._last_time is None):
            return False
        if time is not None and not self._follows(time):
            return False
        try:
            if not (_are_plain(map(type, sample)) and hypot(*sample) <= LARGEST_SAMPLE):
                return False  # or the length is not a number
        except OverflowError:
            return False
        self._rows[self._filled][:] = sample
        self._filled += 1
        self._last_time = time
        return True

    def _follows(self, time):
        """Whether a time is a number that follows the last one without a gap."""
        return isinstance(time, float) and 0 <= time - self._last_time <= self.max_gap

    def _fill_between_gaps(self, block, times):
        """Fill the buffer with samples that have times, starting anew after each gap."""
        before = times[:1] if self._last_time is None else self._last_time
        gaps = np.flatnonzero(np.diff(times, prepend=before) > self.max_gap)
        edges = [*gaps, len(block)]
        predictions = self._fill(block[: edges[0]], times[: edges[0]])
        for start, end in itertools.pairwise(edges):
            self._start_session()
            self.gaps += 1
            predictions += self._fill(block[start:end], times[start:end])
        if len(times):
            self._last_time = float(times[-1])
        return predictions

    def _fill(self, block, times=None):
        """Fill the buffer as often as the samples do; one prediction each time it is full."""
        predictions, first = [], 0
        if times is not None and len(block):
            self._rate_watch.see(self._window * self._size + self._filled + 1, float(times[0]))
        while first < len(block):
            n = min(self._size - self._filled, len(block) - first)
            self._buffer[0, self._filled : self._filled + n] = block[first : first + n]
            self._filled += n
            first += n
            if self._filled == self._size:
                time = None if times is None else float(times[first - 1])
                predictions.append(self._predict(time))
        return predictions

    def _predict(self, time):
        # One window a step even if more have come: batches of other sizes are rounded differently,
        # and an answer must not depend on how its samples were portioned.
        probabilities, *self._state = self._network.step(self._buffer, *self._state)
        activity, average = self._smoother.update(probabilities[0])
        self._filled = 0
        self._window += 1
        if time is not None:
            self._rate_watch.see(self._window * self._size, time)
        if time is None and self._rate is not None:
            time = self._window * self._size / self._rate
        return Prediction(activity, average, self._window - 1, time, self.gaps)
