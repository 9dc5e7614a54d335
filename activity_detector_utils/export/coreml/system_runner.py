"""Run a Core ML file with Core ML itself: macOS only."""

import logging

import numpy as np

from ..base_runner import Runner
from ..libraries import need


class SystemRunner(Runner):
    """A Core ML file, run by the system through coremltools on the processor.

    Parameters
    ----------
    path : str or Path
    description : Description

    Raises
    ------
    ImportError
        If coremltools is not installed.
    """

    engine = "Core ML"

    def __init__(self, path, description):
        super().__init__(path, description)
        coremltools = _import_coremltools()
        units = coremltools.ComputeUnit.CPU_ONLY  # the other units compute in half precision
        self._model = coremltools.models.MLModel(str(path), compute_units=units)
        self._one_state = any(port.name == "stateIn" for port in description.ports)

    def _run(self, window, hidden, cell):
        features = self.description.features
        if self._one_state:
            inputs = {name: window[:, number] for number, name in enumerate(features)}
            inputs["stateIn"] = np.concatenate([hidden, cell])
        else:
            inputs = {"features": window[None], "hiddenIn": hidden, "cellIn": cell}
        outputs = self._model.predict(inputs)
        by_class = outputs[f"{self.description.target}Probability"]
        probabilities = [by_class[str(label)] for label in self.description.classes]
        if self._one_state:
            state = np.split(np.asarray(outputs["stateOut"], np.float32), 2)
        else:
            state = [np.asarray(outputs[name], np.float32) for name in ("hiddenOut", "cellOut")]
        return np.array(probabilities, np.float32), *state


def _import_coremltools():
    """Import coremltools without its lines on versions of libraries that are not used here."""
    logger = logging.getLogger("coremltools")

    def is_news(record):
        return "has not been tested" not in record.msg and "is not supported" not in record.msg

    logger.addFilter(is_news)
    try:
        return need("coremltools")
    finally:
        logger.removeFilter(is_news)
