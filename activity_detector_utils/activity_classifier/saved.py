"""The saved model: a folder of three files <-> plain descriptions and arrays.

``model.json`` describes the model, ``weights.npz`` holds the network, ``tables.npz`` the history
and the metrics that are tables. None of them is executed. What is made of them is not known here.
"""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import CannotWrite, MissingFile, ToolkitError
from ..base.model_facts import check_model_facts
from ..base.places import folder_to_replace, is_system_file
from ..base.reading import read_arrays, read_json
from ..base.settings import versions
from ..base.work_folders import settle
from ..base.writing import replacing_folder

FORMAT_VERSION = 1
MODEL_FILES = ("model.json", "weights.npz", "tables.npz")
REPORT = "report"  # a folder that may lie beside them, of pages, figures and a scorecard
REPORT_FILES = (".html", ".json", ".png")
REQUIRED = ("features", "classes", "session_id", "target", "sampling_rate", "units", "fields")
PACKAGES = ("activity-detector-utils", "numpy", "keras")
TRIES = 20  # of reading a folder that another process replaces meanwhile


def save(path, facts, weights, tables):
    """Write a model folder; it appears complete or not at all.

    Parameters
    ----------
    path : str or Path
    facts : dict
        JSON values, as :func:`..base.model_facts.check_model_facts` describes them.
    weights : dict of str to ndarray
    tables : dict of str to DataFrame

    Raises
    ------
    ToolkitError
        If anything but a saved model is at ``path``, or the folder cannot be written.
    """
    path = Path(path)
    check_replaceable(path)
    description = {
        "format_version": FORMAT_VERSION,
        "type": "activity_classifier",
        **facts,
        "versions": versions(*PACKAGES),
    }
    with replacing_folder(path) as folder:
        (folder / "model.json").write_text(json.dumps(description, indent=1) + "\n")
        np.savez(folder / "weights.npz", **weights)
        np.savez_compressed(folder / "tables.npz", **_flatten(tables))


def check_replaceable(path):
    """Raise ToolkitError if a model saved at ``path`` would replace anything but a model.

    A saved model may hold the report of its training, too.
    """
    path = Path(path)
    folder_to_replace(path)
    settle(path)
    if not path.exists():
        return
    settle(path / REPORT)
    try:
        read_description(path)
    except ToolkitError as error:
        raise CannotWrite(f"{error}; it is left as it is") from error
    others = sorted(
        file.relative_to(path).as_posix()
        for file in (*path.iterdir(), *_inside(path / REPORT))
        if not (_is_own(file, path) or is_system_file(file))
    )
    if others:
        raise CannotWrite(
            f"'{path}' holds {others} beside the saved model; move them, or save somewhere else"
        )


def read(path, wanted):
    """Read a model folder.

    Parameters
    ----------
    path : str or Path
    wanted : collection of str
        Names of weights; no others are read.

    Returns
    -------
    facts : dict
        As checked by :func:`..base.model_facts.check_model_facts`.
    weights : dict of str to ndarray
    tables : dict of str to DataFrame

    Raises
    ------
    MissingFile
        If nothing is there.
    ToolkitError
        If it is no saved model, or a file in it is missing, damaged or of a newer format.
    """
    path = Path(path)
    settle(path)
    for _ in range(TRIES):
        before = _identity(path)
        try:
            parts = _read_parts(path, wanted)
        except ToolkitError:
            if _identity(path) == before:
                raise
        else:
            if _identity(path) == before:
                return parts
        settle(path)
    raise ToolkitError(f"'{path}' is replaced again and again while it is read; try again later")


def read_description(path):
    """Read and check ``model.json`` of a model folder.

    Returns
    -------
    dict
    """
    path = Path(path)
    try:
        description = read_json(path / "model.json")
    except ToolkitError as error:
        raise ToolkitError(f"'{path}' is no saved model: {error}") from error
    if not isinstance(description, dict) or description.get("type") != "activity_classifier":
        raise ToolkitError(f"'{path / 'model.json'}' does not describe an activity classifier")
    if description.get("format_version") != FORMAT_VERSION:
        raise ToolkitError(
            f"'{path}' has format version {description.get('format_version')!r:.40}; this version "
            f"of activity_detector_utils reads {FORMAT_VERSION}"
        )
    missing = [name for name in (*REQUIRED, "prediction_window") if name not in description]
    if missing:
        raise ToolkitError(f"the saved model '{path}' is damaged: model.json lacks {missing}")
    return check_model_facts(description, f"the saved model '{path}' is damaged: model.json")


def _read_parts(path, wanted):
    if not path.exists():
        raise MissingFile(f"there is no saved model at '{path}'")
    description = read_description(path)
    tables = {}
    for key, values in read_arrays(path / "tables.npz").items():
        name, _, column = key.partition("/")
        tables.setdefault(name, {})[column] = values
    try:
        frames = {name: pd.DataFrame(columns) for name, columns in tables.items()}
    except ValueError as error:
        raise ToolkitError(f"'{path / 'tables.npz'}' is damaged: {error}") from error
    return description, read_arrays(path / "weights.npz", wanted), frames


def _flatten(tables):
    """Columns of tables as ``table/column`` arrays."""
    return {
        f"{name}/{column}": np.array(table[column].tolist())
        for name, table in tables.items()
        for column in table
    }


def _is_own(file, path):
    """Whether a file or folder in a model folder is one that training wrote."""
    if file.parent == path:
        return file.name in (*MODEL_FILES, REPORT)
    return file.suffix in REPORT_FILES


def _inside(folder):
    return folder.iterdir() if folder.is_dir() else ()


def _identity(path):
    """What tells one folder at a path from the next."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_ctime_ns
