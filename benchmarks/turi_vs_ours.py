"""Genuine Turi Create and this package, side by side on the same frames.

Run: .venv/bin/python benchmarks/turi_vs_ours.py [--seeds 5] [--iterations 25]

Both train with the same arguments, validated on one group of people and tested on another. They
take turns, each training in a process of its own. Progress goes to standard error, the tables, in
Markdown, to standard output.
"""

import argparse
import contextlib
import datetime
import io
import multiprocessing
import os
import platform
import re
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, f1_score

from activity_detector_utils import turi
from activity_detector_utils.activity_classifier import create
from activity_detector_utils.datasets import SHOULDER_PEOPLE, load_shoulder_exercises
from activity_detector_utils.datasets.simulate import simulate_gestures
from activity_detector_utils.recordings import MOTION_FEATURES
from activity_detector_utils.splits import split_by_source

COLUMNS = ["sessionId", "activity", *MOTION_FEATURES]
N_PREDICTED = 30_000
N_PREDICTIONS = 3  # the median is reported
MEASURES = {  # name -> digits after the point, unit, and whether more is better
    "test accuracy": (3, "", True),
    "test F1, mean over classes": (3, "", True),
    "seconds per iteration": (3, " s", False),
    "create() in all": (1, " s", False),
    "predicting 30,000 rows": (4, " s", False),
    "peak memory": (0, " MB", False),
    "Core ML file": (0, " kB", False),
    "saved model": (0, " kB", False),
}


def main():
    options = read_options()
    ok, reason = turi.available()
    if not ok:
        sys.exit(reason)
    print(describe_machine(), end="\n\n")
    for title, split, window in (shoulder_exercises(), gestures()):
        arguments = {
            "session_id": "sessionId", "target": "activity", "features": MOTION_FEATURES,
            "prediction_window": window, "max_iterations": options.iterations,
        }  # fmt: skip
        results = {"Turi Create 6.4.1": [], "this package": []}
        for seed in range(options.seeds):
            turns = [(with_turi, "Turi Create 6.4.1"), (with_ours, "this package")]
            for train, tool in turns[:: 1 if seed % 2 == 0 else -1]:  # who goes first alternates
                results[tool].append(train(split, {**arguments, "random_seed": seed}))
                print(title, tool, seed, results[tool][-1], file=sys.stderr, flush=True)
        print(table(title, split, window, options, results), flush=True)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--iterations", type=int, default=25, help="at least 2")
    options = parser.parse_args()
    if options.seeds < 1 or options.iterations < 2:
        parser.error("at least 1 seed and 2 iterations are needed")
    return options


def shoulder_exercises():
    """Ten people's exercises by a watch, people 1-6, 7-8 and 9-10; window of one second."""
    split = split_by_source(load_shoulder_exercises(), **SHOULDER_PEOPLE)
    return "Shoulder exercises", split, 50


def gestures():
    """Eight simulated people, 1-5, 6 and 7-8; window of 0.8 s."""
    frame = simulate_gestures(n_people=8, seed=42)
    people = sorted(frame["userId"].unique())
    split = split_by_source(frame, train=people[:5], validation=people[5:6], test=people[6:])
    return "Simulated gestures", split, 20


def with_turi(split, arguments):
    """Train and use Turi Create; returns measure -> value."""
    train, validation, test, recordings = frames_of(split)
    with (
        contextlib.redirect_stdout(io.StringIO()),
        tempfile.TemporaryDirectory() as folder,
        turi.create(train, validation_set=validation, **arguments) as model,
    ):
        in_all, per_iteration = model.process.seconds, turi_iteration(model.process.output)
        seconds = []
        for _ in range(N_PREDICTIONS):
            model.predict(recordings)
            seconds.append(model.process.seconds)
        labels = model.predict(test)
        sizes = written_sizes(model, folder)
        peak = model.process.peak_bytes
    return measured(split, labels, per_iteration, in_all, seconds, peak, sizes)


