"""The hidden folders of writers: what is being written, until it takes its place.

Such a folder lies beside the place, ``.NAME-1a2b3c4d.part``, with a file ``lock`` that its writer
holds locked, what is ``new``, and for a folder what is ``old``. A lock ends with its process:
whoever reads or writes there next tells by it what a killed writer left, and finishes or removes it
(:func:`settle`).
"""

import os
import re
import secrets
import shutil
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from .locks import LocksMissing, try_lock

PATIENCE = 5  # seconds to wait for another process between its two renames

_WORK_FOLDER = re.compile(r"\.(.+)-[0-9a-f]{8}\.part", re.DOTALL)


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
def work_folder(target):
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
        # Without "new" it has taken its place: another writer has set it aside for a moment.
        if (work / f"new{target.suffix}").exists() and not target.exists():
            for old in work.glob("old-*"):
                _bring_back(old, target)
        shutil.rmtree(work, ignore_errors=True)
    if lock is not None:
        lock.close()
        shutil.rmtree(work, ignore_errors=True)  # Windows keeps files that are open


def _bring_back(old, target):
    try:
        old.rename(target)
    except OSError:
        if not target.exists():
            raise
        # Another writer was faster: what it wrote is newer.
