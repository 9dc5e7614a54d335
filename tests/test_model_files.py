"""Saved models: the same after loading, whole or absent, and damage is named."""

import contextlib
import copy
import json
import pickle

import numpy as np
import pandas as pd
import pytest
from small_models import random_model

from activity_detector_utils.activity_classifier import load_model
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
