"""How long a stream takes for a window, and whether its memory grows.

Run: .venv/bin/python benchmarks/streaming.py [--samples 1000000]

Feeds the samples one by one, as a phone delivers them, on one core. "answer" is the call that fills
a window, the wait until the prediction; "window" is all calls of a window together. CPU time is
the thread's own, wall time includes what other programs took. The floor is the five matrix products
of a window alone, into arrays made beforehand. Beside it, ONNX Runtime with the exported file: the
step only, without buffer and checks. Weights are random: they change no time.
"""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from small_models import random_model

from activity_detector_utils.recordings import MOTION_FEATURES
from activity_detector_utils.streaming import StreamingClassifier


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=1_000_000)
    n_samples = parser.parse_args().samples
    for size in (20, 50):
        model = random_model(size, MOTION_FEATURES, list("abcdefg"))
        with threadpool_limits(1):
            report(f"window {size}, floor", time_calls(products(model.network), 2000))
            stream_samples(model, n_samples)
            report(f"window {size}, ONNX Runtime", time_calls(onnx_step(model), 2000))


def stream_samples(model, n_samples):
    """Feed a stream one by one and report times and memory."""
    stream, size = StreamingClassifier(model), model.prediction_window
    samples = np.random.default_rng(0).normal(size=(size, 6)).tolist()
    n_windows = n_samples // size
    times = np.ones((n_windows, 2, 2))  # window; answer, window; wall, CPU
    megabytes = []
    for number in range(n_windows):
        start = clocks()
        for sample in samples[:-1]:
            stream.feed(sample)
        before = clocks()
        [prediction] = stream.feed(samples[-1])
        end = clocks()
        times[number] = end - before, end - start
        if number in (n_windows // 10, n_windows - 1):
            megabytes.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    assert prediction.window == n_windows - 1
    report(f"window {size}, answer", times[:, 0])
    report(f"window {size}, window", times[:, 1])
    print(
        f"{n_windows * size:,} samples; peak memory {megabytes[0]:.1f} MB after a tenth, "
        f"{megabytes[1]:.1f} MB at the end"
    )


def products(network):
    """The matrix products of a window and nothing else."""
    names = ("conv_kernel", "lstm_kernel", "lstm_recurrent_kernel", "dense_kernel", "output_kernel")
    matrices = [network.weights[name] for name in names]
    matrices[0] = matrices[0].reshape(-1, matrices[0].shape[-1])
    triples = [(np.ones(len(m), np.float32), m, np.empty(m.shape[1], np.float32)) for m in matrices]

    def multiply():
        for vector, matrix, out in triples:
            np.dot(vector, matrix, out=out)

    return multiply


def onnx_step(model):
    """One step of the exported file."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.onnx")
        model.export_onnx(path)
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    features = np.ones((1, model.prediction_window, model.num_features), np.float32)
    hidden, cell = model.network.zero_state()
    inputs = {"features": features, "hiddenIn": hidden, "cellIn": cell}
    return lambda: session.run(None, inputs)


def time_calls(function, repeats):
    """Wall and CPU time of every call, in seconds."""
    times = []
    for _ in range(repeats):
        start = clocks()
        function()
        times.append(clocks() - start)
    return np.array(times)


def clocks():
    return np.array([time.perf_counter(), time.thread_time()])


def report(name, times):
    """Print median and 99th percentile of wall and CPU time."""
    (wall, cpu), (wall_99, cpu_99) = 1e6 * np.quantile(times, [0.5, 0.99], axis=0)
    print(
        f"{name:<24} median {wall:5.0f} us, p99 {wall_99:6.0f} us; "
        f"CPU: median {cpu:5.0f} us, p99 {cpu_99:6.0f} us"
    )


if __name__ == "__main__":
    main()
