"""What a shipped model says about itself: data, people, settings, scores, checksums."""

import hashlib
import platform
import subprocess

import numpy as np

from activity_detector_utils.base import settings
from activity_detector_utils.evaluation import METRICS, evaluate_by, majority_baseline
from activity_detector_utils.recordings import MOTION_FEATURES

MANIFEST = "manifest.json"
COMMAND = "make pretrained"
PACKAGES = (
    "activity-detector-utils",
    "tensorflow",
    "keras",
    "numpy",
    "pandas",
    "coremltools",
    "onnx",
    "ai-edge-litert",
)
SCORES = [name for name in METRICS if name not in ("confusion_matrix", "roc_curve")]


def describe_folder(folder, recipe, model, split, replays):
    """Put what is known about a model and its files into what JSON can hold.

    Parameters
    ----------
    folder : Path
        Holds the saved model and its exported files.
    recipe : Recipe
    model : ActivityClassifier
    split : Split
        Its recordings.
    replays : list of Replay
        Every exported file over the test people's sessions.

    Returns
    -------
    dict
    """
    compared = {result.path.name: result.largest_difference for result in replays}
    return {
        "name": recipe.name,
        "description": recipe.description,
        "license": recipe.license,
        "data": recipe.data | {"sha256_of_samples": checksum_of_samples(split)},
        "people": recipe.people,
        "sessions": {part: int(frame["sessionId"].nunique()) for part, frame in _parts(split)},
        "samples": {part: len(frame) for part, frame in _parts(split)},
        "classes": model.classes,
        "training": recipe.training,
        "metrics": _measure(model, split),
        "files": {
            path.name: _describe_file(path, compared.get(path.name))
            for path in sorted(folder.iterdir())
        },
        "command": COMMAND,
        **code_version(),
        "versions": settings.versions(*PACKAGES),
        "platform": f"{platform.system()} {platform.machine()}",
    }


def checksum_of_samples(split):
    """sha256 of all features as float32, part by part: the same recordings give the same."""
    digest = hashlib.sha256()
    for _, frame in _parts(split):
        digest.update(frame[MOTION_FEATURES].to_numpy("<f4").tobytes())
    return digest.hexdigest()


def code_version():
    """The commit that the code is at, and the package's files that differ from it.

    Returns
    -------
    dict
        ``commit`` ("unknown" outside git) and ``uncommitted_changes``, a list of files.
    """
    changed = _git(
        "status", "--porcelain", "--", "activity_detector_utils", "tools", "requirements.txt"
    )
    return {
        "commit": _git("rev-parse", "HEAD").strip() or "unknown",
        "uncommitted_changes": sorted(line[3:] for line in changed.splitlines()),
    }


def measure(model, frame):
    """Scores of a model on recordings, as the manifest keeps them.

    Returns
    -------
    dict of str to float
        ``accuracy, auc, precision, recall, f1_score, log_loss``, the state anew every 20 windows as
        in training, and ``accuracy_carrying_state``, as an app runs it.
    """
    found = model.evaluate(frame)
    scores = {name: found[name] for name in SCORES}
    carried = model.evaluate(frame, "accuracy", carry_state=True)["accuracy"]
    return _rounded(scores | {"accuracy_carrying_state": carried})


def readme(manifests):
    """Text of ``pre-trained/README.md``: a table of the models, each with its data."""
    rows = [_readme_row(manifest) for manifest in manifests]
    return "\n".join([_README_HEAD, *rows, _README_TAIL])


def _measure(model, split):
    labels, probabilities = model.labelled_probabilities(split.test)
    people = evaluate_by(split.test["userId"], labels, probabilities, model.classes)
    label, share = majority_baseline(split.train["activity"], split.test["activity"])
    return {
        "validation": measure(model, split.validation),
        "test": measure(model, split.test),
        "test_by_person": _rounded(dict(zip(people["userId"], people["accuracy"], strict=True))),
        "test_always_most_frequent": {"label": label, **_rounded({"accuracy": share})},
    }


def _describe_file(path, largest_difference):
    data = path.read_bytes()
    known = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    if largest_difference is not None:
        known["largest_difference_from_model"] = float(f"{largest_difference:.1e}")
    return known


def _parts(split):
    return [(part, frame) for part, frame in split._asdict().items()]


def _rounded(scores):
    return {name: round(float(np.float64(value)), 6) for name, value in scores.items()}


def _git(*arguments):
    """What git says about the checkout, or nothing where there is none."""
    command = ["git", "-C", str(settings.root_folder()), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def _readme_row(manifest):
    test, training = manifest["metrics"]["test"], manifest["training"]
    data = manifest["data"]["name"]
    kind = "**simulated, not recorded**" if manifest["data"]["simulated"] else "real recordings"
    people = ", ".join(manifest["people"]["test"])
    window = f"{training['prediction_window']} samples at {training['sampling_rate']:g} Hz"
    return (
        f"| [`{manifest['name']}`]({manifest['name']}/manifest.json) | {data}: {kind} | {window} "
        f"| {test['accuracy']:.3f} ({people}) | {manifest['license']} |"
    )


_README_HEAD = """\
# Models that ship with the course

The folders of the table are written by `make pretrained` and by nothing else. Each is a saved
model, and beside it the same model as Core ML (`.mlmodel`), ONNX (`.onnx`) and LiteRT (`.tflite`)
file:

```python
from activity_detector_utils import load_model, settings

model = load_model(settings.pretrained_folder() / "shoulder_exercises")
```

| model | trained on | window | accuracy on people it never met | licence |
|---|---|---|---|---|"""

_README_TAIL = """
The test people had no part in choosing settings, and the seed was not chosen by their scores.
`manifest.json` holds everything else: the recordings and their checksum, who trained and who
tested, the settings, all scores, the commit and the library versions, and for each file its
checksum and how far its probabilities are from the model's on the test people's sessions.
`tests/test_pretrained.py` checks that these still hold. A score on simulated gestures says nothing
about real hands.

To check a file yourself:

```
activity-detector verify pre-trained/shoulder_exercises/ShoulderExercises.onnx \\
    --model pre-trained/shoulder_exercises --data shoulder-exercises
```

[results](results/README.md) holds the scores of the comparisons in chapters 9 to 11.
"""
