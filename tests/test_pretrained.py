"""The shipped models: their manifests against the files, the recordings and the code."""

import dataclasses
import hashlib
import json
import re

import numpy as np
import pandas as pd
import pytest

from activity_detector_utils import load_model, settings
from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.export import open_exported
from activity_detector_utils.export.replay import replay
from activity_detector_utils.splits import split_by_source
from tools import model_manifest, pretrained

FOLDER = settings.pretrained_folder()
SUFFIXES = [".mlmodel", ".onnx", ".tflite"]
RECIPES = {recipe.name: recipe for recipe in pretrained.RECIPES}
every_model = pytest.mark.parametrize("name", RECIPES)


def read_manifest(name):
    return json.loads((FOLDER / name / "manifest.json").read_text())


@pytest.fixture(scope="module")
def recordings():
    """Name -> the recipe's recordings, loaded once."""
    loaded = {}
    return lambda name: loaded.setdefault(name, RECIPES[name].load())


@every_model
def test_manifest_lists_every_file_with_its_checksum(name):
    found = {
        path.name: (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in (FOLDER / name).iterdir()
        if path.name != "manifest.json"
    }
    listed = read_manifest(name)["files"]
    assert found == {file: (facts["bytes"], facts["sha256"]) for file, facts in listed.items()}
    exported = {f"{RECIPES[name].file_name}{suffix}" for suffix in SUFFIXES}
    assert set(found) == {"model.json", "weights.npz", "tables.npz"} | exported


def test_exported_files_have_the_names_that_apps_use():
    assert (FOLDER / "gestures" / "GestureClassifier.mlmodel").is_file()
    assert (FOLDER / "shoulder_exercises" / "ShoulderExercises.mlmodel").is_file()


def test_the_folder_stays_small():
    sizes = [path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()]
    assert sum(sizes) < 12e6


@every_model
def test_manifest_is_of_the_recipe_as_the_code_has_it(name):
    manifest, recipe = read_manifest(name), RECIPES[name]
    for key, wanted in {
        "people": recipe.people,
        "training": recipe.training,
        "description": recipe.description,
        "license": recipe.license,
    }.items():
        assert manifest[key] == wanted, f"{key} has changed: make pretrained"
    assert re.fullmatch("[0-9a-f]{40}", manifest["commit"])
    assert manifest["uncommitted_changes"] == []  # else the commit is not what built it


@every_model
def test_manifest_names_the_data_honestly(name, recordings):
    manifest = read_manifest(name)
    people = {person for part in manifest["people"].values() for person in part}
    assert people == set(recordings(name)["userId"])
    simulated = all(person.startswith("sim_") for person in people)
    assert manifest["data"]["simulated"] is simulated is (name == "gestures")
    described = [open_exported(path).description for path in exported_files(name)]
    for description in [manifest["description"], *(d.fields["description"] for d in described)]:
        assert ("SIMULATED" in description) is simulated
    if simulated:
        assert "SIMULATED" in manifest["data"]["source"]
        assert load_model(FOLDER / name).fields["data"].startswith("simulated")


def test_readme_says_of_each_model_whether_its_data_is_real():
    rows = [line for line in (FOLDER / "README.md").read_text().splitlines() if "manifest" in line]
    shoulder, gestures = (next(row for row in rows if f"`{name}`" in row) for name in RECIPES)
    assert "real recordings" in shoulder
    assert "simulated, not recorded" in gestures


def test_readme_is_what_the_manifests_give():
    written = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert written == model_manifest.readme([read_manifest(name) for name in RECIPES])


@every_model
def test_scores_are_those_of_the_manifest(name, recordings):
    manifest, model = read_manifest(name), load_model(FOLDER / name)
    split = split_by_source(recordings(name), **manifest["people"])
    wanted = manifest["metrics"]["test"]
    assert model_manifest.measure(model, split.test) == pytest.approx(wanted, abs=0.002)
    assert wanted["accuracy"] > manifest["metrics"]["test_always_most_frequent"]["accuracy"] + 0.3
    # Sample counts and the mean over people, worked out without the code that wrote them.
    assert manifest["samples"]["test"] == len(split.test)
    by_person = manifest["metrics"]["test_by_person"]
    shares = split.test["userId"].value_counts(normalize=True)
    assert sum(shares[person] * score for person, score in by_person.items()) == pytest.approx(
        wanted["accuracy"], abs=1e-5
    )


def test_the_shoulder_recordings_are_those_it_was_trained_on(recordings):
    manifest = read_manifest("shoulder_exercises")
    split = split_by_source(recordings("shoulder_exercises"), **manifest["people"])
    assert model_manifest.checksum_of_samples(split) == manifest["data"]["sha256_of_samples"]


@every_model
def test_exported_files_replay_as_the_model_predicts(name, recordings):
    model, frame = load_model(FOLDER / name), recordings(name)
    test_people = frame["userId"].isin(RECIPES[name].people["test"])
    sessions = frame.loc[test_people, "sessionId"].unique()[[0, -1]]
    two = frame[frame["sessionId"].isin(sessions)]
    for path in exported_files(name):
        assert replay(path, model, two).largest_difference <= 1e-5, path.name


def exported_files(name):
    return [FOLDER / name / f"{RECIPES[name].file_name}{suffix}" for suffix in SUFFIXES]


@pytest.fixture
def tiny():
    """A recipe that takes no time: three people, two activities, one iteration."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        rng.normal(size=(120, 6)).astype(np.float32), columns=pretrained.MOTION_FEATURES
    )
    frame["userId"] = np.repeat(["a", "b", "c"], 40)
    frame["activity"] = np.tile(np.repeat(["x", "y"], 20), 3)
    frame["sessionId"] = frame["userId"] + frame["activity"]
    return dataclasses.replace(
        RECIPES["gestures"],
        name="tiny",
        file_name="Tiny",
        load=lambda: frame,
        people={"train": ["a"], "validation": ["b"], "test": ["c"]},
        prediction_window=5,
        max_iterations=1,
    )


def test_build_writes_what_load_model_reads_and_describes_it(tiny, tmp_path):
    manifest = pretrained.build(tiny, tmp_path / "tiny", verbose=False)
    assert manifest == json.loads((tmp_path / "tiny" / "manifest.json").read_text())
    model = load_model(tmp_path / "tiny")
    assert model.prediction_window == 5
    assert (model.units["rotX"], model.units["accelX"]) == ("rad/s", "g")
    assert manifest["sessions"] == {"train": 2, "validation": 2, "test": 2}
    files = manifest["files"]
    compared = [name for name in files if "largest_difference_from_model" in files[name]]
    assert compared == ["Tiny.mlmodel", "Tiny.onnx", "Tiny.tflite"]
    stated = open_exported(tmp_path / "tiny" / "Tiny.onnx").description.fields
    assert stated["license"] == tiny.license


def test_build_refuses_files_that_differ_from_the_model(tiny, tmp_path, monkeypatch):
    from activity_detector_utils.export import litert

    write = litert.write

    def write_another(model, path, **options):
        weights = {**model.network.weights, "dense_bias": model.network.weights["dense_bias"] + 1}
        write(type(model)(type(model.network)(weights), model.features, model.classes,
                          model.session_id, model.target), path, **options)  # fmt: skip

    monkeypatch.setattr(litert, "write", write_another)
    with pytest.raises(ToolkitError, match=r"\['Tiny.tflite'\] differ"):
        pretrained.build(tiny, tmp_path / "tiny", verbose=False)


def test_a_failed_build_leaves_the_old_models(tmp_path, monkeypatch):
    def fail_at_the_second(recipe, folder):
        if recipe.name == "gestures":
            raise ToolkitError("no luck")
        folder.mkdir()
        (folder / "manifest.json").write_text("new")
        return {"metrics": {"test": {"accuracy": 0.5}}}

    old = tmp_path / "shoulder_exercises" / "manifest.json"
    old.parent.mkdir()
    old.write_text("old")
    monkeypatch.setattr(settings, "pretrained_folder", lambda: tmp_path)
    monkeypatch.setattr(pretrained, "build", fail_at_the_second)
    with pytest.raises(ToolkitError, match="no luck"):
        pretrained.main()
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob("*.json")] == [
        old.relative_to(tmp_path)
    ]
    assert old.read_text() == "old"
