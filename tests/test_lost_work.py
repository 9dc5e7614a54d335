"""Whatever fails or interrupts the command line: what was trained, recorded or finished stays."""

import os
import signal
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_models import random_model
from test_cli import FEATURES, fail, random_train, run, small_frame, succeed

from activity_detector_utils import activity_classifier, settings
from activity_detector_utils.app import training_run
from activity_detector_utils.app.console import visible
from activity_detector_utils.app.loading import load_recordings
from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.datasets import shoulder
from activity_detector_utils.recordings import save_frame


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.parquet"
    save_frame(small_frame(), path)
    return path


@pytest.fixture
def saved_model(tmp_path):
    model = random_model(5, FEATURES, ["run", "walk"])
    model.session_id, model.target = "sessionId", "activity"
    model.save(tmp_path / "m")
    return tmp_path / "m"


# --- training ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reason", [OSError(28, "No space left on device"), ValueError("mathtext"), MemoryError()]
)
def test_a_report_that_fails_is_a_warning(reason, small, tmp_path, monkeypatch):
    def failing(result):
        raise reason

    random_train(monkeypatch)
    monkeypatch.setattr(training_run, "report_files", failing)
    result = run("train", "--data", small, "--output", tmp_path / "new")
    assert result.exit_code == 0
    assert "Note: the model is saved, but there is no report: " in result.stderr
    assert type(reason).__name__ in result.stderr
    assert "Report:" not in result.stdout
    assert activity_classifier.load_model(tmp_path / "new").features == FEATURES


def test_a_test_that_fails_leaves_the_model(small, tmp_path, monkeypatch):
    random_train(monkeypatch)
    monkeypatch.setattr(training_run, "score", lambda *arguments: None + 1)
    result = run("train", "--data", small, "--output", tmp_path / "new")
    assert isinstance(result.exception, TypeError)
    assert f"The model is saved: {tmp_path / 'new'}" in result.stderr
    assert activity_classifier.load_model(tmp_path / "new").features == FEATURES


def test_a_model_that_its_place_refuses_is_saved_elsewhere(small, tmp_path, monkeypatch):
    random_train(monkeypatch)
    create = training_run.create

    def meanwhile(*arguments, **options):
        (tmp_path / "m").mkdir(exist_ok=True)
        (tmp_path / "m" / "thesis.txt").touch()
        return create(*arguments, **options)

    monkeypatch.setattr(training_run, "create", meanwhile)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    result = run("train", "--data", small, "--output", tmp_path / "m")
    assert result.exit_code == 1
    (instead,) = tmp_path.glob("activity-detector-*/m")
    assert f"The model is saved in {instead} instead" in result.stderr
    assert activity_classifier.load_model(instead).features == FEATURES


def test_an_interrupted_training_replaces_no_model(saved_model, small, tmp_path, monkeypatch):
    before = (saved_model / "weights.npz").read_bytes()
    random_train(monkeypatch, iterations=3)
    for name in ("m-interrupted", "m-interrupted-2"):
        result = run("train", "--data", small, "--output", saved_model, "--iterations", 9)
        assert result.exit_code == 130
        assert "the model that was there before is kept" in result.stderr
        assert f"Model:   {tmp_path / name}" in result.stdout
        assert len(activity_classifier.load_model(tmp_path / name).history) == 3
    assert (saved_model / "weights.npz").read_bytes() == before


@pytest.fixture
def set_signal():
    """Set how a signal is handled for one test: a job in the background may ignore some."""
    before = {}

    def set_handler(number, handler):
        before.setdefault(number, signal.signal(number, handler))

    yield set_handler
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without asking it")
@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_to_end_is_treated_as_ctrl_c(name, code, small, tmp_path, monkeypatch, set_signal):
    number = getattr(signal, name)
    set_signal(number, signal.SIG_DFL)
    monkeypatch.setattr(training_run, "create", lambda *a, **k: signal.raise_signal(number))
    result = run("train", "--data", small, "--output", tmp_path / "new")
    assert result.exit_code == code
    assert result.stderr.strip() == "Interrupted; nothing half-written is left."
    assert signal.getsignal(number) == signal.SIG_DFL


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGHUP")
def test_a_signal_that_is_ignored_ends_nothing(small, tmp_path, monkeypatch, set_signal):
    set_signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    create = training_run.create

    def closed_terminal(*arguments, **options):
        signal.raise_signal(signal.SIGHUP)
        return create(*arguments, **options)

    monkeypatch.setattr(training_run, "create", closed_terminal)
    result = run("train", "--data", small, "--output", tmp_path / "new", "--iterations", 1)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "new" / "model.json").is_file()


def test_folders_with_a_dot_in_their_names_have_models_of_their_own(tmp_path):
    for name in ("rec.2024", "rec.2025"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "u-a.csv").write_text("sessionId,activity,rotX\ns,run,1\n")
        assert load_recordings(str(tmp_path / name)).name == name


# --- inputs are not outputs ----------------------------------------------------------------------


def test_predictions_replace_neither_recordings_nor_model(saved_model, small, tmp_path):
    before = small.read_bytes()
    os.symlink(small, tmp_path / "link.csv")
    for output in (small, tmp_path / "link.csv", saved_model / "model.json", saved_model / "x.csv"):
        line = fail("predict", "--model", saved_model, "--data", small, "--output", output)
        assert "which is read here; name another place" in line
    assert small.read_bytes() == before
    folder = tmp_path / "csv"
    folder.mkdir()
    (folder / "u-a.csv").write_text("sessionId,activity,rotX,rotY,rotZ\ns,run,1,1,1\n")
    for output in (folder, folder / "u-a.csv", folder / "new.csv"):
        line = fail("predict", "--model", saved_model, "--data", folder, "--output", output)
        assert "which is read here" in line