def with_ours(split, arguments):
    """Train and use this package, in a fresh process as Turi Create's."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return measured(split, *pool.submit(run_ours, frames_of(split), arguments).result())


def run_ours(frames, arguments):
    """Body of that process."""
    train, validation, test, recordings = frames
    started = time.perf_counter()
    model = create(train, validation_set=validation, verbose=False, **arguments)
    in_all = time.perf_counter() - started
    elapsed = model.history["seconds"].to_numpy()
    seconds = []
    for _ in range(N_PREDICTIONS):
        started = time.perf_counter()
        model.predict(recordings)
        seconds.append(time.perf_counter() - started)
    labels = model.predict(test)
    with tempfile.TemporaryDirectory() as folder:
        sizes = written_sizes(model, folder)
    unit = 1 if sys.platform == "darwin" else 1024  # Linux counts in kibibytes
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return labels, slope(range(len(elapsed)), elapsed), in_all, seconds, peak, sizes


def frames_of(split):
    """Training, validation and test frame, and the 30,000 rows that are predicted by the clock."""
    train, validation, test = (part[COLUMNS] for part in split)
    return train, validation, test, pd.concat([test, validation])[:N_PREDICTED]


def turi_iteration(printed):
    """Seconds an iteration, from the table that Turi Create prints: it keeps no history."""
    rows = re.findall(r"^\| (\d+) .*\| (?:(\d+)m )?([\d.]+)s +\|$", printed, re.MULTILINE)
    elapsed = [60 * float(minutes or 0) + float(seconds) for _, minutes, seconds in rows]
    return slope([int(number) for number, *_ in rows], elapsed)


def slope(iterations, elapsed):
    """Seconds an iteration without the first, which holds the building of the network."""
    return (elapsed[-1] - elapsed[0]) / (iterations[-1] - iterations[0])


def written_sizes(model, folder):
    """Bytes of the Core ML file and of the saved model."""
    model.export_coreml(Path(folder, "model.mlmodel"))
    model.save(Path(folder, "saved"))
    saved = sum(file.stat().st_size for file in Path(folder, "saved").rglob("*") if file.is_file())
    return Path(folder, "model.mlmodel").stat().st_size, saved


def measured(split, labels, per_iteration, in_all, prediction_seconds, peak_bytes, sizes):
    """One run's value of every measure, the scores by scikit-learn for both tools."""
    truth = split.test["activity"]
    values = [
        accuracy_score(truth, labels),
        f1_score(truth, labels, average="macro"),
        per_iteration,
        in_all,
        np.median(prediction_seconds),
        peak_bytes / 1e6,
        *(size / 1e3 for size in sizes),
    ]
    return dict(zip(MEASURES, map(float, values), strict=True))


def table(title, split, window, options, results):
    """Markdown table of one data set."""
    rows, people = (
        [f"{len(part):,}" for part in split],
        [part["userId"].nunique() for part in split],
    )
    lines = [
        f"**{title}**: {rows[0]} rows of {people[0]} people to train, {rows[1]} of {people[1]} to "
        f"validate, {rows[2]} of {people[2]} to test; window {window}, {options.iterations} "
        f"iterations, seeds 0 to {options.seeds - 1}",
        "",
        f"| | {' | '.join(results)} | ours |",
        "|---|---|---|---|",
    ]
    runs = [pd.DataFrame(each) for each in results.values()]
    for name, (digits, unit, more) in MEASURES.items():
        cells = [spread(run[name], digits) + unit for run in runs]
        theirs, ours = (run[name].mean() for run in runs)
        comparison = f"{ours - theirs:+.{digits}f}" if more else ratio(theirs / ours, unit)
        lines.append(f"| {name} | {' | '.join(cells)} | {comparison} |")
    return "\n".join([*lines, ""])


def spread(values, digits):
    """Mean, and the standard deviation over the seeds where there are several."""
    deviation = f" ± {values.std():.{digits}f}" if len(values) > 1 else ""
    return f"{values.mean():.{digits}f}{deviation}"


def ratio(times, unit):
    """A factor in words: '5.2 times faster', '0.8 of the size'."""
    if unit == " s":
        return f"{times:.1f} times faster" if times >= 1 else f"{1 / times:.1f} times slower"
    return f"{1 / times:.2f} of it"


def describe_machine():
    """Date, machine and command, for the line above the tables."""
    processor = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):  # Linux names its processor here only
        (processor, *_) = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    command = " ".join(["python", "benchmarks/turi_vs_ours.py", *sys.argv[1:]])
    return (
        f"{datetime.date.today()}, {processor}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()} (Turi Create: 3.8); `{command}`"
    )


if __name__ == "__main__":
    main()
