"""Writing files and folders that appear complete or not at all.

What is being written lies in a hidden folder beside its place, ``.NAME-1a2b3c4d.part``, with a file
``lock`` that its writer holds locked, what is ``new``, and for a folder what is ``old``. A lock
ends with its process: whoever reads or writes there next tells by it what a killed writer left,
and finishes or removes it (:func:`settle`).
"""

import errno
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import CannotWrite
from .locks import LocksMissing, try_lock
from .places import folder_to_replace, is_system_file

PATIENCE = 5  # seconds to wait for another process between its two renames

_WORK_FOLDER = re.compile(r"\.(.+)-[0-9a-f]{8}\.part", re.DOTALL)


@contextmanager
def replacing(path):
    """Give a temporary path; what is written there takes the place of `path` in the end.

    Whatever goes wrong in between (a full disk, Ctrl-C), `path` keeps what it held before. A link
    stays a link: the file that it leads to is replaced. A device or a pipe is written to.

    Parameters
    ----------
    path : str or Path
        The file to write or replace. Its folder must exist.

    Yields
    ------
    Path
        Where to write.

    Raises
    ------
    CannotWrite
        If the file cannot be written, with the reason.
    """
    with _clear_errors(path):
        mode = _mode(path)
        if stat.S_ISCHR(mode) or stat.S_ISFIFO(mode):
            with tempfile.TemporaryDirectory() as folder:
                yield Path(folder, "new")
                _write_through(Path(folder, "new"), path)
            return
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if mode and not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is no file, device or pipe")
        target = Path(os.path.realpath(path))
        if not target.parent.is_dir():
            raise CannotWrite(f"cannot write {path}: there is no folder {target.parent}")
        with _work_folder(target) as work:
            new = work / f"new{target.suffix}"
            yield new
            if mode:
                shutil.copymode(target, new)
            _sync(new)
            os.replace(new, target)
            _sync(target.parent)


def write_file(path, data):
    """Write bytes as :func:`replacing` does; folders that are missing are made."""
    with _clear_errors(path):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as new:
        new.write_bytes(data)


def write_folder(path, files):
    """Write a folder of files, whole or not at all.

    Parameters
    ----------
    path : str or Path
    files : dict of str to bytes
        Relative path -> content.

    Raises
    ------
    CannotWrite
        If the folder that is there holds any other file, or the place cannot be written to.
    """
    path = Path(path)
    if path.exists() and not path.is_dir():
        raise CannotWrite(f"cannot write {path}: there is a file of this name; it is left as it is")
    there = [file for file in path.rglob("*") if not file.is_dir() and not is_system_file(file)]
    others = sorted({file.relative_to(path).as_posix() for file in there} - set(files))
    if others:
        raise CannotWrite(
            f"cannot write {path}: it holds {others[:5]}, which the new one would not; it is left "
            "as it is. Move them, or name another folder"
        )
    with replacing_folder(path) as new:
        for name, data in files.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_bytes(data)


@contextmanager
def replacing_folder(path):
    """Give a new folder to fill; it takes the place of ``path`` when the block ends well.

    Parameters
    ----------
    path : str or Path
        A link stays a link: the folder that it leads to is replaced. Its parents are made.

    Yields
    ------
    Path

    Raises
    ------
    CannotWrite
        If the place cannot be written to; what was there is there still.
    """
    with _clear_errors(path):
        target = folder_to_replace(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with _work_folder(target) as work:
            new = work / f"new{target.suffix}"
            new.mkdir()
            yield new
            for inner in (*new.rglob("*"), new):
                _sync(inner)
            _swap(new, target, work)
            _sync(target.parent)


def settle(path):
    """Finish or remove what killed writers left beside ``path``; wait for those that live.

    Parameters
    ----------
    path : str or Path
        Is there afterwards, whole, if it was there before anybody wrote.
    """
    path = Path(os.path.realpath(path))
    ends = time.monotonic() + PATIENCE
    while True:
        alive = [work for work in _work_folders(path.parent) if not _clear_away(work)]
        between = any(_place_of(work) == path and _holds_old(work) for work in alive)
        if not between or path.exists() or time.monotonic() > ends:
            return
        time.sleep(0.005)


@contextmanager
def _work_folder(target):
    """A hidden folder beside ``target``, locked; it is gone in the end."""
    settle(target)
    work, lock = None, None
    try:
        while lock is None:
            work = target.with_name(f".{target.name}-{secrets.token_hex(4)}.part")
            work.mkdir()
            try:
                lock = try_lock(work / "lock")
            except LocksMissing:
                break
        yield work
    finally:
        try:
            _discard(work, target, lock)
        except KeyboardInterrupt:  # it came while tidying up: nothing may be left
            _discard(work, target, lock)
            raise


def _swap(new, target, work):
    """Rename folder ``new`` to ``target``; what was there lies in ``work`` then."""
    while True:
        with suppress(FileNotFoundError):
            target.rename(work / f"old-{secrets.token_hex(4)}")
        try:
            new.rename(target)
            return
        except OSError:
            if not target.exists():
                raise
            # Another writer was faster between the two: replace what it wrote.


def _work_folders(folder):
    """Hidden folders of writers, living or killed, in a folder."""
    with suppress(OSError), os.scandir(folder) as entries:
        found = [Path(entry.path) for entry in entries if _WORK_FOLDER.fullmatch(entry.name)]
        return [work for work in found if work.is_dir() and _is_ours(work)]
    return []


def _is_ours(work):
    with suppress(OSError):  # its writer is done
        return all(re.match(r"lock$|new|old-", name) for name in os.listdir(work))
    return False


def _holds_old(work):
    with suppress(OSError):
        return any(name.startswith("old-") for name in os.listdir(work))
    return False


def _place_of(work):
    return work.with_name(_WORK_FOLDER.fullmatch(work.name)[1])


def _clear_away(work):
    """Finish or remove what a killed writer left; False if it lives or may not be touched."""
    try:
        lock = try_lock(work / "lock")
        if lock is None:
            return not work.exists()
        place = _place_of(work)
        new = work / f"new{place.suffix}"
        # A folder is set aside only when the new one is complete.
        if _holds_old(work) and new.is_dir() and not place.exists():
            new.rename(place)
        _discard(work, place, lock)
    except (OSError, LocksMissing):
        return False
    return not work.exists()


def _discard(work, target, lock):
    """Remove a writer's folder and let go of its lock; if nothing is there, what was comes back."""
    if work is not None:
        if not target.exists():
            for old in work.glob("old-*"):
                old.rename(target)
        shutil.rmtree(work, ignore_errors=True)
    if lock is not None:
        lock.close()
        shutil.rmtree(work, ignore_errors=True)  # Windows keeps files that are open


def _mode(path):
    """Kind and rights of what is at a path, links followed; 0 if nothing is."""
    try:
        return os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _write_through(source, path):
    with open(source, "rb") as data, open(path, "wb", buffering=0) as stream:
        shutil.copyfileobj(data, stream)


def _sync(path):
    """Have the disk hold a file, or the names in a folder, so that a power cut keeps the order."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folders
    descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _clear_errors(path):
    """Say in one class of error what cannot be written, and why."""
    try:
        yield
    except CannotWrite:
        raise
    except OSError as problem:
        reason = problem.strerror or problem
        raise CannotWrite(f"cannot write {path}: {reason}; nothing there has changed") from problem
