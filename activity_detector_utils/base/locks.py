"""Locks of files, which end with the process that holds them: on Linux, macOS and Windows."""

import errno
import os
import time
from contextlib import contextmanager, suppress

from .errors import ToolkitError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
    import msvcrt

_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


class LocksMissing(Exception):
    """The file system has no locks."""


def try_lock(path):
    """Lock a file, which is made if it is missing, without waiting.

    Returns
    -------
    file or None
        Closing it ends the lock. None if another holds it, or the file was removed meanwhile.

    Raises
    ------
    LocksMissing
    OSError
        If the file cannot be opened for writing.
    """
    try:
        file = open(path, "ab")  # noqa: SIM115 - open as long as it is locked
    except FileNotFoundError:  # its folder is gone
        return None
    try:
        _lock(file)
        if os.path.samestat(os.fstat(file.fileno()), os.stat(path)):
            return file
    except FileNotFoundError:
        pass
    except OSError as error:
        if error.errno not in _HELD:
            file.close()
            raise LocksMissing from error
    file.close()
    return None


@contextmanager
def locked(path, patience=60):
    """Hold the lock of a file while the block runs; wait for others that hold it.

    Raises
    ------
    ToolkitError
        If another holds it longer than ``patience`` seconds.
    """
    ends = time.monotonic() + patience
    try:
        while (lock := try_lock(path)) is None:
            if time.monotonic() > ends:
                raise ToolkitError(f"another program has been writing for long: it holds {path}")
            time.sleep(0.005)
    except LocksMissing:
        yield  # as good as it gets there
        return
    try:
        yield
    finally:
        # While it is locked, so that nobody's new lock goes; whoever waits finds that it is gone.
        with suppress(OSError):  # Windows keeps files that are open: there it stays
            os.unlink(path)
        lock.close()


def _lock(file):
    if fcntl:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
