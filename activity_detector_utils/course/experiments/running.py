"""Trainings that do not wait for each other: one process and one thread for each."""

import time

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from ...base import settings
from ...base.errors import ToolkitError
from .comparisons import MODELS, choose_models, load_task
from .records import add_result, provenance, read_results


def train_once(name, model, seed):
    """Train one model from one seed and test it once, after its last epoch.

    Parameters
    ----------
    name : {"imdb", "uci-har", "shoulder"}
    model : str
        A name in ``comparisons.MODELS[name]``.
    seed : int

    Returns
    -------
    dict
        A row of the recorded results.
    """
    one_thread()
    task = load_task(name)
    start = time.process_time()
    with threadpool_limits(1, user_api="blas"):
        fitted = MODELS[name][model].fit(task, seed)
    seconds = time.process_time() - start
    right = fitted.predict(task.X_test) == task.y_test
    return {
        "model": model,
        "seed": seed,
        "score": round(100 * float(np.mean(right)), 3),
        "epochs": fitted.epochs,
        "seconds": round(seconds, 1),
        "parameters": fitted.parameters,
        **provenance(),
    }


def one_thread():
    """Let TensorFlow use one thread of this process, unless it has started already."""
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    except RuntimeError:
        return  # started, with the threads it has


def run_repeats(name, pairs, n_jobs=None):
    """Train models from seeds, in parallel; yield rows in the order in which they are finished.

    Parameters
    ----------
    name : {"imdb", "uci-har", "shoulder"}
    pairs : list of (str, int)
        Model and seed of each training.
    n_jobs : int, optional
        Processes; what joblib's configuration says if not given.

    Yields
    ------
    dict
        As :func:`train_once` returns it.
    """
    jobs = [joblib.delayed(train_once)(name, model, seed) for model, seed in pairs]
    yield from joblib.Parallel(n_jobs=n_jobs, return_as="generator_unordered")(jobs)


def record_repeats(name, models, repeats, path, n_jobs=None):
    """Train what is not yet recorded, and record each training as soon as it is finished.

    Parameters
    ----------
    name : {"imdb", "uci-har", "shoulder"}
    models : list of str, or None for all
    repeats : int
        Seeds 0 to repeats - 1 of each model.
    path : Path
        The CSV to continue.
    n_jobs : int, optional
        As in :func:`run_repeats`.

    Yields
    ------
    dict
        Each new row, after it is in the file.

    Raises
    ------
    ToolkitError
        If the comparison or a model is unknown, the data are a stand-in or the mode is fast:
        such scores are not recorded.
    """
    models = choose_models(name, models)
    if settings.fast_mode() or load_task(name).stand_in:
        raise ToolkitError(
            "nothing is recorded in fast mode or from stand-in data; unset COURSE_FAST and fetch "
            f"the data with `activity-detector data fetch {name}`"
        )
    for row in run_repeats(name, missing_pairs(models, repeats, path), n_jobs):
        add_result(path, row)
        yield row


def missing_pairs(models, repeats, path):
    """Model and seed of what is not yet recorded; seed by seed, so that no model falls behind."""
    recorded = read_results(path)
    done = set(zip(recorded["model"], recorded["seed"], strict=True))
    pairs = [(model, seed) for seed in range(repeats) for model in models]
    return [pair for pair in pairs if pair not in done]
