"""Files and folders appear complete or not at all, whoever else writes there."""

import os
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from activity_detector_utils.base.errors import CannotWrite, ToolkitError
from activity_detector_utils.base.places import refuse_inputs
from activity_detector_utils.base.work_folders import settle
from activity_detector_utils.base.writing import (
    replacing,
    replacing_folder,
    write_file,
    write_folder,
)

FILES = {"index.html": b"<p>", "figures/one.png": b"1", "figures/two.png": b"2"}
needs_posix = pytest.mark.skipif(os.name == "nt", reason="pipes and devices are files elsewhere")


def contents(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_is_replaced_whole(tmp_path):
    folder = tmp_path / "report"
    write_folder(folder, {**FILES, "index.html": b"of the one before"})
    (folder / ".DS_Store").write_bytes(b"where the icons were")
    write_folder(folder, FILES)
    assert contents(folder) == FILES
    assert names(tmp_path) == ["report"]


def test_a_folder_that_holds_anything_else_is_left_alone(tmp_path):
    package = tmp_path / "a.mlpackage"
    write_folder(package, FILES)
    (package / "thesis.txt").write_text("years of work")
    with pytest.raises(CannotWrite, match=r"holds \['thesis.txt'\].*left as it is"):
        write_folder(package, FILES)
    assert contents(package) == FILES | {"thesis.txt": b"years of work"}
    (tmp_path / "file").write_bytes(b"1")
    with pytest.raises(CannotWrite, match="there is a file of this name"):
        write_folder(tmp_path / "file", FILES)


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    folder = tmp_path / "report"
    write_folder(folder, {"index.html": b"before"})

    def write_bytes(path, data):
        if path.name == "two.png":
            raise OSError(28, "No space left on device")
        with open(path, "wb") as file:
            file.write(data)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    with pytest.raises(ToolkitError, match="No space left on device"):
        write_folder(folder, FILES)
    assert contents(folder) == {"index.html": b"before"}
    assert names(tmp_path) == ["report"]


@pytest.mark.parametrize("problem", [KeyboardInterrupt, PermissionError])
def test_what_was_there_comes_back_if_the_last_rename_fails(problem, tmp_path, monkeypatch):
    folder = tmp_path / "report"
    write_folder(folder, {"index.html": b"before"})
    rename, calls = Path.rename, []

    def fail_once(path, target):
        calls.append(path)
        if len(calls) == 2:
            raise problem
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_once)
    with pytest.raises((KeyboardInterrupt, ToolkitError)):
        write_folder(folder, FILES)
    assert contents(folder) == {"index.html": b"before"}
    assert names(tmp_path) == ["report"]


KILLED = """
import os, sys
from pathlib import Path
from activity_detector_utils.base.writing import write_folder
rename, when = Path.rename, int(sys.argv[2])
def killed(path, target):
    if when == len(calls): os._exit(9)
    calls.append(path)
    return rename(path, target)
calls = []
Path.rename = killed
write_folder(sys.argv[1], {"index.html": b"after"})
"""


@pytest.mark.parametrize(("when", "left"), [(0, b"before"), (1, b"after")])
def test_the_next_who_reads_or_writes_finishes_what_a_killed_writer_left(tmp_path, when, left):
    folder = tmp_path / "model"
    write_folder(folder, {"index.html": b"before"})
    subprocess.run([sys.executable, "-c", KILLED, folder, str(when)], check=False)
    assert any(name.endswith(".part") for name in names(tmp_path))
    settle(folder)
    assert contents(folder) == {"index.html": left}
    assert names(tmp_path) == ["model"]


def test_the_work_of_a_living_writer_is_left_alone(tmp_path):
    with replacing(tmp_path / "slow") as slow:
        write_file(tmp_path / "quick", b"quick")
        slow.write_bytes(b"slow")
    assert contents(tmp_path) == {"slow": b"slow", "quick": b"quick"}


def test_a_folder_that_only_looks_like_ours_is_left_alone(tmp_path):
    theirs = tmp_path / ".thesis-0123abcd.part"
    theirs.mkdir()
    (theirs / "chapter").write_bytes(b"years")
    settle(tmp_path / "x")
    assert contents(theirs) == {"chapter": b"years"}


def test_threads_that_write_one_file_all_succeed_and_no_reader_sees_half(tmp_path):
    path, seen = tmp_path / "x", []
    write_file(path, b"0" * 50_000)
    done = threading.Event()

    def read():
        while not done.is_set():
            seen.append(len(set(path.read_bytes())) == 1)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: write_file(path, str(n % 10).encode() * 50_000), range(80)))
    finally:
        done.set()
        reader.join()
    assert all(seen)
    assert names(tmp_path) == ["x"]


