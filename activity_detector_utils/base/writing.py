"""Writing files and folders that appear complete or not at all."""

import os
import shutil
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import CannotWrite, ToolkitError


@contextmanager
def replacing(path):
    """Give a temporary path beside `path`; rename it to `path` when the block ends well.

    Whatever goes wrong in between (a full disk, Ctrl-C), `path` keeps what it held before and
    the temporary file is removed.

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
    path = Path(path)
    if not path.parent.is_dir():
        raise CannotWrite(f"cannot write {path}: there is no folder {path.parent}")
    # The process id keeps two processes that save the same file out of each other's way.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        os.replace(temporary, path)
    except OSError as problem:
        reason = problem.strerror or problem
        raise CannotWrite(f"cannot write {path}: {reason}; nothing there has changed") from problem
    finally:
        with suppress(OSError):  # already renamed, or never created
            temporary.unlink()


def write_file(path, data):
    """Write bytes beside ``path``, then rename: nothing half-written is ever at ``path``.

    Raises
    ------
    ToolkitError
        If the place cannot be written to.
    """
    with _beside(path) as new:
        new.write_bytes(data)
        os.replace(new, path)


def write_folder(path, files, mark):
    """Write a folder of files as :func:`write_file` does for one file.

    Parameters
    ----------
    path : Path
    files : dict of str to bytes
        Relative path -> content.
    mark : str
        A folder already at ``path`` is replaced only if it holds this file.

    Raises
    ------
    ToolkitError
        If something else is at ``path``, or the place cannot be written to.
    """
    if path.exists() and not (path / mark).is_file():
        raise ToolkitError(f"'{path}' exists and holds no '{mark}'; it is left as it is")
    with replacing_folder(path) as new:
        for name, data in files.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_bytes(data)


@contextmanager
def replacing_folder(path):
    """Give a new folder to fill; it takes the place of ``path`` when the block ends well.

    Yields
    ------
    Path

    Raises
    ------
    ToolkitError
        If the place cannot be written to; what was there is there still.
    """
    with _beside(path) as new:
        new.mkdir()
        yield new
        _swap(new, Path(path))


@contextmanager
def _beside(path):
    """A free path in the folder of ``path``; whatever is there in the end is removed."""
    path = Path(path)
    spare = _spare(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield spare
    except OSError as error:
        raise ToolkitError(f"cannot write '{path}': {error}") from error
    finally:
        _remove(spare)


def _swap(new, path):
    """Rename folder ``new`` to ``path``; what was there comes back if that fails."""
    old = _spare(path)
    try:
        if path.exists():
            path.rename(old)
        new.rename(path)
    except BaseException:  # Ctrl-C between the two, too
        if old.exists():
            old.rename(path)
        raise
    _remove(old)


def _spare(path):
    return path.with_name(f".{path.name}-{uuid.uuid4().hex[:8]}")


def _remove(path):
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    elif path.exists():
        path.unlink()
