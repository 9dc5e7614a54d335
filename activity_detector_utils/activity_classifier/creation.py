"""create(): check the request, train, and hand over the classifier."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence

import pandas as pd

from ..base.errors import ToolkitError
from ..evaluation import evaluate
from .augmentation import Augmentation
from .columns import check_spread, check_units, choose_columns
from .iterations import train_lstm
from .meaning import read_meaning, refuse_other_meaning
from .model import ActivityClassifier
from .prediction import predict_windows
from .progress import ProgressTable
from .session_samples import read_labelled
from .settings import TrainingSettings
from .validation import Watched, check_validation, set_aside


def create(
    dataset: pd.DataFrame,
    session_id: str,
    target: str,
    features: Sequence[str] | None = None,
    prediction_window: int = 100,
    validation_set: pd.DataFrame | str | None = "auto",
    max_iterations: int = 10,
    batch_size: int = 32,
    verbose: bool = True,
    random_seed: int | None = None,
    *,
    patience: int | None = None,
    use_data_augmentation: bool = True,
    sampling_rate: float | None = None,
    units: dict[str, str] | None = None,
) -> ActivityClassifier:
    """Train an activity classifier.

    Parameters
    ----------
    dataset : DataFrame
        Samples; the rows of one session are in time order.
    session_id, target : str
        The session column and the label column; each holds str or int.
    features : list of str, optional
        Feature columns; all other columns by default, but a clock, a counter, an id or a label in
        disguise among them is an error.
    prediction_window : int
        Samples in a window, 1 to 400: every window gets one prediction.
    validation_set : DataFrame, 'auto' or None
        Recordings to watch while training. 'auto' sets about a tenth of the sessions aside, by
        activity, if there are ten sessions or more. People the model never met tell more: split
        with :func:`activity_detector_utils.splits.split_by_source` and pass them here.
    max_iterations : int
        Passes over the training samples.
    batch_size : int
        Chunks of 20 windows in a training step.
    verbose : bool
        Show the progress table; False is silent.
    random_seed : int, optional
        Makes a run repeat exactly on one machine. Drawn and kept in ``model.random_seed`` if None.
    patience : int, optional
        Stop when the validation loss has not improved for that many iterations, and return the
        best iteration. Needs a validation set.
    use_data_augmentation : bool
        Train on changed copies of the recordings (:mod:`.augmentation`): other wrists and arms,
        speeds and first samples. Found to help with people that the model never met.
    sampling_rate : float, optional
        Samples a second of the recordings (Hz); kept for whoever feeds the model in an app. By
        default as measured from times, or as the frame's facts say.
    units : dict of str to str, optional
        Feature -> physical unit, kept likewise. By default what is known of the frame
        (:mod:`..recordings.facts`).

    Returns
    -------
    ActivityClassifier
        Ctrl-C while training returns the best iteration so far, with a note.

    Raises
    ------
    ToolkitError
        If an argument or a frame is not as described, values contradict their unit or rate, or a
        feature lies so far from zero, against what it changes by, that float32 cannot hold it.

    Warns
    -----
    UserWarning
        If all samples have one label.
    """
    settings = TrainingSettings(
        prediction_window=prediction_window,
        max_iterations=max_iterations,
        batch_size=batch_size,
        verbose=verbose,
        random_seed=random_seed,
        patience=patience,
        use_data_augmentation=use_data_augmentation,
        sampling_rate=sampling_rate,
        units=units,
    )
    named = features is not None
    features = choose_columns(dataset, session_id, target, features)
    columns = features, session_id, target
    check_units(settings.units, features)
    meaning = read_meaning(dataset, *columns, named, settings.units, settings.sampling_rate)
    check_validation(validation_set)
    refuse_other_meaning(validation_set, meaning, session_id)
    table = ProgressTable(settings.verbose)
    training, validation = _read(dataset, validation_set, columns, settings, table)
    started = time.perf_counter()
    watched = None if validation is None else Watched(validation, settings.prediction_window)
    augmentation = _augmentation(features, meaning, settings, table)
    network, history = train_lstm(training, watched, augmentation, settings, table)
    fields = (
        settings.fields()
        | meaning.fields()
        | {
            "num_examples": len(training.values),
            "num_sessions": len(training.sessions.ids),
            "training_iterations": len(history),
            "training_time": time.perf_counter() - started,
        }
    )
    fields |= _metrics("training", network, training)
    if validation is not None:
        fields |= _metrics("validation", network, validation)
    return ActivityClassifier(
        network,
        features,
        training.classes,
        session_id,
        target,
        meaning.rate,
        meaning.units,
        fields,
        history,
    )


def _read(dataset, validation_set, columns, settings, table):
    """Training and validation samples; the second may be None."""
    training, validation = read_labelled(dataset, *columns), None
    if len(training.classes) == 1:
        warnings.warn(
            f"all samples have the label {training.classes[0]!r}: the model can answer nothing "
            "else, and that it is always right says nothing",
            stacklevel=3,
        )
    if isinstance(validation_set, str):
        training, validation = set_aside(training, settings.random_seed, table)
    elif validation_set is not None:
        validation = read_labelled(validation_set, *columns, training.classes, "validation_set")
    if settings.patience is not None and validation is None:
        raise ToolkitError("patience needs a validation set, and there is none")
    check_spread(training.values, columns[0])
    return training, validation


def _augmentation(features, meaning, settings, table):
    """What changes copies of the recordings while training, or None; says what it leaves alone."""
    if not settings.use_data_augmentation:
        return None
    augmentation = Augmentation(features, settings.prediction_window, meaning.columns)
    for note in augmentation.notes:
        table.note(note)
    return augmentation


def _metrics(prefix, network, samples):
    """Metrics of the finished network, as fields."""
    predictions = predict_windows(network, samples)
    probabilities = predictions.at_rows(predictions.probabilities)
    labels = samples.to_rows(samples.labels)
    metrics = evaluate(labels, probabilities, samples.classes, "report")
    return {f"{prefix}_{name}": value for name, value in metrics.items()}
