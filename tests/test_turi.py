"""Genuine Turi Create: what it needs, how frames cross, how its process ends, what it answers."""

import array
import datetime
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from turi_fixtures import AWKWARD_LENGTHS, awkward_sessions, require_turi

from activity_detector_utils import turi
from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.turi import environment, frames, process, worker

# Stands in for Turi Create in the tests of the process: its SFrame folders do as they are called.
STAND_IN = """
import os, sys, time
__version__ = "0"
class ToolkitError(RuntimeError): pass
class SFrame: pass
class SArray: pass
def load_sframe(path):
    print("working on it")
    name = os.path.basename(path)
    if name == "refused":
        raise ToolkitError("no such thing")
    if name == "broken":
        raise OSError("disk on fire")
    if name == "crash":
        print("first line", "last line", sep="\\n", file=sys.stderr)
        os._exit(3)
    time.sleep(60)
"""


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """Start the real worker script with a stand-in for Turi Create; returns its temp folder."""
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "turicreate.py").write_text(STAND_IN)
    (tmp_path / "files").mkdir()
    monkeypatch.setattr(process.tempfile, "tempdir", str(tmp_path / "files"))
    monkeypatch.setattr(
        process, "start_command", lambda folder: [sys.executable, str(environment.SCRIPT), folder]
    )
    variables = os.environ | {"PYTHONPATH": str(tmp_path / "modules")}
    monkeypatch.setattr(process, "clean_environment", lambda: variables)
    return tmp_path / "files"