def test_threads_that_write_one_folder_all_succeed(tmp_path):
    with ThreadPoolExecutor(4) as pool:
        writes = [{"a": bytes([n]), "b": bytes([n])} for n in range(24)]
        list(pool.map(lambda files: write_folder(tmp_path / "m", files), writes))
    assert contents(tmp_path / "m") in writes
    assert names(tmp_path) == ["m"]


def test_links_are_followed(tmp_path):
    (tmp_path / "disk").mkdir()
    write_folder(tmp_path / "disk" / "model", {"a": b"before"})
    os.symlink(tmp_path / "disk" / "model", tmp_path / "model")
    write_folder(tmp_path / "model", {"a": b"after"})
    write_file(tmp_path / "disk" / "file", b"before")
    os.symlink(tmp_path / "disk" / "file", tmp_path / "file")
    write_file(tmp_path / "file", b"after")
    assert (tmp_path / "model").is_symlink()
    assert (tmp_path / "file").is_symlink()
    assert contents(tmp_path / "disk") == {"model/a": b"after", "file": b"after"}


@needs_posix
def test_devices_and_pipes_are_written_to_and_stay(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit((tmp_path / "pipe").read_bytes)
        write_file(tmp_path / "pipe", b"through")
        assert read.result() == b"through"
    os.symlink("/dev/null", tmp_path / "null")
    write_file(tmp_path / "null", b"gone")
    assert stat.S_ISFIFO(os.stat(tmp_path / "pipe").st_mode)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    with pytest.raises(CannotWrite, match="No space left"):
        write_file("/dev/full", b"1")


def test_rights_of_a_file_stay(tmp_path):
    write_file(tmp_path / "x", b"before")
    os.chmod(tmp_path / "x", 0o600)
    write_file(tmp_path / "x", b"after")
    assert stat.S_IMODE(os.stat(tmp_path / "x").st_mode) == 0o600


def test_the_folder_one_is_in_is_not_replaced(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in (".", "", tmp_path, tmp_path.parent):
        with pytest.raises(CannotWrite, match="you are in this folder"), replacing_folder(path):
            pass
        with pytest.raises(CannotWrite, match="Is a directory"):
            write_file(path, b"")


def test_what_is_read_is_not_written_over(tmp_path):
    (tmp_path / "data").mkdir()
    write_file(tmp_path / "data" / "u-a.csv", b"1")
    os.symlink(tmp_path / "data", tmp_path / "link")
    for output in ("data", "data/u-a.csv", "data/new.csv", "link/u-a.csv", "data/../data/x"):
        with pytest.raises(CannotWrite, match=r"which is read here; name another place"):
            refuse_inputs(tmp_path / output, tmp_path / "data", tmp_path / "nothing")
    refuse_inputs(tmp_path / "database", tmp_path / "data")


def stop_at(number, action):
    """Trace function that acts before the line of that number in the modules that write."""
    lines = iter(range(10**6))

    def trace(frame, event, argument):
        if Path(frame.f_code.co_filename).name not in ("writing.py", "work_folders.py", "locks.py"):
            return None
        if event == "line" and next(lines) == number:
            action()
        return trace

    return trace


def stop():
    raise KeyboardInterrupt


def write_stopped(folder, number, action):
    """Write a folder; True if that ended before the line was reached."""
    before = sys.gettrace()
    sys.settrace(stop_at(number, action))
    try:
        write_folder(folder, {"a": b"after", "b": b"after"})
    except KeyboardInterrupt:
        return False
    finally:
        sys.settrace(before)
    return True


def is_one_of_both(folder):
    settle(folder)
    found = contents(folder)
    return found in ({"a": b"before"}, {"a": b"after", "b": b"after"}) and names(folder.parent) == [
        folder.name
    ]


def test_ctrl_c_at_any_line_leaves_the_old_or_the_new(tmp_path):
    for number in range(1000):
        folder = tmp_path / str(number) / "m"
        write_folder(folder, {"a": b"before"})
        ended = write_stopped(folder, number, stop)
        assert is_one_of_both(folder), number
        if ended:
            break
    assert 100 < number < 999


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a copy of this process")
def test_a_kill_at_any_third_line_leaves_the_old_or_the_new(tmp_path):
    for number in range(0, 1000, 3):
        folder = tmp_path / str(number) / "m"
        write_folder(folder, {"a": b"before"})
        child = os.fork()
        if not child:
            write_stopped(folder, number, lambda: os._exit(9))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert is_one_of_both(folder), number
        if status == 0:
            break
    assert 100 < number < 999
