"""Files and libraries: all or nothing when writing, one kind of error when reading."""

import importlib
import os
import shutil
import uuid
from contextlib import contextmanager
from pathlib import Path

from ..errors import ToolkitError


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
    """
    if path.exists() and not (path / mark).is_file():
        raise ToolkitError(f"'{path}' exists and holds no '{mark}'; it is left as it is")
    with _beside(path) as new:
        for name, data in files.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_bytes(data)
        _swap(new, path)


def need(module):
    """Import an optional library, or say which extra of this package brings it.

    Raises
    ------
    ImportError
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(missing_message(module.partition(".")[0])) from error


def missing_message(package):
    """The one sentence for a library that is not installed."""
    return (
        f"{package} is needed for this file format and cannot be imported; "
        "install it with: pip install 'activity-detector-utils[export]'"
    )


@contextmanager
def clear_errors(path):
    """Turn whatever goes wrong while a file is read or tried into one ToolkitError.

    A damaged file can fail anywhere: as text that is no UTF-8, a name that nothing bears, a shape
    that does not fit.
    """
    try:
        yield
    except (ToolkitError, ImportError, FileNotFoundError):
        raise
    except Exception as error:
        raise ToolkitError(
            f"'{path}' is damaged or of an unknown kind: {type(error).__name__}: {error}"
        ) from error


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
    if path.exists():
        path.rename(old)
    try:
        new.rename(path)
    except OSError:
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
