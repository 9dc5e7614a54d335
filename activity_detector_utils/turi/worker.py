# /// script
# requires-python = "==3.8.*"
# dependencies = [
#     "turicreate==6.4.1",
#     "tensorflow==2.13.1",
#     "protobuf<3.21",  # the Core ML classes that Turi Create ships are that old
#     "numpy<1.24",  # the last with np.bool, which models saved by release 5 need
# ]
# ///
"""Genuine Turi Create, run as a script by ``process.py`` in a Python 3.8 of its own.

It reads requests as JSON lines and answers with JSON lines. Frames cross as folders of ``.npy``
and JSON files; ``write_columns`` and ``read_columns`` serve both sides, so this file is written
for Python 3.8 and 3.11.
"""

import sys

if __name__ == "__main__":
    sys.path.pop(0)  # this package's modules (datasets, windows, ...) must not shadow Turi's

import json
import os
import queue
import shutil
import tempfile
import threading
import time
from pathlib import Path

import numpy as np


def write_columns(folder, columns):
    """Write columns as plain files that ``read_columns`` reads back exactly.

    Parameters
    ----------
    folder : path
        Existing empty folder.
    columns : dict of str to (ndarray or list)
        Arrays (numbers, ``datetime64``; one or two dimensions) keep every bit. Lists hold what
        JSON can hold: text, numbers, None, and lists and dicts of those.
    """
    files = []
    for number, (name, values) in enumerate(columns.items()):
        if isinstance(values, np.ndarray):
            files.append([name, f"{number}.npy"])
            np.save(str(Path(folder, files[-1][1])), values, allow_pickle=False)
        else:
            files.append([name, f"{number}.json"])
            Path(folder, files[-1][1]).write_text(json.dumps(values), encoding="ascii")
    Path(folder, "columns.json").write_text(json.dumps(files), encoding="ascii")


def read_columns(folder):
    """Read what ``write_columns`` wrote: a dict of ndarrays and lists, in the same order."""
    columns = {}
    for name, file in json.loads(Path(folder, "columns.json").read_text(encoding="ascii")):
        path = Path(folder, file)
        if path.suffix == ".npy":
            columns[name] = np.load(str(path), allow_pickle=False)
        else:
            columns[name] = json.loads(path.read_text(encoding="ascii"))
    return columns


def plain_values(sarray, name):
    """Values of an SArray as an ndarray, or as a list where one is missing or is no number."""
    import array
    import datetime

    values = list(sarray)
    whole = all(value is not None for value in values)
    if sarray.dtype in (float, int):
        return np.array(values, dtype=sarray.dtype) if whole else values
    if sarray.dtype is array.array:
        values = [None if value is None else list(value) for value in values]
        same = whole and len({len(value) for value in values}) == 1
        return np.array(values, dtype=float) if same else values
    if sarray.dtype is datetime.datetime:
        return np.array([value and _utc(value) for value in values], dtype="datetime64[us]")
    if sarray.dtype in (str, list, dict):
        return values
    raise TypeError(
        f"column {name!r} holds {sarray.dtype.__name__}; "
        "only numbers, text, dates, lists and dicts can be converted"
    )


def _utc(moment):
    offset = moment.utcoffset()  # None in a time without zone, which Turi Create keeps as UTC
    return moment.replace(tzinfo=None) - offset if offset else moment.replace(tzinfo=None)