def test_an_export_does_not_replace_its_own_input(saved_model, tmp_path):
    model = activity_classifier.load_model(saved_model)
    model.export_coreml(tmp_path / "a.mlmodel")
    before = (tmp_path / "a.mlmodel").read_bytes()
    line = fail("export", "--model", tmp_path / "a.mlmodel", "--output", tmp_path / "a.mlmodel")
    assert "which is read here" in line
    assert (tmp_path / "a.mlmodel").read_bytes() == before


def test_an_import_writes_parquet_only(tmp_path):
    (tmp_path / "u-a.csv").write_text("sessionId,activity,rotX\ns,run,1\n")
    result = run("data", "import", tmp_path, "--output", tmp_path / "u-a.csv")
    assert result.exit_code == 2
    assert "must end in .parquet" in result.stderr
    assert (tmp_path / "u-a.csv").read_text().startswith("sessionId")


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="a device of Unix")
def test_predictions_may_go_to_a_device(saved_model, small):
    succeed("predict", "--model", saved_model, "--data", small, "--output", "/dev/null")
    with open("/dev/null", "rb") as device:
        assert device.read() == b""
    assert not os.path.isfile("/dev/null")


# --- odd circumstances ---------------------------------------------------------------------------


def test_an_empty_output_is_one_line(saved_model, small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    fail("predict", "--model", saved_model, "--data", small, "--output", "")
    fail("train", "--data", small, "--output", "")
    fail("evaluate", "--model", "", "--data", small)
    fail("evaluate", "--model", saved_model, "--data", "")


def test_a_home_of_nobody_is_named(monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", "~nobody-of-that-name/x")
    with pytest.raises(ToolkitError, match=r"COURSE_DATA_DIR is '~nobody-of-that-name/x'"):
        settings.data_folders()


SPEAK = """
import sys
from activity_detector_utils.app.console import complain, ready_streams, say
ready_streams()
opened = open(sys.argv[1], "w")
for number in range(2000): say(f"caf\u00e9 {number}")
complain("caf\u00e9")
opened.write("done")
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a shell of Unix")
@pytest.mark.parametrize(
    ("circumstances", "shown"),
    [
        ("| head -1", "caf\\xe9 0"),
        (">&-", ""),
        ("2>&- | tail -1", "caf\\xe9 1999"),
        ("<&- >&- 2>&-", ""),
    ],
)
def test_work_is_done_whoever_listens(tmp_path, circumstances, shown):
    (tmp_path / "speak.py").write_text(SPEAK)
    command = f"{sys.executable} {tmp_path}/speak.py {tmp_path}/out {circumstances}"
    environment = os.environ | {
        "PYTHONIOENCODING": "ascii",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=environment)
    assert (tmp_path / "out").read_text() == "done"
    assert done.stdout.strip() == shown
    assert done.stderr.strip() in ("caf\u00e9", "")


def test_a_terminal_obeys_no_name():
    assert visible("\x1b[2Jrm\r\u202e\x9b") == "\\x1b[2Jrm\\r\\u202e\\x9b"
    assert visible("two\nlines, caf\u00e9") == "two\nlines, caf\u00e9"


@pytest.mark.parametrize(
    "metadata", [b"5", b"[]", b'{"index_columns": 5}', b'{"columns": [7]}', b"{"]
)
def test_damaged_metadata_in_parquet_is_one_line(saved_model, tmp_path, metadata):
    table = pa.Table.from_pandas(small_frame()).replace_schema_metadata({b"pandas": metadata})
    pq.write_table(table, tmp_path / "odd.parquet")
    result = run("evaluate", "--model", saved_model, "--data", tmp_path / "odd.parquet")
    assert result.exception is None or isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("column", ["userId", "sessionId", "activity", "rotX"])
@pytest.mark.parametrize("value", [[1, 2], b"bytes", {"a": 1}])
def test_columns_of_lists_or_bytes_are_one_line(saved_model, tmp_path, column, value):
    frame = small_frame(2)
    save_frame(frame.assign(**{column: [value] * len(frame)}), tmp_path / "odd.parquet")
    result = run("evaluate", "--model", saved_model, "--data", tmp_path / "odd.parquet")
    assert isinstance(result.exception, SystemExit)
    assert f"Error: column {column}" in result.stderr or f"columns: ['{column}']" in result.stderr


def test_a_data_folder_that_one_may_only_read_is_no_hindrance(tmp_path, monkeypatch):
    frame = pd.DataFrame({"x": np.arange(3)})
    (tmp_path / "data").write_bytes(b"no folder, so nothing can be written into it")
    monkeypatch.setattr(settings, "cache_folder", lambda: tmp_path / "data")
    monkeypatch.setattr(settings, "data_folders", lambda: [tmp_path / "data"])
    monkeypatch.setattr(shoulder, "find_original", lambda: tmp_path / "original")
    monkeypatch.setattr(shoulder, "read_original", lambda path: frame)
    pd.testing.assert_frame_equal(shoulder.load_shoulder_exercises(), frame)
