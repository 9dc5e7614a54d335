"""How fast training, prediction and import are, and how fast they could be.

Run: .venv/bin/python benchmarks/speed.py

The floor is what the multiplications alone would take at the rate at which this machine multiplies
large float32 matrices: no program that computes this network can be faster.
"""

import platform
import subprocess
import sys
import time
from datetime import date

import numpy as np

from activity_detector_utils.activity_classifier import create
from activity_detector_utils.datasets import SHOULDER_PEOPLE, load_shoulder_exercises
from activity_detector_utils.networks.lstm import N_DENSE, N_FILTERS, N_UNITS
from activity_detector_utils.networks.lstm_training import MEASURED_BATCHES
from activity_detector_utils.recordings import MOTION_FEATURES
from activity_detector_utils.windows import blocks_per_group, find_sessions

WINDOW = 50
ITERATIONS = 25
TURI_ITERATION, TURI_PREDICTION = 1.0, 0.85  # seconds, genuine Turi Create on two cores


def main():
    frame = load_shoulder_exercises()
    people = frame[frame["userId"].isin(SHOULDER_PEOPLE["train"])]
    flops = multiply_rate()
    print(
        f"{date.today()}, {platform.processor() or platform.machine()}, {flops / 1e9:.0f} GFLOP/s"
    )
    model = create(
        people, "sessionId", "activity", MOTION_FEATURES, WINDOW, None, ITERATIONS,
        verbose=False, random_seed=0,
    )  # fmt: skip
    per_window = step_flops(len(MOTION_FEATURES), model.num_classes)
    n_windows = count_windows(people)
    iteration = np.median(np.diff(model.history["seconds"]))
    # A training step costs three times a prediction: forward, gradient of inputs, of weights;
    # some batches are predicted again for the table.
    passes = 3 + 1 / MEASURED_BATCHES
    report("training iteration", iteration, TURI_ITERATION, passes * n_windows * per_window / flops)
    rows = frame.iloc[:30_000]
    model.predict(rows)
    seconds = median_time(lambda: model.predict(rows), 9)
    report(
        "30,000 rows predicted", seconds, TURI_PREDICTION, count_windows(rows) * per_window / flops
    )
    command = [sys.executable, "-c", "import activity_detector_utils"]
    bare = median_time(lambda: subprocess.run([sys.executable, "-c", ""], check=True), 5)
    seconds = median_time(lambda: subprocess.run(command, check=True), 5) - bare
    print(f"import activity_detector_utils: {seconds * 1e3:.0f} ms")


def report(name, seconds, turi, floor):
    print(
        f"{name}: {seconds * 1e3:.1f} ms; Turi Create {turi * 1e3:.0f} ms ({turi / seconds:.0f} "
        f"times as long); arithmetic alone {floor * 1e3:.1f} ms"
    )


def step_flops(n_features, n_classes):
    """Floating-point operations that one window costs going forward."""
    products = WINDOW * n_features * N_FILTERS + (N_FILTERS + N_UNITS) * 4 * N_UNITS
    return 2 * (products + N_UNITS * N_DENSE + N_DENSE * n_classes)


def count_windows(frame):
    return blocks_per_group(find_sessions(frame["sessionId"]).lengths, WINDOW).sum()


def multiply_rate(n=2048):
    """Operations a second in a large matrix product, all cores."""
    a = np.ones((n, n), np.float32)
    return 2 * n**3 / median_time(lambda: a @ a, 9)


def median_time(action, repeats):
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    return float(np.median(seconds))


if __name__ == "__main__":
    main()
