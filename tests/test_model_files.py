"""Saved models: the same after loading, whole or absent, and damage is named."""

import contextlib
import copy
import io
import json
import os
import pickle
import zipfile

import numpy as np
import pandas as pd
import pytest
from small_models import random_model

from activity_detector_utils.activity_classifier import load_model
from activity_detector_utils.activity_classifier import saved as saved_models
from activity_detector_utils.base.errors import ToolkitError


@pytest.fixture
def saved(tmp_path):
    model = random_model()
    model.fields = {
        "training_accuracy": 0.5,
        "training_roc_curve": pd.DataFrame({"class": ["a", "b"], "threshold": [np.inf, 0.5]}),
    }
    model.history = pd.DataFrame({"iteration": [1, 2], "training_loss": [0.5, 0.25]})
    model.sampling_rate, model.units = 25.0, {"x": "g"}
    model.save(tmp_path / "model")
    return model, tmp_path / "model"


def test_a_loaded_model_is_the_saved_one(saved):
    model, path = saved
    loaded = load_model(path)
    for name, weight in model.network.weights.items():
        np.testing.assert_array_equal(loaded.network.weights[name], weight)
    assert (loaded.features, loaded.classes) == (model.features, model.classes)
    assert (loaded.session_id, loaded.target) == ("session", "label")
    assert (loaded.sampling_rate, loaded.units) == (25.0, {"x": "g"})
    assert loaded.training_accuracy == 0.5
    pd.testing.assert_frame_equal(loaded.training_roc_curve, model.training_roc_curve)
    pd.testing.assert_frame_equal(loaded.history, model.history)


def test_a_copy_and_a_pickle_are_the_saved_model(saved):
    model, _ = saved
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert other.training_accuracy == 0.5
        np.testing.assert_array_equal(
            other.network.weights["lstm_kernel"], model.network.weights["lstm_kernel"]
        )


def test_saving_replaces_an_older_model_and_leaves_nothing_else(saved):
    _, path = saved
    random_model(seed=9).save(path)
    assert not load_model(path).fields
    assert [entry.name for entry in path.parent.iterdir()] == ["model"]


def test_a_full_disk_leaves_the_old_model(saved, monkeypatch):
    _model, path = saved

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(ToolkitError, match=r"cannot write .*No space left"):
        random_model(seed=9).save(path)
    assert load_model(path).training_accuracy == 0.5
    assert [entry.name for entry in path.parent.iterdir()] == ["model"]


def test_a_folder_that_is_no_model_is_left_alone(tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"precious")
    with pytest.raises(ToolkitError, match=r"is no saved model.*left as it is"):
        random_model().save(tmp_path)
    assert (tmp_path / "holiday.jpg").read_bytes() == b"precious"


def test_what_is_beside_a_saved_model_is_not_lost(saved):
    _, path = saved
    (path / "A.onnx").write_bytes(b"exported")
    with pytest.raises(ToolkitError, match=r"holds \['A\.onnx'\] beside the saved model"):
        random_model(seed=9).save(path)
    assert (path / "A.onnx").read_bytes() == b"exported"


def test_another_tool_s_model_json_is_left_alone(tmp_path):
    (tmp_path / "model.json").write_text('{"format": "layers-model"}')  # as TensorFlow.js has it
    with pytest.raises(ToolkitError, match=r"does not describe an activity classifier.*left as"):
        random_model().save(tmp_path)


def test_nothing_there_is_file_not_found(tmp_path):
    with pytest.raises(FileNotFoundError, match="no saved model at"):
        load_model(tmp_path / "nothing")


def edit(path, **changes):
    description = json.loads((path / "model.json").read_text())
    (path / "model.json").write_text(json.dumps(description | changes))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda p: (p / "weights.npz").unlink(), "cannot read .*weights.npz"),
        (lambda p: (p / "weights.npz").write_bytes(b"PK\x03\x04 cut"), "cannot read .*weights.npz"),
        (
            lambda p: (p / "weights.npz").write_bytes((p / "weights.npz").read_bytes()[:5000]),
            "cannot read .*weights.npz",
        ),
        (lambda p: (p / "tables.npz").unlink(), "cannot read .*tables.npz"),
        (lambda p: (p / "model.json").unlink(), "is no saved model"),
        (lambda p: (p / "model.json").write_text('{"type":'), "is no saved model"),
        (lambda p: (p / "model.json").write_text("[]"), "does not describe an activity"),
        (lambda p: edit(p, format_version=99), "format version 99; this version .* reads 1"),
        (lambda p: edit(p, features=["x"]), "damaged: the network takes 3 features"),
        (lambda p: edit(p, prediction_window=7), "damaged: model.json says prediction_window 7"),
        (lambda p: np.savez(p / "weights.npz", conv_kernel=np.zeros((5, 3, 64))), "damaged: "),
    ],
)
def test_damage_is_named(saved, damage, message):
    _, path = saved
    damage(path)
    with pytest.raises(ToolkitError, match=message):
        load_model(path)


def test_a_changed_byte_is_harmless_or_named(saved):
    _, path = saved
    tables = path / "tables.npz"
    data = tables.read_bytes()
    for place in range(0, len(data), 5):
        tables.write_bytes(data[:place] + bytes([data[place] ^ 255]) + data[place + 1 :])
        with contextlib.suppress(ToolkitError):
            load_model(path)


