"""Reading files that somebody else made: no pipe is waited for, no size believed."""

import json
import math
import os
import stat
import zipfile
from contextlib import contextmanager

import numpy as np

from .errors import MissingFile, ToolkitError

MOST_JSON = 8_000_000  # bytes of text; parsed it takes up to fifty times as much
MOST_ARRAYS = 256_000_000  # bytes of all arrays read from one file


def check_file(path, most=MOST_ARRAYS):
    """Raise ToolkitError unless there is an ordinary file of at most so many bytes.

    Opening a pipe would wait for whoever writes it; a device may never end.
    """
    with _clear_errors(path):
        _check_status(path, os.stat(path), most)


def read_file(path, most):
    """Content of an ordinary file of at most so many bytes.

    Parameters
    ----------
    path : str or Path
    most : int

    Returns
    -------
    bytes

    Raises
    ------
    MissingFile
        If nothing is there.
    ToolkitError
        If it is a folder, a device or a pipe, too large, or cannot be read.
    """
    # without waiting for whoever writes into a pipe
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with _clear_errors(path):
        descriptor = os.open(path, flags)
        try:
            _check_status(path, os.fstat(descriptor), most)
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                data = file.read(most + 1)
        finally:
            os.close(descriptor)
        if len(data) > most:  # it has grown
            _refuse_size(path, len(data), most)
    return data


@contextmanager
def _clear_errors(path):
    try:
        yield
    except ToolkitError:
        raise
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingFile(f"cannot read '{path}': there is no file of this name") from error
    except (OSError, ValueError) as error:
        raise ToolkitError(f"cannot read '{path}': {error}") from error


def _check_status(path, status, most):
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a device or a pipe"
        raise ToolkitError(f"cannot read '{path}': it is {kind}, not a file")
    if status.st_size > most:
        _refuse_size(path, status.st_size, most)


def _refuse_size(path, size, most):
    raise ToolkitError(f"cannot read '{path}': it has {size:,} bytes; at most {most:,} are read")


def read_json(path):
    """Read a JSON file.

    Raises
    ------
    ToolkitError
        If it cannot be read, is too large or too deeply nested, or is no JSON.
    """
    text = read_file(path, MOST_JSON)
    try:
        return parse_json(text.decode())
    except ValueError as error:
        raise ToolkitError(f"cannot read '{path}': {error}") from error


def parse_json(text):
    """Value of a JSON text; a ValueError if it is none, or nested too deeply."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("its brackets are nested too deeply") from None


def read_arrays(path, wanted=None):
    """Read arrays of a ``.npz`` file; nothing that is not wanted is unpacked.

    Parameters
    ----------
    path : str or Path
    wanted : collection of str, optional
        Names; all by default. Those that are missing are left out.

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    ToolkitError
        If the file is damaged, holds Python objects or declares more than ``MOST_ARRAYS`` bytes.
    """
    check_file(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            if wanted is not None:
                members = {name: members[name] for name in wanted if name in members}
            declared = sum(info.file_size for info in members.values())
            if declared > MOST_ARRAYS:
                raise ValueError(
                    f"it declares {declared:,} bytes; at most {MOST_ARRAYS:,} are read"
                )
            return {name: _read_array(archive, info) for name, info in members.items()}
    except Exception as error:  # a damaged file can fail anywhere
        raise ToolkitError(f"cannot read '{path}': {error}") from error


def _read_array(archive, info):
    with archive.open(info) as file:
        version = np.lib.format.read_magic(file)
        if version == (1, 0):
            shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        else:
            shape, _, dtype = np.lib.format.read_array_header_2_0(file)
        if math.prod(shape) * dtype.itemsize > info.file_size:
            raise ValueError(f"'{info.filename}' declares the shape {shape} and is smaller")
        file.seek(0)
        return np.lib.format.read_array(file, allow_pickle=False)
