"""What every exported file says about its model, whatever the format."""

import json
import math
import reprlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..base.errors import ToolkitError
from ..base.model_facts import check_model_facts
from ..base.settings import versions
from ..networks.lstm import N_UNITS, weight_shapes
from .reading import parse_text

INPUTS = ("features", "hiddenIn", "cellIn")  # of .onnx and .tflite files
OUTPUTS = ("activityProbability", "hiddenOut", "cellOut")
NOT_TEXT = ("features", "classes", "prediction_window", "sampling_rate", "units", "max_iterations")
NO_LICENSE = "not stated"
STEP = "Activity classifier: one window of"  # how a description begins that nobody wrote


@dataclass(frozen=True)
class Port:
    """An input or output of a file.

    Attributes
    ----------
    kind : {'input', 'output'}
    name, type, description : str
    shape : tuple of int
        Empty for anything but an array.
    optional : bool
    """

    kind: str
    name: str
    type: str
    shape: tuple = ()
    optional: bool = False
    description: str = ""


@dataclass
class Description:
    """What a file says about its model.

    Attributes
    ----------
    format : str
        For people: file format and layout.
    features : list of str
    classes : list of str or list of int
    prediction_window : int
        Samples in a window.
    session_id, target : str
    sampling_rate : float or None
        Hz, where the file says so.
    units : dict of str to str
        Feature -> unit, where the file says so.
    fields : dict
        ``max_iterations, description, author, license``, those that the file states.
    ports : list of Port
    metadata : dict of str to str
        The file's own entries, as they are.
    weights : dict of str to ndarray or None
        As ``network.weight_shapes`` names them; only :func:`export.coreml.read` fills them.
    """

    format: str
    features: list
    classes: list
    prediction_window: int
    session_id: str
    target: str
    sampling_rate: float | None = None
    units: dict = field(default_factory=dict)
    fields: dict = field(default_factory=dict)
    ports: list = field(default_factory=list)
    metadata: dict = field(default_factory=dict)
    weights: dict | None = None

    @property
    def max_iterations(self):
        """Training iterations, where the file says so, else None."""
        return self.fields.get("max_iterations")


def facts(model):
    """What travels with a model: names, classes, window, rate, units, licence, description.

    Parameters
    ----------
    model : ActivityClassifier
        ``model.fields`` may hold ``description``, ``author`` and ``license``.

    Returns
    -------
    dict
        JSON values only; what is unknown is left out.
    """
    known = {
        "type": "activity_classifier",
        "features": list(model.features),
        "classes": list(model.classes),
        "prediction_window": int(model.prediction_window),
        "sampling_rate": model.sampling_rate,
        "units": dict(model.units) or None,
        "session_id": model.session_id,
        "target": model.target,
        "max_iterations": model.fields.get("max_iterations"),
        "description": model.fields.get("description") or _describe_step(model),
        "author": model.fields.get("author"),
        "license": model.fields.get("license") or NO_LICENSE,
        "written_by": writer(),
    }
    return {key: value for key, value in known.items() if value is not None}


def writer():
    """Name and version of this package, for the metadata of files."""
    package = "activity-detector-utils"
    return f"{package} {versions(package)[package]}"


def as_strings(known):
    """Facts as text, for formats that hold only text: lists and dicts become JSON."""
    return {
        key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for key, value in known.items()
    }


def from_facts(path, format, known, metadata=None):
    """Make a Description of the facts read from a file that :func:`facts` went into.

    Parameters
    ----------
    path : str or Path
        For errors.
    format : str
        For people.
    known : dict
        Facts of the file, checked here.
    metadata : dict of str to str, optional
        The file's entries as they are; by default the facts as text.

    Raises
    ------
    ToolkitError
        If a fact is missing or is not what it must be.
    """
    needed = ("features", "classes", "prediction_window", "session_id", "target")
    missing = [key for key in needed if key not in known]
    if missing:
        raise ToolkitError(
            f"'{path}' does not say what it holds: its metadata lacks {missing}. Files written by "
            "export_onnx and export_litert have them"
        )
    checked = check_model_facts({**known, "fields": stated_fields(known)}, f"'{path}'")
    return Description(
        format=format,
        **{key: checked[key] for key in needed},
        sampling_rate=checked.get("sampling_rate"),
        units=checked.get("units", {}),
        fields=checked["fields"],
        metadata=as_strings(known) if metadata is None else metadata,
    )


def empty_weights(path, description, size):
    """Zeros in the shapes of the weights that a file with these facts must hold.

    Raises
    ------
    ToolkitError
        If weights of these sizes do not fit into a file of ``size`` bytes.
    """
    described = description
    shapes = weight_shapes(
        described.prediction_window, len(described.features), len(described.classes)
    )
    if sum(math.prod(shape) for shape in shapes.values()) > size:  # a byte each, or four
        raise ToolkitError(
            f"'{path}' is too small for windows of {described.prediction_window} samples of "
            f"{len(described.features)} features and {len(described.classes)} classes: it is cut "
            "short, or its metadata are another file's"
        )
    return {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}


def step_ports(description):
    """Inputs and outputs of ``.onnx`` and ``.tflite`` files."""
    state = (1, N_UNITS)
    window = (1, description.prediction_window, len(description.features))
    shapes = {"input": (window, state, state)}
    shapes["output"] = ((1, len(description.classes)), state, state)
    return [
        Port(kind, name, "float32", shape)
        for kind, names in (("input", INPUTS), ("output", OUTPUTS))
        for name, shape in zip(names, shapes[kind], strict=True)
    ]


def stated_fields(known):
    """Training iterations, description, author and licence, as far as somebody stated them."""
    fields = {
        key: known[key]
        for key in ("max_iterations", "description", "author", "license")
        if known.get(key)
    }
    if fields.get("license") == NO_LICENSE:
        del fields["license"]
    if str(fields.get("description", "")).startswith(STEP):
        del fields["description"]  # an export writes it anew
    return fields


def parse_facts(path, entries):
    """Undo :func:`as_strings` for the entries that are not text."""
    parsed = dict(entries)
    for key in NOT_TEXT:
        if key in parsed:
            try:
                parsed[key] = parse_text(parsed[key])
            except ValueError as error:
                raise ToolkitError(
                    f"'{path}': its metadata entry '{key}' is damaged: {reprlib.repr(parsed[key])}"
                ) from error
    return parsed


def check_path(path, *suffixes):
    """Return ``path`` as a Path, or raise ToolkitError when it has none of the suffixes."""
    path = Path(path)
    if path.suffix.lower() not in suffixes:
        raise ToolkitError(
            f"'{path}' ends in '{path.suffix}'; name the file with {' or '.join(suffixes)}"
        )
    return path


def _describe_step(model):
    window = f"{model.prediction_window} samples"
    if model.sampling_rate:
        window += f" at {model.sampling_rate:g} Hz"
    return f"{STEP} {window} and the LSTM state in, class probabilities and the new state out"