class Turi:
    """The requests that can be made; at most one model is held."""

    def __init__(self):
        import turicreate

        self.turicreate = turicreate
        self.model = None

    def create(self, **options):
        """Train a model; answers with its fields."""
        from tensorflow import keras

        keras.utils.disable_interactive_logging()  # else newer Keras adds a bar at every batch
        sys.stdout.last = ""
        self.model = self.turicreate.activity_classifier.create(**options)
        self._wait_for_output("Total Time Spent")
        return self.fields()

    def load_model(self, path):
        """Load a saved model; answers with its fields."""
        from tensorflow import keras

        keras.utils.disable_interactive_logging()
        self.model = self.turicreate.load_model(path)
        return self.fields()

    def fields(self):
        """All fields that the model lists."""
        return {name: self.model._get(name) for name in self.model._list_fields()}

    def method(self, name, **arguments):
        """Call a method of the model."""
        return getattr(self.model, name)(**arguments)

    def random_split(self, **arguments):
        """Split by session; answers with the two halves."""
        return list(self.turicreate.activity_classifier.util.random_split_by_session(**arguments))

    def load_sframe(self, path):
        """Read an SFrame folder."""
        return self.turicreate.load_sframe(path)

    def save_sframe(self, frame, path):
        """Write an SFrame folder."""
        frame.save(path)

    @staticmethod
    def _wait_for_output(text, seconds=2):
        # Turi prints from a thread of its own, which ends after create() has returned.
        end = time.time() + seconds
        while text not in sys.stdout.last and time.time() < end:
            time.sleep(0.01)


class Relay:
    """Stands in for ``sys.stdout``: sends what is printed as messages, in order."""

    def __init__(self, channel):
        self.channel = channel
        self.lock = threading.Lock()  # Turi prints from a thread of its own
        self.last = ""

    def write(self, text):
        """Send printed text."""
        self.send({"output": text})
        self.last = text if text.strip() else self.last
        return len(text)

    def send(self, message):
        """Send one message as one line."""
        with self.lock:
            self.channel.write(json.dumps(message) + "\n")
            self.channel.flush()

    def flush(self):
        """Nothing is held back."""


def decode(turi, value):
    """A request's value, with each frame read from its folder into an SFrame."""
    if isinstance(value, dict) and "frame" in value:
        sarray = turi.turicreate.SArray
        columns = read_columns(value["frame"])
        return turi.turicreate.SFrame({name: sarray(each) for name, each in columns.items()})[
            list(columns)
        ]
    return value


def encode(turi, value, folder):
    """An answer's value, with each SFrame or SArray replaced by a folder that holds it."""
    if isinstance(value, (turi.turicreate.SFrame, turi.turicreate.SArray)):
        kind = "frame" if isinstance(value, turi.turicreate.SFrame) else "column"
        names = value.column_names() if kind == "frame" else ["values"]
        columns = {n: plain_values(value[n] if kind == "frame" else value, n) for n in names}
        path = tempfile.mkdtemp(dir=folder)
        write_columns(path, columns)
        return {kind: path}
    if isinstance(value, dict):
        return {str(key): encode(turi, each, folder) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(turi, each, folder) for each in value]
    plain = value is None or isinstance(value, (str, int, float))
    return value if plain else str(value)


def answer(turi, request):
    """Carry out one request; answers with the result or the error."""
    import resource  # not on Windows, which imports this file for its codec

    try:
        arguments = {k: decode(turi, v) for k, v in request["arguments"].items()}
        started = time.perf_counter()
        result = getattr(turi, request["call"])(**arguments)
        seconds = time.perf_counter() - started
        result = encode(turi, result, request["folder"])
    except Exception as error:
        kind = type(error).__name__
        return {"error": str(error) if kind == "ToolkitError" else f"{kind}: {error}"}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024  # Linux counts in kibibytes
    return {"result": result, "seconds": seconds, "peak_bytes": peak * unit}


def serve(folder):
    """Answer requests until the caller ends; the folder goes with this process."""
    sys.stdout = Relay(os.fdopen(os.dup(1), "w", encoding="ascii"))
    os.dup2(2, 1)  # what C code prints joins standard error
    tempfile.tempdir = folder
    for name in ("TMPDIR", "TURI_LOG_PATH", "TURI_CACHE_FILE_LOCATIONS", "KERAS_HOME"):
        os.environ[name] = folder
    requests = queue.Queue()
    threading.Thread(target=_listen, args=(requests, folder), daemon=True).start()
    sys.stdout.send({"started": sys.version})
    turi = Turi()
    sys.stdout.send({"ready": turi.turicreate.__version__})
    while True:
        sys.stdout.send(answer(turi, json.loads(requests.get())))


def _listen(requests, folder):
    for line in sys.stdin:
        requests.put(line)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)  # the caller is gone, however it ended: stop in the middle of training too


if __name__ == "__main__":
    serve(sys.argv[1])
