"""Open an exported file with what can run it here."""

from __future__ import annotations

import os
import sys
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..base.errors import MissingFile, ToolkitError

if TYPE_CHECKING:
    from .base_runner import Runner

SUFFIXES = (".mlmodel", ".mlpackage", ".onnx", ".tflite")


def open_exported(path: str | PathLike[str], engine: str | None = None) -> Runner:
    """Open a model file for running it window by window.

    Parameters
    ----------
    path : str or Path
        ``.mlmodel``, ``.mlpackage``, ``.onnx`` or ``.tflite``.
    engine : str, optional
        One of :func:`engines`; by default the first.

    Returns
    -------
    Runner
        ``step(window, state)`` and ``description``.

    Raises
    ------
    MissingFile
        If nothing is there.
    ToolkitError
        If the file is damaged, or is not one of an activity classifier.
    MissingPackage
        If the library that runs this format is not installed.
    """
    path = _check(path)
    engine = engine or engines(path)[0]
    if engine not in engines(path):
        raise ToolkitError(f"'{path}' can be run here by {engines(path)}, not by {engine!r}")
    runner = _open(path, engine)
    _try(runner)
    return runner


def read_description(path):
    """What an exported file says of itself, its graph checked; nothing is run.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Description

    Raises
    ------
    MissingFile, ToolkitError, MissingPackage
        As :func:`open_exported`.
    """
    path = _check(path)
    suffix = path.suffix.lower()
    if suffix == ".onnx":
        from .onnx import read
    elif suffix == ".tflite":
        from .litert import read
    else:
        from .coreml import read_checked as read
    return read(path)[0]


def engines(path: str | PathLike[str]) -> list[str]:
    """What can run a file on this machine.

    Returns
    -------
    list of str
        'numpy' executes Core ML files as their format description says; on macOS 'Core ML', the
        system's own, comes second.
    """
    suffix = _check(path).suffix.lower()
    if suffix == ".onnx":
        return ["onnxruntime"]
    if suffix == ".tflite":
        return ["ai-edge-litert"]
    return ["numpy", "Core ML"] if sys.platform == "darwin" else ["numpy"]


def _check(path):
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise ToolkitError(f"'{path}' is no exported model; these end in {', '.join(SUFFIXES)}")
    if not os.path.exists(path):  # of impossible names, too
        raise MissingFile(f"there is no file '{path}'")
    return path


def _open(path, engine):
    suffix = path.suffix.lower()
    if suffix == ".onnx":
        from .onnx import OnnxRunner

        return OnnxRunner(path)
    if suffix == ".tflite":
        from .litert import LiteRTRunner

        return LiteRTRunner(path)
    from .coreml import runner

    return runner(path, engine)


def _try(runner):
    """Raise ToolkitError unless a window of zeros gives one probability a class."""
    described = runner.description
    window = np.zeros((described.prediction_window, len(described.features)))
    probabilities, _ = runner.step(window, runner.zero_state())
    wanted = (len(described.classes),)
    if probabilities.shape != wanted:
        raise ToolkitError(
            f"'{runner.path}' gives {probabilities} for a window of zeros, not one probability "
            f"for each of {described.classes}"
        )
