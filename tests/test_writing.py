"""Files and folders appear complete or not at all."""

from pathlib import Path

import pytest

from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.base.writing import write_folder

FILES = {"index.html": b"<p>", "figures/one.png": b"1", "figures/two.png": b"2"}


def contents(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_folder_is_replaced_whole(tmp_path):
    folder = tmp_path / "report"
    write_folder(folder, {**FILES, "old.txt": b"of the one before"}, mark="index.html")
    write_folder(folder, FILES, mark="index.html")
    assert contents(folder) == FILES
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    folder = tmp_path / "report"
    write_folder(folder, {"index.html": b"before"}, mark="index.html")

    def write_bytes(path, data):
        if path.name == "two.png":
            raise OSError(28, "No space left on device")
        with open(path, "wb") as file:
            file.write(data)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    with pytest.raises(ToolkitError, match="No space left on device"):
        write_folder(folder, FILES, mark="index.html")
    assert contents(folder) == {"index.html": b"before"}
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


@pytest.mark.parametrize("problem", [KeyboardInterrupt, PermissionError])
def test_what_was_there_comes_back_if_the_last_rename_fails(problem, tmp_path, monkeypatch):
    folder = tmp_path / "report"
    write_folder(folder, {"index.html": b"before"}, mark="index.html")
    rename, calls = Path.rename, []

    def fail_once(path, target):
        calls.append(path)
        if len(calls) == 2:
            raise problem
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_once)
    with pytest.raises((KeyboardInterrupt, ToolkitError)):
        write_folder(folder, FILES, mark="index.html")
    assert contents(folder) == {"index.html": b"before"}
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ToolkitError, match="left as it is"):
        write_folder(tmp_path, FILES, mark="index.html")
    assert contents(tmp_path) == {"thesis.txt": b"years of work"}