def test_available_says_in_one_sentence_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(environment.platform, "system", lambda: "Linux")
    monkeypatch.setattr(environment.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(environment.shutil, "which", lambda name, path=None: f"/bin/{name}")
    monkeypatch.setattr(environment, "_output", lambda arguments: "(3, 8)")
    monkeypatch.delenv("TURI_PYTHON", raising=False)
    assert turi.available() == (True, "")
    assert turi.available()

    monkeypatch.setattr(environment, "_output", lambda arguments: None)  # nothing starts
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert "install one (uv python install 3.8) or name it in TURI_PYTHON." in reason()
    monkeypatch.setenv("TURI_PYTHON", "/opt/python")
    assert reason() == "TURI_PYTHON names /opt/python, which is not a working Python 3.8."
    monkeypatch.setattr(environment.shutil, "which", lambda name, path=None: None)
    assert reason() == "Turi Create is started by uv, which is missing: pip install uv."
    monkeypatch.setattr(environment.platform, "machine", lambda: "arm64")
    assert reason().endswith("this machine is Linux on arm64.")


def reason():
    ok, reason = turi.available()
    assert not ok
    assert not turi.available()
    assert "\n" not in reason
    return reason


def test_a_named_python_must_be_3_8(monkeypatch):
    monkeypatch.setenv("TURI_PYTHON", sys.executable)
    with pytest.raises(turi.TuriUnavailable, match=r"not a working Python 3\.8"):
        environment.find_python("uv")


def test_nothing_that_steers_our_python_reaches_turis(monkeypatch):
    ours = {"PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX", "MPLBACKEND", "KERAS_BACKEND"}
    for name in ours:
        monkeypatch.setenv(name, "ours")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    cleaned = environment.clean_environment()
    assert not ours & cleaned.keys()
    assert cleaned["OMP_NUM_THREADS"] == "1"


floats = st.lists(st.floats(), min_size=3, max_size=3)  # NaN, -0.0 and the smallest too
whole = st.lists(st.integers(-(2**63), 2**63 - 1), min_size=3, max_size=3)
text = st.lists(st.text() | st.none(), min_size=3, max_size=3)
columns = st.dictionaries(st.text(), st.tuples(floats, whole, text), min_size=1, max_size=3)


@settings(deadline=None)
@given(columns)
def test_every_frame_crosses_exactly(tmp_path_factory, drawn):
    expected = {}
    for name, (some_floats, some_whole, some_text) in drawn.items():
        expected[name + ".f"] = np.array(some_floats)
        expected[name + ".i"] = np.array(some_whole)
        expected[name + ".t"] = some_text
    frame = pd.DataFrame(
        {k: pd.Series(v, dtype=None if k[-1] != "t" else object) for k, v in expected.items()}
    )
    folder = tmp_path_factory.mktemp("frame")
    frames.write_frame(frame, folder)
    crossed = worker.read_columns(folder)  # what Turi's side sees
    assert list(crossed) == list(expected)
    for name, values in expected.items():
        if name.endswith(".t"):
            assert crossed[name] == values
        else:
            assert crossed[name].dtype == values.dtype
            assert crossed[name].tobytes() == values.tobytes()
    back = frames.read_frame(folder)
    for name in expected:
        if name.endswith(".t"):
            assert (
                back[name].astype(object).where(back[name].notna(), None).tolist() == expected[name]
            )
        else:
            assert back[name].to_numpy().tobytes() == expected[name].tobytes()


def test_other_column_types_are_widened_or_refused_by_name(tmp_path):
    frame = pd.DataFrame(
        {
            "small": np.array([0.1, 2], dtype=np.float32),
            "flag": [True, False],
            "gap": pd.array([1, None], dtype="Int64"),
            "text": pd.array(["", None], dtype="str"),
            "kind": pd.Categorical(["b", "a"]),
            "object": np.array([None, float("nan")], dtype=object),
        },
        index=[5, 5],
    )
    before = frame.copy(deep=True)
    frames.write_frame(frame, tmp_path)
    crossed = worker.read_columns(tmp_path)
    assert crossed["small"].tolist() == [float(np.float32(0.1)), 2.0]
    assert crossed["flag"].tolist() == [1, 0]
    assert crossed["flag"].dtype == np.int64
    assert (crossed["gap"], crossed["text"], crossed["kind"]) == ([1, None], ["", None], ["b", "a"])
    assert crossed["object"][0] is None
    assert np.isnan(crossed["object"][1])
    pd.testing.assert_frame_equal(frame, before)

    with pytest.raises(TypeError, match="column 'when' holds Timestamp"):
        frames.write_frame(pd.DataFrame({"when": pd.to_datetime(["2020-01-01"])}), tmp_path)
    with pytest.raises(TypeError, match=r"must be text for Turi Create; got \[0\]"):
        frames.write_frame(pd.DataFrame([[1]]), tmp_path)
    with pytest.raises(ValueError, match="must differ"):
        frames.write_frame(pd.DataFrame([[1, 2]], columns=["a", "a"]), tmp_path)


def test_columns_of_an_sframe_become_arrays_or_lists():
    class Column(list):
        def __init__(self, dtype, values):
            super().__init__(values)
            self.dtype = dtype

    vectors = [array.array("d", [1, 2]), array.array("d", [3, 4])]
    zone = datetime.timezone(datetime.timedelta(hours=2))
    moments = [datetime.datetime(2020, 1, 2, 3, tzinfo=zone), datetime.datetime(1969, 1, 1), None]
    assert worker.plain_values(Column(float, [0.5, None]), "f") == [0.5, None]
    assert worker.plain_values(Column(int, [2**62 + 1]), "i").tolist() == [2**62 + 1]
    assert worker.plain_values(Column(array.array, vectors), "v").tolist() == [[1, 2], [3, 4]]
    assert worker.plain_values(Column(array.array, [vectors[0], None]), "v") == [[1.0, 2.0], None]
    assert worker.plain_values(Column(datetime.datetime, moments), "d").astype(str).tolist() == [
        "2020-01-02T01:00:00.000000",
        "1969-01-01T00:00:00.000000",
        "NaT",
    ]
    with pytest.raises(TypeError, match="column 'x' holds bytes"):
        worker.plain_values(Column(bytes, [b""]), "x")


def test_errors_of_turi_create_come_back_and_leave_no_files(stand_in, capsys):
    with process.TuriProcess() as running:
        with pytest.raises(ToolkitError, match=r"^no such thing$"):
            running.call("load_sframe", path="refused")
        assert running.output == capsys.readouterr().out == "working on it\n"
        with pytest.raises(ToolkitError, match=r"^OSError: disk on fire$"):  # and it still answers
            running.call("load_sframe", path="broken")
        assert list(stand_in.iterdir())
    assert not list(stand_in.iterdir())
    with pytest.raises(RuntimeError, match="is closed"):
        running.call("load_sframe", path="refused")


def test_a_crash_is_one_error_with_the_last_lines(stand_in):
    with pytest.raises(
        RuntimeError, match=r"exit code 3\); its last lines:\nfirst line\nlast line"
    ):
        turi.sframe_to_frame("crash")
    assert not list(stand_in.iterdir())


def test_an_environment_that_cannot_be_built_says_what_uv_said(stand_in, monkeypatch):
    uv = [sys.executable, "-c", "import sys; sys.exit('no solution found')"]
    monkeypatch.setattr(process, "start_command", lambda folder: uv)
    with pytest.raises(turi.TuriUnavailable, match=r"environment .*:\nno solution found"):
        turi.sframe_to_frame("any")
    assert not list(stand_in.iterdir())


def test_an_interrupt_ends_the_process_and_its_files(stand_in, monkeypatch):
    def interrupt(text):
        raise KeyboardInterrupt

    running = process.TuriProcess()
    monkeypatch.setattr(sys.stdout, "write", interrupt)
    with pytest.raises(KeyboardInterrupt):
        running.call("load_sframe", path="slow")
    monkeypatch.undo()
    assert running._process.returncode == -signal.SIGKILL
    assert not list(stand_in.iterdir())


def test_the_worker_ends_in_mid_work_when_its_caller_is_killed(stand_in):
    folder = stand_in / "own"
    folder.mkdir()
    command = [sys.executable, str(environment.SCRIPT), str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=process.clean_environment()
    ) as started:
        request = b'{"call": "load_sframe", "arguments": {"path": "slow"}, "folder": ""}\n'
        started.stdin.write(request)
        started.stdin.flush()
        while b"working on it" not in started.stdout.readline():
            pass
        began = time.perf_counter()
        started.stdin.close()  # all that is left of a killed caller
        assert started.wait(timeout=20) == 0
        assert time.perf_counter() - began < 20
    assert not folder.exists()


@pytest.fixture(scope="module")
def train():
    return awkward_sessions(seed=1)


@pytest.fixture(scope="module")
def trained(train, tmp_path_factory):
    """A model of genuine Turi Create, and the lines that it printed."""
    require_turi()
    validation = awkward_sessions(seed=2, lengths=[205]).assign(note="extra text")
    modules = tmp_path_factory.mktemp("modules")
    (modules / "turicreate.py").write_text("raise SystemExit('ours, not Turi')")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(modules))
        patch.setenv("MPLBACKEND", "module://of_our_notebook")
        model = turi.create(
            train, "session", "label", ["f0", "f1"], 5, validation, 4, 4, random_seed=1
        )
    with model:
        yield model, model.process.output


