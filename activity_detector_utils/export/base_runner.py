"""What every runner of an exported file has in common: checked steps with carried state."""

import numpy as np

from ..base.errors import ToolkitError
from ..networks.lstm import N_UNITS


class Runner:
    """An exported file, ready to run one window after the other.

    Attributes
    ----------
    path : Path
    engine : str
        What executes the file.
    description : Description
    """

    engine = ""

    def __init__(self, path, description):
        self.path = path
        self.description = description

    def zero_state(self):
        """State at the start of a session: hidden and cell, zeros of shape (200,)."""
        return np.zeros(N_UNITS, np.float32), np.zeros(N_UNITS, np.float32)

    def step(self, window, state):
        """Run the file on one window.

        Parameters
        ----------
        window : array-like of shape (prediction_window, n_features)
            Samples in time order; features in the order of ``description.features``, in the units
            the model was trained with.
        state : tuple of ndarray
            Hidden and cell vector: :meth:`zero_state`, then what the step before returned.

        Returns
        -------
        probabilities : ndarray of float32, shape (n_classes,)
            In the order of ``description.classes``.
        state : tuple of ndarray

        Raises
        ------
        ToolkitError
            If the window has another shape or holds a value that is not finite, or if the file
            gives one.
        """
        window = np.ascontiguousarray(window, dtype=np.float32)
        wanted = (self.description.prediction_window, len(self.description.features))
        if window.shape != wanted:
            raise ToolkitError(
                f"a window has shape {window.shape}; '{self.path}' takes {wanted}: "
                f"{wanted[0]} samples of {self.description.features}"
            )
        if not np.isfinite(window).all():
            sample, feature = np.argwhere(~np.isfinite(window))[0]
            raise ToolkitError(
                f"sample {sample} of the window holds {window[sample, feature]} in "
                f"'{self.description.features[feature]}'; only finite numbers can be predicted"
            )
        with np.errstate(all="ignore"):  # of damaged weights; the result tells
            probabilities, hidden, cell = self._run(window, *state)
        if not np.isfinite(probabilities).all():
            raise ToolkitError(f"'{self.path}' gives probabilities {probabilities}: it is damaged")
        return probabilities, (hidden, cell)

    def _run(self, window, hidden, cell):
        """Run one checked window; returns three vectors."""
        raise NotImplementedError
