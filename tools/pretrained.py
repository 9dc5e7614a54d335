"""Build the models that ship with the course: ``python -m tools.pretrained``.

Each is one folder of ``pre-trained/``: a saved model that ``load_model`` reads, the same model as
Core ML, ONNX and LiteRT file, and ``manifest.json``, which says where all of it comes from. Nothing
else writes there, and a folder is replaced only by a complete one whose files agree with the model.
"""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from activity_detector_utils.base import settings
from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.base.writing import write_file, write_folder
from activity_detector_utils.datasets import SHOULDER_PEOPLE, SHOULDER_RATE, load_shoulder_exercises
from activity_detector_utils.datasets.simulate import simulate_gestures
from activity_detector_utils.recordings import MOTION_FEATURES
from activity_detector_utils.splits import split_by_source
from tools.model_manifest import MANIFEST, describe_folder, readme

UNITS = {name: "rad/s" if name.startswith("rot") else "g" for name in MOTION_FEATURES}


@dataclass(frozen=True)
class Recipe:
    """How one model is made.

    Attributes
    ----------
    name : str
        Of its folder.
    file_name : str
        Of the exported files, without their ending.
    description, license : str
        As the exported files state them.
    data : dict
        Where the recordings come from, for the manifest; ``simulated`` says what they are.
    load : callable
        Gives the recordings as a frame.
    people : dict
        ``train, validation, test`` -> people. The test people see only the finished model.
    sampling_rate : float
        Hz.
    prediction_window : int
        Samples.
    max_iterations, random_seed : int
    """

    name: str
    file_name: str
    description: str
    license: str
    data: dict
    load: Callable[[], pd.DataFrame]
    people: dict
    sampling_rate: float
    prediction_window: int
    max_iterations: int
    random_seed: int = 0

    @property
    def training(self):
        """Arguments of `create` that decide what is learned, for the manifest."""
        return {
            "features": MOTION_FEATURES,
            "prediction_window": self.prediction_window,
            "sampling_rate": self.sampling_rate,
            "units": UNITS,
            "max_iterations": self.max_iterations,
            "random_seed": self.random_seed,
        }


def _simulate():
    return simulate_gestures(n_people=8, sessions_per_activity=4, seed=42)


RECIPES = (
    Recipe(
        name="shoulder_exercises",
        file_name="ShoulderExercises",
        description=(
            "Seven shoulder exercises from a smartwatch on the wrist of the arm that moves; 50 "
            "samples a second, accelerations with gravity. Trained on real recordings of 6 people. "
            "For teaching, not for medical use."
        ),
        license="Apache-2.0; trained on recordings under BSD-3-Clause, (c) 2018 David M. Burns",
        data={
            "name": "shoulder exercises",
            "simulated": False,
            "source": (
                "real recordings of 10 people by a smartwatch: Burns et al. 2018, "
                "arXiv:1802.01489, the sample inside the Python package seglearn 1.2.5"
            ),
            "license": "BSD-3-Clause",
            "loaded_by": "load_shoulder_exercises()",
        },
        load=load_shoulder_exercises,
        people=SHOULDER_PEOPLE,
        sampling_rate=float(SHOULDER_RATE),
        prediction_window=50,
        max_iterations=150,
    ),
    Recipe(
        name="gestures",
        file_name="GestureClassifier",
        description=(
            "Rest, chop, drive and shake, a phone in the hand; 25 samples a second, accelerations "
            "without gravity. Trained on SIMULATED recordings of 5 made-up people: how it does "
            "with real hands is not known."
        ),
        license="Apache-2.0; trained on simulated recordings",
        data={
            "name": "simulated gestures",
            "simulated": True,
            "source": (
                "SIMULATED, not recorded: 8 made-up people of activity_detector_utils.simulate; "
                "scores say nothing about real hands"
            ),
            "license": "made by the course, Apache-2.0",
            "loaded_by": "simulate_gestures(n_people=8, sessions_per_activity=4, seed=42)",
        },
        load=_simulate,
        people={
            "train": ["sim_01", "sim_02", "sim_03", "sim_04", "sim_05"],
            "validation": ["sim_06"],
            "test": ["sim_07", "sim_08"],
        },
        sampling_rate=25.0,
        prediction_window=20,
        max_iterations=40,
    ),
)


def build(recipe, folder, verbose=True):
    """Train a model, export it, test everything, describe it.

    Parameters
    ----------
    recipe : Recipe
    folder : Path
        Made anew: model, exported files and manifest go there.
    verbose : bool
        Show the progress table.

    Returns
    -------
    dict
        The manifest.

    Raises
    ------
    ToolkitError
        If an exported file does not behave like the model.
    """
    from activity_detector_utils.activity_classifier import create
    from activity_detector_utils.export.replay import replay

    split = split_by_source(recipe.load(), **recipe.people)
    model = create(
        split.train,
        "sessionId",
        "activity",
        validation_set=split.validation,
        verbose=verbose,
        **recipe.training,
    )
    model.fields |= _stated(recipe)
    model.save(folder)
    replays = [replay(path, model, split.test) for path in _export(model, folder, recipe.file_name)]
    if wrong := [result.path.name for result in replays if not result.agrees]:
        raise ToolkitError(f"{wrong} differ from the model by more than rounding; nothing is kept")
    manifest = describe_folder(folder, recipe, model, split, replays)
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    return manifest


def _stated(recipe):
    """Fields that exported files and ``activity-detector evaluate`` read."""
    return {
        "description": recipe.description,
        "author": "The maintainers of the course",
        "license": recipe.license,
        "data": recipe.data["name"],
        "held_out": "person",
        "train_people": recipe.people["train"],
        "test_people": recipe.people["test"],
    }


def _export(model, folder, name):
    model.export_coreml(folder / f"{name}.mlmodel")
    model.export_onnx(folder / f"{name}.onnx")
    model.export_litert(folder / f"{name}.tflite")
    return [folder / f"{name}{suffix}" for suffix in (".mlmodel", ".onnx", ".tflite")]


def main():
    """Build all models, then replace those in ``pre-trained/``."""
    from activity_detector_utils.app.console import heading, say

    kept = settings.pretrained_folder()
    with tempfile.TemporaryDirectory() as temporary:
        built = {}
        for recipe in RECIPES:
            heading(f"{recipe.name}: {recipe.data['source']}")
            folder = Path(temporary, recipe.name)
            built[folder] = build(recipe, folder)
            say(f"accuracy on the test people: {built[folder]['metrics']['test']['accuracy']:.3f}")
        for folder in built:
            files = {file.name: file.read_bytes() for file in folder.iterdir()}
            write_folder(kept / folder.name, files)
            say(f"Written: {kept / folder.name}")
    write_file(kept / "README.md", readme(built.values()).encode())


if __name__ == "__main__":
    main()