def test_create_has_the_fields_and_the_printed_table(trained, train):
    model, printed = trained
    assert model.classes == [2, 9, 10]
    assert (model.num_examples, model.num_sessions, model.prediction_window) == (1524, 9, 5)
    assert 0 < model.training_accuracy < 1
    assert list(model.validation_confusion_matrix) == ["class", "predicted_class", "count"]
    assert "Processed a total of 9 sessions.\n" in printed
    assert "| Iteration    | Train Accuracy | Validation Accuracy | Elapsed Time |" in printed
    assert printed.splitlines()[-1].startswith("Total Time Spent")
    with pytest.raises(AttributeError, match=r"no field 'valid_accuracy'; it has \['batch_size'"):
        model.valid_accuracy  # noqa: B018


def test_predictions_agree_with_each_other_and_with_evaluate(trained):
    model, _ = trained
    frame = awkward_sessions(seed=3)
    frame.index = frame.index[::-1] + 7
    labels = model.predict(frame)
    probability = model.predict(frame, "probability_vector")
    classified = model.classify(frame)
    windows = model.predict(frame, "probability_vector", "per_window")
    assert probability.shape == (len(frame), 3)
    assert labels.index.equals(frame.index)
    assert labels.tolist() == np.array(model.classes)[probability.argmax(axis=1)].tolist()
    assert classified["class"].equals(labels.rename("class"))
    assert classified["probability"].to_numpy().tolist() == probability.max(axis=1).tolist()
    assert windows.groupby("session").size().tolist() == [-(-n // 5) for n in AWKWARD_LENGTHS]
    assert windows["probability_vector"].iloc[-1].tolist() == probability[-1].tolist()
    assert len(model.predict_topk(frame, k=2, output_frequency="per_window")) == 2 * len(windows)
    evaluated = model.evaluate(frame)
    assert evaluated["accuracy"] == pytest.approx((labels == frame["label"]).mean())
    assert evaluated["confusion_matrix"]["count"].sum() == len(frame)


def test_messages_are_turi_creates_own(trained, train):
    model, _ = trained
    with pytest.raises(ToolkitError, match=r"^Column name f1 does not exist\.$"):
        model.predict(train.drop(columns="f1"))
    with pytest.raises(ToolkitError, match="foo is not a valid option for output_type"):
        model.predict(train, "foo")
    with pytest.raises(TypeError, match="dataset must be a DataFrame, not dict"):
        model.predict({})
    with pytest.raises(ToolkitError, match="prediction_window must be between 1 and 400"):
        turi.create(train, "session", "label", prediction_window=401)


def test_saved_models_load_and_export(trained, train, tmp_path):
    model, _ = trained
    model.save(tmp_path / "saved")
    model.export_coreml(tmp_path / "direct.mlmodel")
    turi.export_coreml(tmp_path / "saved", tmp_path / "converted.mlmodel")
    direct, converted = (tmp_path / f"{name}.mlmodel" for name in ("direct", "converted"))
    assert len(direct.read_bytes()) == len(converted.read_bytes()) > 900_000
    with turi.load_model(tmp_path / "saved") as loaded:
        assert loaded.classes == model.classes
        again = loaded.predict(train, "probability_vector")
    assert (again == model.predict(train, "probability_vector")).all()


def test_frames_cross_turi_create_itself_exactly(tmp_path):
    require_turi()
    frame = pd.DataFrame(
        {
            "float": [0.1, -0.0, 5e-324, float("nan"), 1.7976931348623157e308],
            "int": [-(2**63), 2**53 + 1, 0, 1, 2**63 - 1],
            "text": ["", "naïve", "\U0001f3c3 \x00 tab\t", "NA", None],
            "gap": pd.array([1, None, 3, 4, 2**53 + 1], dtype="Int64"),
        }
    )
    turi.frame_to_sframe(frame, tmp_path / "frame")
    back = turi.sframe_to_frame(tmp_path / "frame")
    pd.testing.assert_frame_equal(back, frame)
    assert back["float"].to_numpy().tobytes() == frame["float"].to_numpy().tobytes()


def test_split_keeps_the_rows_of_a_session_together():
    require_turi()
    frame = pd.DataFrame({"id": [f"s{n}" for n in range(1000)] * 2}, index=range(100, 2100))
    first, second = turi.random_split_by_session(frame, "id", 0.9, seed=3)
    assert not set(first["id"]) & set(second["id"])
    assert pd.concat([first, second]).sort_index().equals(frame)
    assert len(first) == 2 * 888  # what Turi Create itself gave for this seed
