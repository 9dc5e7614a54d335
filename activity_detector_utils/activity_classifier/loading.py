"""Load a classifier: from a folder that it was saved as, or from a Core ML file."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from ..base.errors import MissingFile, ToolkitError
from ..base.work_folders import settle
from ..networks.lstm import Network, weight_shapes
from . import saved
from .model import ActivityClassifier


def load_model(path: str | PathLike[str]) -> ActivityClassifier:
    """Load a saved model folder, or a ``.mlmodel`` file that Turi Create or this package wrote.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    ActivityClassifier

    Raises
    ------
    MissingFile
        If nothing is there.
    ToolkitError
        If it is no model, or a file in it is missing, damaged or of a newer format.
    """
    path = Path(path)
    if path.suffix.lower() == ".mlmodel" and not path.is_dir():
        return _load_coreml(path)
    facts, weights, tables = saved.read(path, weight_shapes(1, 1, 1))
    window = facts["prediction_window"]
    history = tables.pop("history", None)
    known = {name: facts[name] for name in saved.REQUIRED}
    known["fields"] = known["fields"] | tables
    try:
        model = ActivityClassifier(Network(weights), **known, history=history)
    except (ValueError, TypeError) as error:
        raise ToolkitError(f"the saved model '{path}' is damaged: {error}") from error
    if window != model.prediction_window:
        raise ToolkitError(
            f"the saved model '{path}' is damaged: model.json says prediction_window {window}, "
            f"its weights say {model.prediction_window}"
        )
    return model


def _load_coreml(path):
    from ..export import coreml

    settle(path)
    if not path.exists():
        raise MissingFile(f"there is no saved model at '{path}'")
    description = coreml.read(path)
    return ActivityClassifier(
        Network(description.weights),
        description.features,
        description.classes,
        description.session_id,
        description.target,
        description.sampling_rate,
        description.units,
        fields=description.fields,
    )
