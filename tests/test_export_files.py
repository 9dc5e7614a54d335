"""All formats: what travels in a file, writing all or nothing, refusing what is damaged."""

import importlib.util
import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from small_models import random_model

from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.export import coreml, litert, onnx, open_exported
from activity_detector_utils.export.coreml import proto
from activity_detector_utils.export.describe import describe

WRITERS = {
    "turi6.mlmodel": coreml.write,
    "turi5.mlmodel": lambda model, path: coreml.write(model, path, layout="turi5"),
    "A.mlpackage": coreml.write,
    "A.onnx": onnx.write,
    "A.tflite": litert.write,
    "int8.tflite": lambda model, path: litert.write(model, path, quantize=True),
}
every_format = pytest.mark.parametrize("name", WRITERS)


def contents(path):
    """Relative path -> bytes of a file or of a folder's files."""
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return {os.path.relpath(file, path): file.read_bytes() for file in files}


def stated_model():
    model = random_model(classes=[2, 9, 10])
    model.sampling_rate = 25.0
    model.units = {"x": "rad/s", "y": "rad/s", "z": "g"}
    model.fields |= {"description": "Naïve", "license": "CC0", "author": "Me", "max_iterations": 3}
    return model


@every_format
def test_what_an_app_must_know_travels_in_the_file(tmp_path, name):
    model = stated_model()
    WRITERS[name](model, tmp_path / name)
    described = open_exported(tmp_path / name).description
    for key in ("features", "classes", "units", "sampling_rate", "session_id", "target"):
        assert getattr(described, key) == getattr(model, key), key
    assert described.prediction_window == 5
    assert described.fields == model.fields
    assert [type(label) for label in described.classes] == [int] * 3


@every_format
def test_the_same_model_gives_the_same_bytes(tmp_path, name):
    for folder in ("a", "b"):
        WRITERS[name](stated_model(), tmp_path / folder / name)
    assert contents(tmp_path / "a" / name) == contents(tmp_path / "b" / name)


@every_format
def test_describe_shows_inputs_classes_and_units(tmp_path, name):
    WRITERS[name](stated_model(), tmp_path / name)
    tables = describe(tmp_path / name)
    ports = tables.ports.set_index("name")
    if name in ("turi6.mlmodel", "A.mlpackage"):
        names = ["x", "y", "z", "stateIn", "labelProbability", "label", "stateOut"]
        assert ports.loc["x", "shape"] == (5,)
        assert ports.loc["z", "description"] == "z window input, g"
    elif name == "turi5.mlmodel":
        names = ["features", "hiddenIn", "cellIn", "labelProbability", "hiddenOut", "cellOut"]
        names.append("label")
        assert list(ports.index[ports["optional"]]) == ["hiddenIn", "cellIn"]
        assert ports.loc["features", "description"] == "Window × [x (rad/s), y (rad/s), z (g)]"
    else:
        names = ["features", "hiddenIn", "cellIn", "activityProbability", "hiddenOut", "cellOut"]
        assert ports.loc["features", "shape"] == (1, 5, 3)
        assert ports.loc["activityProbability", "shape"] == (1, 3)
        assert set(ports["type"]) == {"float32"}
    assert list(ports.index) == names
    assert tables.features.to_numpy().tolist() == [["x", "rad/s"], ["y", "rad/s"], ["z", "g"]]
    facts = dict(tables.facts.to_numpy())
    assert facts["classes"] == "2, 9, 10"
    assert facts["window"] == "5 samples (0.2 s)"
    assert facts["sampling rate"] == "25 Hz"
    assert (facts["description"], facts["license"]) == ("Naïve", "CC0")
    assert "written_by" in set(tables.metadata["key"])


def test_what_nobody_stated_is_said_to_be_so(tmp_path):
    onnx.write(random_model(), tmp_path / "A.onnx")
    tables = describe(tmp_path / "A.onnx")
    facts = dict(tables.facts.to_numpy())
    assert {facts[key] for key in ("sampling rate", "author", "license")} == {"not stated"}
    assert set(tables.features["unit"]) == {"not stated"}
    assert facts["description"].startswith("Activity classifier: one window of 5 samples")
    assert open_exported(tmp_path / "A.onnx").description.fields == {}


def test_litert_appends_labels_as_a_zip_archive(tmp_path):
    litert.write(stated_model(), tmp_path / "A.tflite")
    with zipfile.ZipFile(tmp_path / "A.tflite") as files:
        assert files.read("labels.txt") == b"2\n9\n10\n"
        assert json.loads(files.read("metadata.json"))["units"]["z"] == "g"
    assert (tmp_path / "A.tflite").read_bytes()[4:8] == b"TFL3"


def test_8_bits_need_less_than_a_third_of_the_room(tmp_path):
    litert.write(random_model(), tmp_path / "A.tflite")
    litert.write(random_model(), tmp_path / "B.tflite", quantize=True)
    sizes = [(tmp_path / name).stat().st_size for name in ("A.tflite", "B.tflite")]
    assert sizes[1] < sizes[0] / 3


