"""The comparisons' trainings one after the other in plain Keras, and as `compare` runs them.

Run: .venv/bin/python benchmarks/plain_keras_vs_compare.py uci-har [--share 0.2] [--repeats 2]

Both train the same published models from the same seeds on the same share of the training data, for
all their epochs, and are tested on the test data. Plain Keras has one process and TensorFlow's own
threads; `compare` has two processes with a thread each. The clock starts when the processes of
either have started and read the data once. Prints a table in Markdown.
"""

import argparse
import datetime
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import joblib
import numpy as np

from activity_detector_utils.course.experiments.comparisons import MODELS, load_task
from activity_detector_utils.course.experiments.fitting import keras_model
from activity_detector_utils.course.experiments.published import (
    imdb_lstm_recurrent_dropout,
    uci_har_cnn_lstm_time_distributed,
)
from activity_detector_utils.course.experiments.running import one_thread

PLAINLY = {  # what `compare` builds or compiles in another way
    ("imdb", "lstm-recurrent-dropout"): keras_model(imdb_lstm_recurrent_dropout, 3),
    ("uci-har", "cnn-lstm"): keras_model(uci_har_cnn_lstm_time_distributed, 25),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=["imdb", "uci-har"])
    parser.add_argument("--models", help="with commas; all published ones if not given")
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--share", type=float, default=0.2, help="of the training data")
    options = parser.parse_args()
    lstms = [model for model in MODELS[options.name] if "lstm" in model]
    models = options.models.split(",") if options.models else lstms
    columns = ["model", "plain Keras", "compare", "share of time", "scores plain", "scores compare"]
    today = datetime.date.today()
    print(f"{today}, {options.name}, {options.share:.0%} of the data, {options.repeats} repeats\n")
    print("| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|")
    totals = np.zeros(2)
    for model in models:
        seeds = range(options.repeats)
        seconds, scores = zip(
            *[side(options.name, model, seeds, options.share) for side in (plain_keras, compare)],
            strict=True,
        )
        totals += seconds
        print_row(model, seconds, scores)
    print_row("all", totals, ([], []))


def print_row(model, seconds, scores):
    """One model: seconds of both sides, and what of plain Keras' time `compare` takes."""
    plain, ours = seconds
    lists = [", ".join(f"{score:.2f}" for score in side) for side in scores]
    cells = [model, f"{plain:.0f} s", f"{ours:.0f} s", f"{ours / plain:.2f}", *lists]
    print("| " + " | ".join(cells) + " |", flush=True)


def plain_keras(name, model, seeds, share):
    """Seconds and scores of trainings one after the other, in a process of their own."""
    fork_free = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fork_free) as process:
        process.submit(task_share, name, 0.01).result()
        started = time.perf_counter()
        scores = [process.submit(train_plainly, name, model, s, share).result() for s in seeds]
        return time.perf_counter() - started, scores


def compare(name, model, seeds, share):
    """Seconds and scores of trainings as `compare` runs them, in two processes."""
    with joblib.Parallel(n_jobs=2) as processes:
        processes([joblib.delayed(task_share)(name, 0.01)] * 2)
        started = time.perf_counter()
        jobs = [joblib.delayed(train_on_one_thread)(name, model, seed, share) for seed in seeds]
        scores = processes(jobs)
        return time.perf_counter() - started, scores


def train_plainly(name, model, seed, share):
    """Test accuracy in percent after a training with TensorFlow's own threads."""
    fit = PLAINLY.get((name, model), MODELS[name][model].fit)
    return score(fit, task_share(name, share), seed)


def train_on_one_thread(name, model, seed, share):
    """Test accuracy in percent after a training on one thread."""
    one_thread()
    return score(MODELS[name][model].fit, task_share(name, share), seed)


def score(fit, task, seed):
    """Train and test."""
    return 100 * float(np.mean(fit(task, seed).predict(task.X_test) == task.y_test))


def task_share(name, share):
    """The task with every n-th of its training data only, and as many test data."""
    task, step = load_task(name), round(1 / share)
    return replace(
        task, X_train=task.X_train[::step], y_train=task.y_train[::step],
        X_test=task.X_test[::step], y_test=task.y_test[::step],
    )  # fmt: skip


if __name__ == "__main__":
    main()
