"""The saved model: a folder of three files, none of which is executed.

``model.json`` describes the model, ``weights.npz`` holds the network, ``tables.npz`` the history
and the metrics that are tables.
"""

import json
import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import MissingFile, ToolkitError
from ..base.writing import replacing_folder
from ..networks.lstm import Network
from .model import ActivityClassifier

FORMAT_VERSION = 1
MODEL_FILES = ("model.json", "weights.npz", "tables.npz")
REQUIRED = ("features", "classes", "session_id", "target", "sampling_rate", "units", "fields")


def save_model(model, path):
    """Write a model folder; it appears complete or not at all.

    Parameters
    ----------
    model : ActivityClassifier
    path : str or Path

    Raises
    ------
    ToolkitError
        If anything but a saved model is at ``path``, or the folder cannot be written.
    """
    path = Path(path)
    check_replaceable(path)
    with replacing_folder(path) as folder:
        write_model(model, folder)


def check_replaceable(path):
    """Raise ToolkitError if a model saved at ``path`` would replace anything but a model.

    A saved model may hold the report of its training, too.
    """
    if not path.exists():
        return
    try:
        _read_description(path)
    except ToolkitError as error:
        raise ToolkitError(f"{error}; it is left as it is") from error
    others = sorted({file.name for file in path.iterdir()} - {*MODEL_FILES, "report"})
    if others:
        raise ToolkitError(
            f"'{path}' holds {others} beside the saved model; move them, or save somewhere else"
        )


def write_model(model, folder):
    """Write the files of a model into a folder."""
    (folder / "model.json").write_text(json.dumps(describe_model(model), indent=1) + "\n")
    np.savez(folder / "weights.npz", **model.network.weights)
    np.savez_compressed(folder / "tables.npz", **_flatten_tables(model))


def describe_model(model):
    """Everything about a model but its weights, as JSON can hold it.

    Returns
    -------
    dict
    """
    return {
        "format_version": FORMAT_VERSION,
        "type": "activity_classifier",
        "features": model.features,
        "classes": model.classes,
        "prediction_window": model.prediction_window,
        "session_id": model.session_id,
        "target": model.target,
        "sampling_rate": model.sampling_rate,
        "units": model.units,
        "fields": {k: v for k, v in model.fields.items() if not isinstance(v, pd.DataFrame)},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("activity-detector-utils", "numpy", "keras")},
        },
    }


def load_model(path):
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
    if not path.exists():
        raise MissingFile(f"there is no saved model at '{path}'")
    if path.suffix.lower() == ".mlmodel":
        from ..export import coreml

        return _from_coreml(coreml.read(path))
    description = _read_description(path)
    try:
        network = Network(_read_arrays(path / "weights.npz"))
        tables = _read_tables(path / "tables.npz")
        history = tables.pop("history", None)
        known = {name: description[name] for name in REQUIRED}
        known["fields"] = known["fields"] | tables
        model = ActivityClassifier(network, **known, history=history)
    except (ValueError, TypeError, AttributeError) as error:
        raise ToolkitError(f"the saved model '{path}' is damaged: {error}") from error
    if description["prediction_window"] != model.prediction_window:
        raise ToolkitError(
            f"the saved model '{path}' is damaged: model.json says prediction_window "
            f"{description['prediction_window']}, its weights say {model.prediction_window}"
        )
    return model


def _read_description(path):
    file = path / "model.json"
    try:
        description = json.loads(file.read_text())
    except (OSError, ValueError) as error:
        raise ToolkitError(
            f"'{path}' is no saved model: cannot read model.json: {error}"
        ) from error
    if not isinstance(description, dict) or description.get("type") != "activity_classifier":
        raise ToolkitError(f"'{file}' does not describe an activity classifier")
    if description.get("format_version") != FORMAT_VERSION:
        raise ToolkitError(
            f"'{path}' has format version {description.get('format_version')}; this version of "
            f"activity_detector_utils reads {FORMAT_VERSION}"
        )
    missing = [name for name in (*REQUIRED, "prediction_window") if name not in description]
    if missing:
        raise ToolkitError(f"the saved model '{path}' is damaged: model.json lacks {missing}")
    return description


def _read_arrays(file):
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except Exception as error:  # a damaged file can fail anywhere
        raise ToolkitError(f"cannot read '{file}': {error}") from error


def _flatten_tables(model):
    """Columns of the history and of the metrics that are tables, as ``table/column`` arrays."""
    tables = {k: v for k, v in model.fields.items() if isinstance(v, pd.DataFrame)}
    if model.history is not None:
        tables["history"] = model.history
    return {
        f"{name}/{column}": np.array(table[column].tolist())
        for name, table in tables.items()
        for column in table
    }


def _read_tables(file):
    tables = {}
    for key, values in _read_arrays(file).items():
        name, _, column = key.partition("/")
        tables.setdefault(name, {})[column] = values
    return {name: pd.DataFrame(columns) for name, columns in tables.items()}


def _from_coreml(description):
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