def test_weights_with_pickles_are_refused(saved):
    _, path = saved
    np.savez(path / "weights.npz", conv_kernel=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ToolkitError, match=r"cannot read .*weights.npz"):
        load_model(path)


def test_what_file_managers_leave_blocks_nothing(saved):
    _, path = saved
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "._model.json"):
        (path / name).write_bytes(b"icons")
    random_model(seed=9).save(path)
    assert not load_model(path).fields


def test_a_note_in_the_report_is_not_lost(saved):
    _, path = saved
    (path / "report").mkdir()
    (path / "report" / "index.html").write_text("<p>")
    random_model(seed=9).save(path)
    (path / "report").mkdir()
    (path / "report" / "notes.txt").write_text("what I saw")
    with pytest.raises(ToolkitError, match=r"holds \['report/notes\.txt'\] beside the saved"):
        random_model(seed=8).save(path)
    assert (path / "report" / "notes.txt").read_text() == "what I saw"


def test_a_linked_folder_stays_linked(saved, tmp_path):
    _, path = saved
    os.symlink(path, tmp_path / "link")
    random_model(seed=9).save(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert not load_model(path).fields
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["link", "model"]


def test_the_folder_one_is_in_is_not_replaced(saved, monkeypatch):
    _, path = saved
    monkeypatch.chdir(path)
    with pytest.raises(ToolkitError, match="you are in this folder"):
        random_model(seed=9).save(".")
    assert load_model(".").training_accuracy == 0.5


def test_a_writer_killed_between_its_renames_loses_nothing(saved):
    _, path = saved
    work = path.with_name(".model-0123abcd.part")
    work.mkdir()
    random_model(seed=9).save(work / "new")
    path.rename(work / "old-0123abcd")
    (work / "lock").touch()
    assert not load_model(path).fields  # the new one, which was complete
    assert [entry.name for entry in path.parent.iterdir()] == ["model"]


def test_a_model_replaced_while_it_is_read_is_read_again(saved, monkeypatch):
    _, path = saved
    read, seen = saved_models.read_description, []

    def replaced_after(folder):
        description = read(folder)
        if not seen:
            seen.append(1)
            monkeypatch.setattr(saved_models, "read_description", read)
            random_model(classes=("d", "e", "f"), seed=9).save(path)
        return description

    monkeypatch.setattr(saved_models, "read_description", replaced_after)
    loaded = load_model(path)
    assert loaded.classes == ["d", "e", "f"]
    expected = random_model(seed=9).network.weights["conv_kernel"]
    np.testing.assert_array_equal(loaded.network.weights["conv_kernel"], expected)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"classes": ["a", "a", "b"]}, "classes names 'a' more than once"),
        ({"classes": [1.2, 1.4, 1.5]}, "classes is .*all of str or all of int"),
        ({"classes": "abc"}, "classes is 'abc'"),
        ({"features": "xyz"}, "features is 'xyz'"),
        ({"features": ["x", "x", "x"]}, "features names 'x' more than once"),
        ({"sampling_rate": float("nan")}, "sampling_rate is nan"),
        ({"sampling_rate": "50"}, "sampling_rate is '50'"),
        ({"prediction_window": 250_000_000}, "prediction_window is 250000000"),
        ({"fields": ["description"]}, "fields is "),
        ({"fields": {"train_people": 7}}, "train_people is 7"),
        ({"units": {"x": 9.81}}, "a unit in units is 9.81"),
        ({"session_id": None}, "session_id is None"),
        ({"format_version": "9" * 10_000}, "has format version"),
    ],
)
def test_what_a_model_says_of_itself_is_checked(saved, changes, message):
    _, path = saved
    edit(path, **changes)
    with pytest.raises(ToolkitError, match=message) as caught:
        load_model(path)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" + "1," * 5_000_000 + "1]"])
def test_descriptions_without_end_are_refused(saved, text):
    _, path = saved
    (path / "model.json").write_text(text)
    with pytest.raises(ToolkitError, match=r"nested too deeply|at most"):
        load_model(path)


def declare(file, name, shape, size):
    """An array that says it is large, in an archive that says so, too, or does not."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": shape}
    )
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.npy", header.getvalue() + bytes(size))


def test_sizes_are_checked_before_anything_is_unpacked(saved):
    _, path = saved
    declare(path / "weights.npz", "extra", (75_000_000,), 300_000_000)
    assert load_model(path).training_accuracy == 0.5  # nobody asked for that member
    declare(path / "tables.npz", "history/x", (10**9,), 100)
    with pytest.raises(ToolkitError, match=r"declares the shape \(1000000000,\)"):
        load_model(path)
    declare(path / "tables.npz", "history/y", (75_000_000,), 300_000_000)
    with pytest.raises(ToolkitError, match=r"it declares 300,\d+,\d+ bytes"):
        load_model(path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
@pytest.mark.parametrize("name", saved_models.MODEL_FILES)
def test_nobody_waits_for_a_pipe(saved, name):
    _, path = saved
    (path / name).unlink()
    os.mkfifo(path / name)
    with pytest.raises(ToolkitError, match="it is a device or a pipe"):
        load_model(path)
