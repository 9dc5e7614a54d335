"""Genuine Turi Create 6.4.1, run in a Python 3.8 environment of its own (see ``available``).

The same calls as in ``turicreate.activity_classifier``, with DataFrames for SFrames. Each model
lives in a process of its own until it is closed::

    with turi.create(train, "sessionId", "activity", prediction_window=50) as model:
        print(model.evaluate(test)["accuracy"])

May import ``base``; ``worker.py``, which runs in that Python 3.8, imports nothing of this package.
"""

import pandas as pd

from .environment import Availability, TuriUnavailable, available
from .model import (
    TuriModel,
    checked_frame,
    full_path,
    present_columns,
    start_model,
)
from .process import TuriProcess

__all__ = [
    "Availability",
    "TuriModel",
    "TuriUnavailable",
    "available",
    "create",
    "export_coreml",
    "frame_to_sframe",
    "load_model",
    "random_split_by_session",
    "sframe_to_frame",
]


def create(
    dataset,
    session_id,
    target,
    features=None,
    prediction_window=100,
    validation_set="auto",
    max_iterations=10,
    batch_size=32,
    verbose=True,
    random_seed=None,
):
    """Train a model with genuine Turi Create; its own progress table is printed as it comes.

    Parameters
    ----------
    dataset : DataFrame
        Recordings in time order; a session is a run of rows with one id.
    session_id, target : str
        Columns of the session ids and of the labels (text or integers).
    features : list of str, optional
        Numeric columns; all the others when None.
    prediction_window : int
        Samples per window, 1 to 400.
    validation_set : 'auto', DataFrame or None
        'auto' takes some sessions from a dataset of 50 or more.
    max_iterations, batch_size : int
        Passes over the data; chunks of 20 windows per step.
    verbose : bool
        False hides the table; Turi Create prints its other lines all the same.
    random_seed : int, optional
        Drawn by Turi Create when None, and kept in ``model.random_seed``.

    Returns
    -------
    TuriModel

    Raises
    ------
    ToolkitError
        With Turi Create's own message.
    TuriUnavailable
        If Turi Create cannot run here.
    """
    options = {
        "session_id": session_id,
        "target": target,
        "features": features,
        "prediction_window": prediction_window,
        "max_iterations": max_iterations,
        "batch_size": batch_size,
        "verbose": verbose,
        "random_seed": random_seed,
    }
    dataset = checked_frame(dataset, "dataset")
    if isinstance(features, list):
        dataset = present_columns(dataset, [*features, session_id, target])
    if isinstance(validation_set, pd.DataFrame):
        # Other text columns in it stop Turi Create with "stod".
        validation_set = present_columns(validation_set, dataset.columns)
    return start_model("create", dataset=dataset, validation_set=validation_set, **options)


def load_model(path):
    """Load a model folder that Turi Create saved.

    Parameters
    ----------
    path : path
        The folder.

    Returns
    -------
    TuriModel

    Raises
    ------
    ToolkitError
        With Turi Create's own message, for example when there is no such folder.
    """
    return start_model("load_model", path=full_path(path))


def export_coreml(saved_model, path):
    """Write a Core ML file from a model folder that Turi Create saved.

    Parameters
    ----------
    saved_model : path
        The folder.
    path : path
        The ``.mlmodel`` file to write.

    Raises
    ------
    ToolkitError
        With Turi Create's own message.
    """
    with load_model(saved_model) as model:
        model.export_coreml(path)


def random_split_by_session(dataset, session_id, fraction=0.9, seed=None):
    """Split a frame with Turi Create's own ``util.random_split_by_session``.

    Parameters
    ----------
    dataset : DataFrame
        Stays as it is.
    session_id : str
        Column of the session ids.
    fraction : float
        Chance of each session to come into the first frame, 0 to 1.
    seed : int, optional
        The same seed splits the same ids the same way.

    Returns
    -------
    tuple of two DataFrames
        With the rows' own index and order.
    """
    rows = present_columns(checked_frame(dataset, "dataset"), [session_id]).assign(
        row=range(len(dataset))
    )
    with TuriProcess() as process:
        halves = process.call(
            "random_split", dataset=rows, session_id=session_id, fraction=fraction, seed=seed
        )
    first, second = (dataset.iloc[half["row"].to_numpy(dtype=int)] for half in halves)
    return first, second


def sframe_to_frame(folder):
    """Read an SFrame folder.

    Parameters
    ----------
    folder : path
        What ``SFrame.save`` wrote.

    Returns
    -------
    DataFrame
        Integer columns with gaps are ``Int64``, dates are in UTC, vectors are one array per row.

    Raises
    ------
    ToolkitError
        With Turi Create's own message, or naming a column that holds images or such.
    """
    with TuriProcess() as process:
        return process.call("load_sframe", path=full_path(folder))


def frame_to_sframe(frame, folder):
    """Write a frame of numbers and text as an SFrame folder, without its index.

    Parameters
    ----------
    frame : DataFrame
        Stays as it is.
    folder : path
        The folder to write.
    """
    with TuriProcess() as process:
        process.call("save_sframe", frame=checked_frame(frame, "frame"), path=full_path(folder))
