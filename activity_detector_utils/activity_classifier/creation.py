"""create(): check the request, train, and hand over the classifier."""

import time

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from ..base.arguments import whole_number
from ..base.errors import ToolkitError, WrongType
from ..base.frames import check_frame, read_ids, require_columns
from ..networks.lstm import Network
from ..windows import blocks_per_group, cut_windows, window_label_counts
from .frames import class_codes, read_classes, read_samples
from .meaning import read_meaning, refuse_other_meaning
from .model import ActivityClassifier
from .progress import ProgressTable, format_seconds

MIN_SESSIONS_FOR_SPLIT = 10
VALIDATION_SHARE = 0.1
INT32 = np.iinfo(np.int32)


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
    *,
    patience=None,
    use_data_augmentation=True,
    sampling_rate=None,
    units=None,
):
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
        If an argument or a frame is not as described, or values contradict their unit or rate.
    """
    prediction_window = whole_number("prediction_window", prediction_window, 1, 400)
    max_iterations = whole_number("max_iterations", max_iterations, 1, 2**63 - 1)
    batch_size = whole_number("batch_size", batch_size, 1, INT32.max)
    if random_seed is None:
        random_seed = int(np.random.default_rng().integers(INT32.max))
    random_seed = whole_number("random_seed", random_seed, INT32.min, INT32.max)
    sampling_rate = _rate(sampling_rate)
    named = features is not None
    features = _check_columns(dataset, session_id, target, features)
    meaning = read_meaning(dataset, features, session_id, target, named, units, sampling_rate)
    refuse_other_meaning(validation_set, meaning, session_id)
    table = ProgressTable(verbose)
    dataset, validation_set = _choose_validation(
        dataset, validation_set, session_id, target, random_seed, table
    )
    if patience is not None:
        patience = whole_number("patience", patience, 1, max_iterations)
        if validation_set is None:
            raise ToolkitError("patience needs a validation set, and there is none")
    classes = read_classes(read_ids(dataset, target))
    training = _labelled(dataset, features, session_id, target, classes, "dataset")
    watched = None
    if validation_set is not None:
        validation = _labelled(
            validation_set, features, session_id, target, classes, "validation_set"
        )
        watched = _Watched(*validation, prediction_window, len(classes))

    started = time.perf_counter()
    trainer = _make_trainer(
        *training,
        len(classes),
        prediction_window,
        batch_size,
        _make_augmentation(features, prediction_window, meaning, table)
        if use_data_augmentation
        else None,
        random_seed,
    )
    # After each product numpy's second thread spins and waits for the next, in TensorFlow's way.
    with threadpool_limits(1, user_api="blas"):
        network, history = _run(trainer, watched, max_iterations, patience, table)
    fields = {
        "batch_size": batch_size,
        "max_iterations": max_iterations,
        "num_examples": len(dataset),
        "num_sessions": len(training[0].sessions.ids),
        "random_seed": random_seed,
        "training_iterations": len(history),
        "training_time": time.perf_counter() - started,
        "use_data_augmentation": bool(use_data_augmentation),
        "verbose": bool(verbose),
    } | meaning.fields()
    model = ActivityClassifier(
        network,
        features,
        classes,
        session_id,
        target,
        meaning.rate,
        meaning.units,
        fields,
        history,
    )
    _add_metrics(model, "training", dataset)
    if validation_set is not None:
        _add_metrics(model, "validation", validation_set)
    return model


def _run(trainer, watched, max_iterations, patience, table):
    """Iterate until done, out of patience or interrupted; return the network and its history."""
    started = time.perf_counter()
    rows, network, best, best_loss, best_iteration = [], None, None, np.inf, 0
    table.start(with_validation=watched is not None)
    try:
        for iteration in range(1, max_iterations + 1):
            row = {"iteration": iteration, **trainer.run_iteration()}
            latest = Network(trainer.weights())
            if watched is not None:
                row |= watched.score(latest)
            row["seconds"] = time.perf_counter() - started
            network = latest
            rows.append(row)
            loss = row.get("validation_loss", -iteration)  # without validation the latest is best
            if best is None or loss < best_loss:
                best, best_loss, best_iteration = network, loss, iteration
            table.add(row)
            if patience is not None and iteration - best_iteration >= patience:
                break
    except KeyboardInterrupt:
        if best is None:
            raise
        table.finish()
        table.note(
            f"Interrupted: this is the model of iteration {best_iteration}, the best so far."
        )
        return best, pd.DataFrame(rows)
    table.finish()
    if patience is not None:
        table.note(f"Best iteration: {best_iteration} of {len(rows)}; the model is that one.")
        network = best
    table.note(f"Total Time Spent: {format_seconds(time.perf_counter() - started)}")
    return network, pd.DataFrame(rows)


class _Watched:
    """The validation samples, cut once, scored after every iteration."""

    def __init__(self, samples, codes, prediction_window, n_classes):
        lengths = samples.sessions.lengths
        self.windows = cut_windows(samples.values, lengths, prediction_window)
        self.per_session = blocks_per_group(lengths, prediction_window)
        self.counts = window_label_counts(codes, lengths, prediction_window, n_classes)

    def score(self, network):
        """Accuracy and log loss per sample."""
        probabilities = network.predict_sessions(self.windows, self.per_session)
        hits = self.counts[np.arange(len(self.counts)), probabilities.argmax(axis=1)].sum()
        loss = -(self.counts * np.log(np.maximum(probabilities, 1e-15))).sum()
        n_samples = self.counts.sum()
        return {
            "validation_accuracy": float(hits / n_samples),
            "validation_loss": float(loss / n_samples),
        }


def _make_trainer(samples, codes, n_classes, prediction_window, batch_size, augmentation, seed):
    from ..networks.lstm_training import Trainer

    return Trainer(
        samples.values,
        codes,
        samples.sessions.lengths,
        n_classes=n_classes,
        prediction_window=prediction_window,
        batch_size=batch_size,
        augment=augmentation,
        seed=seed,
    )


def _make_augmentation(features, prediction_window, meaning, table):
    from .augmentation import Augmentation

    augmentation = Augmentation(features, prediction_window, meaning.columns)
    for note in augmentation.notes:
        table.note(note)
    return augmentation


def _add_metrics(model, prefix, frame):
    """Evaluate the finished model on a frame and keep the metrics as fields."""
    metrics = model.evaluate(frame, metric="report")
    model.fields |= {f"{prefix}_{name}": value for name, value in metrics.items()}


def _labelled(frame, features, session_id, target, classes, name):
    """Samples and class codes of a frame, session by session."""
    samples = read_samples(frame, features, session_id, name)
    require_columns(frame, [target], name)
    codes = class_codes(read_ids(frame, target, name), classes, name)
    return samples, codes[samples.sessions.order]


def _choose_validation(dataset, validation_set, session_id, target, seed, table):
    """Training and validation frame; the second may be None."""
    if validation_set is None:
        return dataset, None
    if not isinstance(validation_set, str):
        check_frame(validation_set, "validation_set")
        return dataset, validation_set
    if validation_set != "auto":
        raise ToolkitError(
            f"validation_set is {validation_set!r}; it must be a DataFrame, 'auto' or None"
        )
    from ..splits import stratified_session_split

    sessions = read_ids(dataset, session_id)
    n_sessions = len(set(sessions))
    held_out = np.zeros(len(dataset), dtype=bool)
    if n_sessions >= MIN_SESSIONS_FOR_SPLIT:
        labels = read_ids(dataset, target)
        held_out = stratified_session_split(sessions, labels, VALIDATION_SHARE, seed)
    if not held_out.any():
        table.note(
            f"No validation set: of {n_sessions} sessions none can be spared "
            f"({MIN_SESSIONS_FOR_SPLIT} are needed, and two of an activity)."
        )
        return dataset, None
    table.note(
        f"Validation set: {len(set(sessions[held_out]))} of {n_sessions} sessions, chosen at "
        "random by activity. The same people may be on both sides."
    )
    return dataset[~held_out], dataset[held_out]


def _check_columns(dataset, session_id, target, features):
    """Return the feature names, or raise the error for the first thing that is wrong."""
    check_frame(dataset)
    for name, value in (("target", target), ("session_id", session_id)):
        if not isinstance(value, str):
            raise ToolkitError(f"{name} must be of type str (not {type(value).__name__})")
    if target == session_id:
        raise ToolkitError(f"target and session_id are both {target!r}; they must be two columns")
    if features is None:
        features = [c for c in dataset.columns if c not in (session_id, target)]
    _check_features(features)
    for name, column in (("target", target), ("session_id", session_id)):
        if column in features:
            raise ToolkitError(
                f"column {column!r} is the {name}; it cannot be one of the features {features}"
            )
    require_columns(dataset, [*features, session_id, target])
    return list(features)


def _check_features(features):
    """Raise the error for what is no list of different column names."""
    if not isinstance(features, (list, tuple)):
        raise WrongType(f"Input 'features' must be a list (not {type(features).__name__}).")
    for feature in features:
        if not isinstance(feature, str):
            raise WrongType(
                f"Invalid member of 'features': {feature!r}; feature names must be of type str."
            )
    if not features:
        raise WrongType("Input 'features' must contain at least one column name.")
    if len(set(features)) < len(features):
        raise ToolkitError(f"'features' names a column twice: {list(features)}")


def _rate(value):
    """Return a sampling rate as float, or None; raise ToolkitError for anything else."""
    if value is None:
        return None
    is_number = isinstance(value, (int, float, np.integer, np.floating))
    if not is_number or isinstance(value, bool) or not 0 < value < float("inf"):
        raise ToolkitError(f"sampling_rate is {value!r}; it must be samples a second, or None")
    return float(value)