@every_format
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, name, monkeypatch):
    path = tmp_path / name
    WRITERS[name](random_model(seed=1), path)
    before = contents(tmp_path)

    def fail(self, *_):
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.write_bytes", fail)
        with pytest.raises(ToolkitError, match="disk full"):
            WRITERS[name](random_model(seed=2), path)
    assert contents(tmp_path) == before
    WRITERS[name](random_model(seed=2), path)
    after = contents(tmp_path)
    assert after.keys() == before.keys()
    assert after != before


def test_a_package_that_cannot_be_put_in_place_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "A.mlpackage"
    coreml.write(random_model(seed=1), path)
    before = contents(tmp_path)
    rename = type(path).rename

    def refuse(self, target):
        if target == path and "Manifest.json" in os.listdir(self) and refuse.once:
            refuse.once = False
            raise OSError("in use")
        return rename(self, target)

    refuse.once = True
    monkeypatch.setattr(type(path), "rename", refuse)
    with pytest.raises(ToolkitError, match="in use"):
        coreml.write(random_model(seed=2), path)
    assert contents(tmp_path) == before


def test_what_is_no_package_is_left_alone(tmp_path):
    (tmp_path / "A.mlpackage").mkdir()
    (tmp_path / "A.mlpackage" / "thesis.txt").write_text("years")
    with pytest.raises(ToolkitError, match="left as it is"):
        coreml.write(random_model(), tmp_path / "A.mlpackage")
    assert contents(tmp_path) == {os.path.join("A.mlpackage", "thesis.txt"): b"years"}


@every_format
def test_a_place_that_cannot_be_written_to_is_named(tmp_path, name):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ToolkitError, match=f"cannot write.*{name}"):
        WRITERS[name](random_model(), tmp_path / "file" / name)


@pytest.mark.parametrize("write", [onnx.write, litert.write])
def test_a_wrong_suffix_is_refused(tmp_path, write):
    with pytest.raises(ToolkitError, match=r"ends in '\.txt'"):
        write(random_model(), tmp_path / "A.txt")
    assert list(tmp_path.iterdir()) == []


@every_format
def test_damaged_files_are_refused(tmp_path, name):
    path = tmp_path / name
    WRITERS[name](random_model(), path)
    file = path
    if path.is_dir():
        file = path / "Data/com.apple.CoreML/weights/weight.bin"
    whole = file.read_bytes()
    for content in (whole[: len(whole) // 2], whole[:-300], b"", b"something else"):
        file.write_bytes(content)
        with pytest.raises(ToolkitError, match=name):
            open_exported(path)


def test_other_suffixes_and_absent_files_are_refused(tmp_path):
    (tmp_path / "A.h5").write_bytes(b"")
    with pytest.raises(ToolkitError, match=r"\.mlmodel, \.mlpackage, \.onnx, \.tflite"):
        open_exported(tmp_path / "A.h5")
    with pytest.raises(FileNotFoundError, match=r"B\.onnx"):
        open_exported(tmp_path / "B.onnx")


@every_format
def test_a_window_must_have_the_right_shape_and_finite_numbers(tmp_path, name):
    WRITERS[name](random_model(), tmp_path / name)
    runner = open_exported(tmp_path / name)
    with pytest.raises(ToolkitError, match=r"shape \(4, 3\).*takes \(5, 3\)"):
        runner.step(np.zeros((4, 3)), runner.zero_state())
    window = np.zeros((5, 3))
    window[2, 1] = np.nan
    with pytest.raises(ToolkitError, match="sample 2 of the window holds nan in 'y'"):
        runner.step(window, runner.zero_state())


@pytest.mark.parametrize(("name", "library"), [("A.onnx", "onnx"), ("A.tflite", "ai_edge_litert")])
def test_a_missing_library_is_named_with_the_extra_that_brings_it(
    tmp_path, name, library, monkeypatch
):
    for module in [m for m in sys.modules if m.partition(".")[0] == library]:
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(
        ImportError, match=rf"{library} is needed.*activity-detector-utils\[export\]"
    ):
        WRITERS[name](random_model(), tmp_path / name)


def test_missing_coremltools_is_named_with_the_extra_that_brings_it(tmp_path, monkeypatch):
    monkeypatch.setattr(proto, "PRIVATE_NAME", "not_imported_yet")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    proto.messages.cache_clear()
    with pytest.raises(ImportError, match=r"coremltools is needed.*\[export\]"):
        coreml.write(random_model(), tmp_path / "A.mlmodel")


EXPORT_QUIETLY = """
import sys
from small_models import random_model
from activity_detector_utils.export import coreml, litert, onnx, open_exported
model = random_model()
coreml.write(model, "A.mlmodel"); coreml.write(model, "A.mlpackage")
onnx.write(model, "A.onnx"); litert.write(model, "A.tflite"); coreml.read("A.mlmodel")
for name in ("A.mlmodel", "A.mlpackage", "A.onnx", "A.tflite"):
    open_exported(name)
heavy = {"tensorflow", "keras", "coremltools", "sklearn", "matplotlib"}
print(sorted(heavy & sys.modules.keys()))
"""


def test_exports_are_silent_and_load_no_tensorflow(tmp_path):
    tests = os.path.dirname(__file__)
    result = subprocess.run(
        [sys.executable, "-c", EXPORT_QUIETLY],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": tests},
        capture_output=True,
        text=True,
    )
    assert (result.stdout, result.stderr) == ("[]\n", "")
