"""Tables that say what an exported file holds, for people without Xcode or Netron."""

from dataclasses import dataclass
from os import PathLike

import pandas as pd

from .runners import read_description

UNKNOWN = "not stated"


@dataclass(frozen=True)
class FileTables:
    """What a model file holds.

    Attributes
    ----------
    format : str
    ports : DataFrame
        One row an input or output: ``kind, name, type, shape, optional, description``.
    features : DataFrame
        ``feature, unit`` in the order in which the model takes them.
    facts : DataFrame
        ``name, value``: classes, window, rate, columns, description, licence.
    metadata : DataFrame
        ``key, value``: the file's own entries as they are.
    """

    format: str
    ports: pd.DataFrame
    features: pd.DataFrame
    facts: pd.DataFrame
    metadata: pd.DataFrame


def describe(path: str | PathLike[str]) -> FileTables:
    """Describe a ``.mlmodel``, ``.mlpackage``, ``.onnx`` or ``.tflite`` file, without running it.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    FileTables

    Raises
    ------
    FileNotFoundError
        If nothing is there.
    ToolkitError
        If the file is damaged, or is not one of an activity classifier.
    ImportError
        If the library that reads this format is not installed.
    """
    description = read_description(path)
    units = [description.units.get(feature, UNKNOWN) for feature in description.features]
    entries = sorted(description.metadata.items())
    return FileTables(
        format=description.format,
        ports=pd.DataFrame([vars(port) for port in description.ports]),
        features=pd.DataFrame({"feature": description.features, "unit": units}),
        facts=pd.DataFrame(_facts(description), columns=["name", "value"]),
        metadata=pd.DataFrame(entries, columns=["key", "value"]),
    )


def _facts(description):
    window, rate = f"{description.prediction_window} samples", description.sampling_rate
    if rate:
        window += f" ({description.prediction_window / rate:g} s)"
    metadata, iterations = description.metadata, description.max_iterations
    return [
        ("classes", ", ".join(map(str, description.classes))),
        ("type of the labels", type(description.classes[0]).__name__),
        ("window", window),
        ("sampling rate", f"{rate:g} Hz" if rate else UNKNOWN),
        ("session column", description.session_id),
        ("label column", description.target),
        ("training iterations", str(iterations or UNKNOWN)),
        *[(key, metadata.get(key, UNKNOWN)) for key in ("description", "author", "license")],
    ]
