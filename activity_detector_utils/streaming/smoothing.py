"""From probabilities, window by window, to an answer that does not flicker."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..base.arguments import whole_number
from ..base.errors import ToolkitError
from .samples import as_numbers

UNKNOWN = "unknown"  # the answer below the minimum confidence, whatever the type of the labels


class Smoother:
    """Averages the probabilities of successive windows and decides what to answer.

    Parameters
    ----------
    classes : list of str or list of int
    smoothing : float
        Share of the past in the average, from 0 (each window for itself) to below 1. The average
        is exponential: it trails the signal by about ``smoothing / (1 - smoothing)`` windows.
    minimum_confidence : float
        The answer is :data:`UNKNOWN` while the highest averaged probability is below this. A model
        with a class called 'unknown' has one answer for both.
    hold : int
        Windows for which a new answer must persist before it is given; 1 gives it at once. The
        very first answer is given at once, and 'unknown' is held like any other.

    Raises
    ------
    ToolkitError
        If a setting is out of range.
    """

    def __init__(
        self,
        classes: Sequence[str] | Sequence[int],
        smoothing: float = 0.0,
        minimum_confidence: float = 0.0,
        hold: int = 1,
    ):
        if not 0 <= smoothing < 1:
            raise ToolkitError(f"smoothing is {smoothing}; it must be at least 0 and below 1")
        if not 0 <= minimum_confidence <= 1:
            raise ToolkitError(
                f"minimum_confidence is {minimum_confidence}; it must be from 0 to 1"
            )
        if not isinstance(hold, (int, np.integer)) or hold < 1:
            raise ToolkitError(f"hold is {hold}; it must be a whole number of windows, at least 1")
        self.classes = list(classes)
        self.smoothing = smoothing
        self.minimum_confidence = minimum_confidence
        self.hold = hold
        self.reset()

    def reset(self) -> None:
        """Forget the past."""
        self.average = None
        self.answer = None
        self.candidate = None  # the new answer that waits to be given, and for how long it has
        self.waited = 0

    def update(self, probabilities):
        """Take the probabilities of the next window.

        Parameters
        ----------
        probabilities : ndarray of shape (n_classes,)

        Returns
        -------
        answer : str or int
            One of the classes, or :data:`UNKNOWN`.
        average : ndarray of shape (n_classes,)
            The averaged probabilities that it rests on.
        """
        if self.average is None or self.smoothing == 0:
            self.average = probabilities
        else:
            past = self.smoothing
            self.average = past * self.average + (1 - past) * probabilities
        best = self.average.argmax()
        sure = self.average[best] >= self.minimum_confidence
        self._persist(self.classes[best] if sure else UNKNOWN)
        return self.answer, self.average.copy()

    def state(self):
        """Copy of what is remembered, as JSON can hold it; for :meth:`restore`."""
        return {
            "average": None if self.average is None else self.average.tolist(),
            "answer": self.answer,
            "candidate": self.candidate,
            "waited": self.waited,
        }

    def restore(self, state):
        """Remember what :meth:`state` returned.

        Raises
        ------
        ToolkitError
            If it cannot have come from there; what was remembered is remembered still.
        """
        try:
            average, waited = self._check_average(state["average"]), self._check_answers(state)
        except ToolkitError as error:
            raise ToolkitError(f"the state is damaged: {error}") from error
        self.average, self.waited = average, waited
        self.answer, self.candidate = state["answer"], state["candidate"]

    def _check_answers(self, state):
        """Check the answers of a state; return for how long the candidate has waited."""
        possible = [None, UNKNOWN, *self.classes]
        for name in ("answer", "candidate"):
            given = state[name]
            if not any(type(given) is type(answer) and given == answer for answer in possible):
                raise ToolkitError(f"{name} is {given!r}; it must be one of {possible}")
        waited = whole_number("waited", state["waited"], 0)
        if (waited == 0) != (state["candidate"] is None):
            raise ToolkitError(f"waited is {waited}, for the candidate {state['candidate']!r}")
        return waited

    def _check_average(self, average):
        if average is None:
            return None
        average = as_numbers(average, "average")
        if average.shape != (len(self.classes),):
            raise ToolkitError(f"average must have {len(self.classes)} numbers, one for a class")
        if not (average >= 0).all() or not abs(average.sum() - 1) < 0.01:
            raise ToolkitError("average must be probabilities, from 0 and adding up to 1")
        return average.astype(np.float32)

    def _persist(self, latest):
        """Make ``latest`` the answer once it has come ``hold`` times in a row."""
        if latest == self.answer:
            self.candidate, self.waited = None, 0
            return
        self.waited = self.waited + 1 if latest == self.candidate else 1
        self.candidate = latest
        if self.answer is None or self.waited >= self.hold:
            self.answer, self.candidate, self.waited = latest, None, 0
