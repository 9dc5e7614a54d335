"""Where results may go: never over what they are made of, nor over what somebody else put there."""

import os
from pathlib import Path

from .errors import CannotWrite

# What file managers leave in folders: nobody made it, nobody misses it.
SYSTEM_FILES = {".DS_Store", ".directory", "Thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r"}


def is_system_file(path):
    """Whether an entry of a folder is a file manager's own and not a person's."""
    return path.name in SYSTEM_FILES or path.name.startswith("._")


def refuse_inputs(output, *inputs):
    """Raise CannotWrite if ``output`` is one of the inputs or lies in one that is a folder.

    Parameters
    ----------
    output : str or Path
    *inputs : str or Path
        Those that do not exist are passed over. Links are followed.
    """
    place = Path(os.path.realpath(output))
    for each in inputs:
        source = Path(os.path.realpath(each))
        if not source.exists():
            continue
        same = place.exists() and os.path.samefile(place, source)
        if same or place == source or (source.is_dir() and source in place.parents):
            where = "is" if same or place == source else "lies in"
            raise CannotWrite(
                f"cannot write {output}: it {where} {each}, which is read here; name another place"
            )


def folder_to_replace(path):
    """The folder that ``path`` names, links followed.

    Raises
    ------
    CannotWrite
        If the program runs in it or below it, so that it cannot be taken away.
    """
    target = Path(os.path.realpath(path))
    here = Path.cwd()
    if target in (here, *here.parents):
        raise CannotWrite(
            f"cannot write {path}: you are in this folder, or in one below; name another"
        )
    return target
