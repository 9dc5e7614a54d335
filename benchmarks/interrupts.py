"""Kill each writer at random moments; is the old or the new there, and is nothing else left?

Each round starts a process that writes one place again and again, ends it by a signal after a
random time, and then does what the next run does: read, write once more, look what lies there.

    python -m benchmarks.interrupts [rounds of each signal]
"""

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from small_models import random_model

from activity_detector_utils.activity_classifier import load_model
from activity_detector_utils.app.commands import signals_as_interrupts
from activity_detector_utils.base.work_folders import settle
from activity_detector_utils.base.writing import replacing, write_folder
from activity_detector_utils.course.experiments import records

SIGNALS = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)
MODELS = [random_model(seed=seed) for seed in (1, 2)]
FRAMES = [pd.DataFrame({"x": range(20_000)}) * factor for factor in (1, 2)]
FOLDERS = [{"Manifest.json": text, "Data/weights.bin": text * 50_000} for text in (b"1", b"2")]
ROW = dict.fromkeys(records.COLUMNS, 1) | {"model": "m"}


def write_csv(path, n):
    """As `predict` and, but for the format, every other file is written.

    Not Parquet: the threads of pyarrow do not outlive a fork.
    """
    with replacing(path) as new:
        FRAMES[n % 2].to_csv(new, index=False)


def load_csv(path):
    """The frame, which must be one of the two."""
    settle(path)
    assert any(pd.read_csv(path).equals(frame) for frame in FRAMES)


def load_folder(path):
    """Content of a folder, or an error where it is neither of the two."""
    settle(path)
    found = {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*.*")}
    assert found in FOLDERS, sorted(found)


def load_results(path):
    """The rows recorded; there must be at least those of before."""
    assert len(records.read_results(path)) >= 1


WRITERS = {
    "saved model": (lambda path, n: MODELS[n % 2].save(path), load_model),
    "file": (write_csv, load_csv),
    "folder of files": (lambda path, n: write_folder(path, FOLDERS[n % 2]), load_folder),
    "recorded results": (
        lambda path, n: records.add_result(path, ROW | {"seed": n % 50}),
        load_results,
    ),
}


def write_until_killed(write, path):
    """Write for ever, as a command does: the signals that end it arrive as Ctrl-C."""
    child = os.fork()
    if child:
        return child
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored behind a shell's &
    try:
        with signals_as_interrupts():
            number = 0
            while True:
                write(path, number)
                number += 1
    except KeyboardInterrupt:
        pass
    finally:
        os._exit(0)


def one_round(write, load, by, counts):
    """Kill one writer; count what was found."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "place.csv" if load is load_results else "place")
        started = time.perf_counter()
        write(path, 0)
        seconds = time.perf_counter() - started
        child = write_until_killed(write, path)
        time.sleep(random.uniform(0, 3 * seconds))
        os.kill(child, by)
        os.waitpid(child, 0)
        counts["missing"] += not path.exists()
        counts["hidden"] += any(entry.name.startswith(".") for entry in Path(folder).iterdir())
        try:
            load(path)
        except Exception as error:  # whatever it is, something was lost
            counts["lost"] += 1
            print("lost:", error)
            return
        write(path, 1)
        counts["left"] += [entry.name for entry in Path(folder).iterdir()] != [path.name]


def main(rounds=100):
    """Print, for each writer and signal, how often what was found."""
    random.seed(0)
    columns = ["rounds", "missing", "hidden", "lost", "left"]
    print(f"{'':30}" + "".join(f"{name:>9}" for name in columns))
    for name, (write, load) in WRITERS.items():
        for by in SIGNALS:
            counts = Counter(rounds=rounds)
            for _ in range(rounds):
                one_round(write, load, by, counts)
            cells = "".join(f"{counts[column]:9}" for column in columns)
            print(f"{name + ', ' + by.name:30}{cells}", flush=True)
    print("missing, hidden: at once after the signal; lost, left: after the next run")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
