"""Run an exported file over recorded sessions, as an app would, and compare it with its model."""

import time
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError
from ..windows import blocks_per_group, cut_windows, find_sessions, window_of_sample
from .runners import engines, open_exported

TOLERANCE = 1e-5  # largest difference of probabilities that rounding explains
TOLERANCE_INT8 = 2e-2


@dataclass(frozen=True)
class Replay:
    """An exported file compared with its model.

    Attributes
    ----------
    path : Path
    table : DataFrame
        One row a window and engine: ``engine``, the session id, ``prediction_id`` (window number
        within its session), ``model_class``, ``file_class``, ``difference`` (largest difference of
        a probability).
    summary : DataFrame
        One row an engine: ``engine, n_windows, largest_difference, accuracy_model, accuracy_file,
        microseconds_per_window`` (median). Accuracies are per sample, NaN without labels.
    tolerance : float
        Difference that is to be expected: 1e-5, or 2e-2 for weights in 8 bits.
    """

    path: Path
    table: pd.DataFrame
    summary: pd.DataFrame
    tolerance: float

    @property
    def largest_difference(self) -> float:
        """Largest difference of a probability over all windows and engines."""
        return float(self.summary["largest_difference"].max(skipna=False))

    @property
    def agrees(self) -> bool:
        """Whether the file behaves like its model: all differences within the tolerance."""
        return self.largest_difference <= self.tolerance

    @property
    def accuracy_model(self) -> float:
        """Share of samples that the model classifies as labelled, state carried."""
        return float(self.summary["accuracy_model"].iloc[0])

    @property
    def accuracy_file(self) -> float:
        """Share of samples that the file classifies as labelled: the worst engine's."""
        return float(self.summary["accuracy_file"].min())

    @property
    def microseconds_per_window(self) -> float:
        """Median time of a step: the slowest engine's."""
        return float(self.summary["microseconds_per_window"].max())


def replay(
    path: str | PathLike[str],
    model,
    frame: pd.DataFrame,
    engine: str | None = None,
) -> Replay:
    """Run a file window by window over whole sessions, state carried, and compare.

    Parameters
    ----------
    path : str or Path
        ``.mlmodel``, ``.mlpackage``, ``.onnx`` or ``.tflite``.
    model : ActivityClassifier
        What the file was exported from.
    frame : DataFrame
        Needs the model's feature columns and session column; with its target column, accuracies
        are given, too.
    engine : str, optional
        One of ``runners.engines(path)``; by default all of them.

    Returns
    -------
    Replay

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ToolkitError
        If the file is damaged, has other features, classes or another window than the model, or
        the frame is not one that the model can predict.
    """
    runners = [open_exported(path, name) for name in ([engine] if engine else engines(path))]
    _check_same(path, runners[0].description, model)
    expected = model.predict(frame, "probability_vector", "per_window", carry_state=True)
    wanted = np.stack(expected.pop("probability_vector").to_numpy())
    sessions = find_sessions(frame[model.session_id])
    values = frame[list(model.features)].to_numpy(np.float32)[sessions.order]
    windows = cut_windows(values, sessions.lengths, model.prediction_window)
    accuracy = _accuracy_of_windows(model, frame, sessions)
    tables, rows = [], []
    for runner in runners:
        given, seconds = _run_sessions(runner, windows, sessions.lengths)
        tables.append(_compare(runner.engine, expected, wanted, given, model.classes))
        rows.append(
            {
                "engine": runner.engine,
                "n_windows": len(windows),
                "largest_difference": tables[-1]["difference"].max(skipna=False),
                "accuracy_model": accuracy(wanted),
                "accuracy_file": accuracy(given),
                "microseconds_per_window": 1e6 * float(np.median(seconds)),
            }
        )
    table = pd.concat(tables, ignore_index=True)
    return Replay(Path(path), table, pd.DataFrame(rows), _tolerance(runners[0].description))


def _check_same(path, description, model):
    for name in ("features", "classes", "prediction_window"):
        in_file, in_model = getattr(description, name), getattr(model, name)
        if in_file != in_model:
            raise ToolkitError(
                f"'{path}' is not an export of this model: its {name} is {in_file}, the model's "
                f"is {in_model}"
            )


def _run_sessions(runner, windows, lengths):
    """Probabilities of all windows and the seconds that each took."""
    given = np.empty((len(windows), len(runner.description.classes)), np.float32)
    seconds = np.empty(len(windows))
    per_session = blocks_per_group(lengths, windows.shape[1])
    starts = set(np.cumsum(per_session) - per_session)
    for number, window in enumerate(windows):
        if number in starts:
            state = runner.zero_state()
        begin = time.perf_counter()
        given[number], state = runner.step(window, state)
        seconds[number] = time.perf_counter() - begin
    return given, seconds


def _tolerance(description):
    in_8_bits = description.metadata.get("weight_type") == "int8"
    return TOLERANCE_INT8 if in_8_bits else TOLERANCE


def _compare(engine, expected, wanted, given, classes):
    labels = np.array(classes, dtype=object)
    table = expected.assign(
        model_class=labels[wanted.argmax(axis=1)],
        file_class=labels[given.argmax(axis=1)],
        difference=np.abs(wanted - given).max(axis=1),
    )
    table.insert(0, "engine", engine)
    return table


def _accuracy_of_windows(model, frame, sessions):
    """Function from probabilities of windows to the share of samples classified as labelled."""
    if model.target not in frame.columns:
        return lambda probabilities: float("nan")
    truth = frame[model.target].to_numpy(object)[sessions.order]
    labels = np.array(model.classes, dtype=object)
    windows = window_of_sample(sessions.lengths, model.prediction_window)

    def accuracy(probabilities):
        return float((labels[probabilities.argmax(axis=1)][windows] == truth).mean())

    return accuracy
