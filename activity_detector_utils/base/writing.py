"""Writing files and folders that appear complete or not at all."""

import errno
import os
import secrets
import shutil
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import CannotWrite
from .places import folder_to_replace, is_system_file
from .work_folders import work_folder


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
        with work_folder(target) as work:
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
    mode = _mode(path)  # asked once: another writer may be between its two renames
    if mode and not stat.S_ISDIR(mode):
        raise CannotWrite(f"cannot write {path}: there is a file of this name; it is left as it is")
    # os.walk passes over a folder that another writer sets aside meanwhile.
    files_there = (Path(folder, name) for folder, _, names in os.walk(path) for name in names)
    there = [file for file in files_there if not is_system_file(file)]
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
        with work_folder(target) as work:
            new = work / f"new{target.suffix}"
            new.mkdir()
            yield new
            for inner in (*new.rglob("*"), new):
                _sync(inner)
            _swap(new, target, work)
            _sync(target.parent)


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
