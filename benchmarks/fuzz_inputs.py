"""What the fuzz mutates: whole files of every kind that the package reads, and their readers."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from activity_detector_utils import StreamingClassifier, load_model, recordings
from activity_detector_utils.activity_classifier import ActivityClassifier
from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.networks.lstm import Network, weight_shapes

FEATURES = ["x", "y", "z"]
ODD_PATHS = (
    "",
    ".",
    "/",
    "..",
    "/dev/null",
    "/dev/zero",
    "a\0b",
    "~nobody/x",
    "x" * 5000,
    "\udcff",
)
PLAIN = "a file"  # a command's argument that is replaced by an odd path or a mutated file
COMMANDS = (
    ("describe", PLAIN),
    ("report", PLAIN),
    ("evaluate", "--model", PLAIN, "--data", PLAIN),
    ("predict", "--model", PLAIN, "--data", PLAIN, "--output", PLAIN),
    ("verify", PLAIN, "--model", PLAIN, "--data", PLAIN),
    ("export", "--model", PLAIN, "--output", PLAIN),
)


def small_model():
    """A network with random weights."""
    rng = np.random.default_rng(0)
    weights = {name: rng.normal(0, 0.2, s) for name, s in weight_shapes(5, 3, 3).items()}
    weights["norm_variance"] = rng.uniform(0.1, 2, 128)
    names = {"session_id": "sessionId", "target": "activity"}
    fields = {"max_iterations": 3, "description": "A model", "license": "CC0"}
    units = dict.fromkeys(FEATURES, "g")
    return ActivityClassifier(
        Network(weights), FEATURES, list("abc"), **names, sampling_rate=50.0, units=units,
        fields=fields,
    )  # fmt: skip


def small_frame(n=120):
    """Two people, three sessions, three activities."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(0, 1, (n, 3)), columns=FEATURES)
    frame.insert(0, "userId", np.repeat(["u1", "u2"], n // 2))
    frame.insert(1, "sessionId", np.repeat(["s1", "s2", "s3"], n // 3))
    frame.insert(2, "activity", np.repeat(["a", "b", "c"], n // 3))
    return frame


def write_whole_files(folder):
    """Write one whole file or folder of each kind.

    Returns
    -------
    dict of str to Path
    """
    model, frame = small_model(), small_frame()
    paths = {kind: folder / kind / name for kind, name in NAMES.items()}
    for path in paths.values():
        path.parent.mkdir(parents=True)
    model.save(paths["saved model"])
    model.export_coreml(paths["mlmodel"])
    model.export_coreml(paths["mlmodel of Turi 5"], layout="turi5")
    model.export_coreml(paths["mlpackage"])
    model.export_onnx(paths["onnx"])
    model.export_litert(paths["tflite"])
    model.export_litert(paths["tflite in 8 bits"], quantize=True)
    frame.to_parquet(paths["parquet"])
    paths["folder of csv"].mkdir()
    for user, part in frame.groupby("userId"):
        part.to_csv(paths["folder of csv"] / f"{user}-a.csv", index=False)
    stream = StreamingClassifier(model)
    for row in frame[FEATURES].head(12).to_numpy().tolist():
        stream.feed(row)
    paths["state of a stream"].write_text(json.dumps(stream.state()))
    return paths


def load_and_predict(path):
    """What loads as a model must predict."""
    model = load_model(path)
    frame = small_frame().assign(**{model.session_id: 1})
    model.predict(frame.assign(**dict.fromkeys(model.features, 0.5)))


def describe_file(path):
    """Tables of an exported file."""
    from activity_detector_utils.export.describe import describe

    describe(path)


def run_file(path):
    """One window through an exported file."""
    from activity_detector_utils.export import open_exported

    runner = open_exported(path)
    shape = (runner.description.prediction_window, len(runner.description.features))
    runner.step(np.ones(shape), runner.zero_state())


def read_parquet(path):
    """A frame and what can be said of it."""
    recordings.report(recordings.load_frame(path))


def read_folder(path):
    """A folder of recordings and what can be said of it."""
    recordings.report(recordings.read_recordings(path, activities=None))


def restore_stream(path):
    """A stream that goes on from a state."""
    try:
        state = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ToolkitError("no JSON") from error
    stream = StreamingClassifier(small_model())
    stream.restore(state)
    for _ in range(6):
        stream.feed([0.1, 0.2, 0.3])


def run_command(rng, path, folder):
    """A command with odd paths, whole files and the mutated file as arguments."""
    whole = [folder / kind / name for kind, name in NAMES.items()]
    choices = [path, path, rng.choice(whole), rng.choice(ODD_PATHS)]
    arguments = [
        str(rng.choice(choices)) if part == PLAIN else part for part in rng.choice(COMMANDS)
    ]
    if "--output" in arguments:
        place = arguments.index("--output") + 1
        arguments[place] = str(path.parent / "written" / Path(arguments[place][:50]).name)
    result = invoke(arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    if result.exit_code:
        raise ToolkitError(result.output)


def invoke(arguments):
    """Run a command in this process."""
    from typer.testing import CliRunner

    from activity_detector_utils.app.command_line import app

    return CliRunner().invoke(app, arguments)


def copy_to(path, folder):
    """Copy a file or a folder."""
    target = folder / path.name
    if path.is_dir():
        shutil.copytree(path, target)
    else:
        shutil.copyfile(path, target)
    return target


NAMES = {
    "saved model": "model",
    "mlmodel": "A.mlmodel",
    "mlmodel of Turi 5": "A.mlmodel",
    "mlpackage": "A.mlpackage",
    "onnx": "A.onnx",
    "tflite": "A.tflite",
    "tflite in 8 bits": "A.tflite",
    "parquet": "A.parquet",
    "folder of csv": "folder",
    "state of a stream": "state.json",
}
exported = [describe_file, run_file]
READERS = {
    "saved model": [load_and_predict],
    "mlmodel": [*exported, load_and_predict],
    "mlmodel of Turi 5": [*exported, load_and_predict],
    "mlpackage": exported,
    "onnx": exported,
    "tflite": exported,
    "tflite in 8 bits": exported,
    "parquet": [read_parquet],
    "folder of csv": [read_folder],
    "state of a stream": [restore_stream],
}
