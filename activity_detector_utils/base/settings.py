"""Where data and models live, fast mode, seeds, quiet TensorFlow.

Environment variables read here, and nowhere else:

- ``COURSE_DATA_DIR``: folder or folders (separated as in ``PATH``) searched before ``data/``.
- ``COURSE_FAST=1``: small settings that only check that the cells run.
- ``COURSE_OFFLINE=1``: never download.

Importing this module asks TensorFlow to be quiet, so import it before Keras.
"""

import importlib.machinery
import importlib.metadata
import os
import platform
import random
import re
import sys
import tempfile
from pathlib import Path

import numpy as np

from .errors import ToolkitError


def root_folder():
    """Folder that holds ``data/`` and ``pre-trained/``.

    Returns
    -------
    Path
        The checkout when the package runs from one, else the current folder.
    """
    parent = Path(__file__).resolve().parents[2]
    return parent if (parent / "pyproject.toml").is_file() else Path.cwd()


def data_folders():
    """Folders searched for data sets, first match wins.

    Returns
    -------
    list of Path
        The folders named in ``COURSE_DATA_DIR``, then the course's own ``data/``.
    """
    named = os.environ.get("COURSE_DATA_DIR", "").split(os.pathsep)
    try:
        return [Path(name).expanduser() for name in named if name.strip()] + [cache_folder()]
    except RuntimeError as error:  # ~somebody who is nobody
        raise ToolkitError(
            f"COURSE_DATA_DIR is {os.pathsep.join(named)!r}: {error} Write the folder in full"
        ) from error


def cache_folder():
    """Folder that downloads and converted copies are written to: ``data/``."""
    return root_folder() / "data"


def pretrained_folder():
    """Folder of the models that ship with the course: ``pre-trained/``."""
    return root_folder() / "pre-trained"


def fast_mode():
    """Whether ``COURSE_FAST=1`` asks for settings that only check that the code runs."""
    return _switch("COURSE_FAST")


def offline():
    """Whether ``COURSE_OFFLINE=1`` forbids downloads."""
    return _switch("COURSE_OFFLINE")


def seed_everything(seed=42):
    """Start the random numbers of Python, NumPy and Keras from one seed.

    Parameters
    ----------
    seed : int
        Zero or positive, below 2**32.

    Notes
    -----
    Keras that is imported later draws its own seed from Python's generator, so it is seeded too;
    calling this does not load it.
    """
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - the generator that Keras and scikit-learn fall back to
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(seed)


def quiet_tensorflow():
    """Hide TensorFlow's start-up messages; works only before TensorFlow is imported.

    Notes
    -----
    ``TF_CPP_MIN_LOG_LEVEL`` (left as it is where it is set already) does not reach the lines that
    TensorFlow logs while its libraries load, so those are taken out of the error stream. Whatever
    else is written there during the import is passed on.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if not any(isinstance(finder, _QuietImport) for finder in sys.meta_path):
        sys.meta_path.insert(0, _QuietImport())


def versions(*packages):
    """Versions of Python and of the packages named, for the first cell of a chapter.

    Parameters
    ----------
    *packages : str
        Names as pip knows them, for example ``"scikit-learn"``.

    Returns
    -------
    dict of str to str
        ``"python"`` first; a package that is missing says ``"not installed"``.
    """
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def _switch(name):
    value = os.environ.get(name, "").strip()
    if value not in ("", "0", "1"):
        raise ToolkitError(f"{name} is {value!r}; set it to 1 (on) or 0 (off)")
    return value == "1"


class _QuietImport:
    """Import hook that filters the error stream while TensorFlow itself is imported."""

    def find_spec(self, name, path=None, target=None):
        if name != "tensorflow":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            run_module = spec.loader.exec_module
            spec.loader.exec_module = lambda module: _without_log_lines(run_module, module)
        return spec


def _without_log_lines(run, *arguments):
    """Run something; drop the log lines below error that its C++ libraries write meanwhile."""
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as written:
        os.dup2(written.fileno(), 2)
        try:
            run(*arguments)
        finally:
            sys.stderr.flush()
            os.dup2(saved, 2)
            os.close(saved)
            written.seek(0)
            for line in written:
                if not re.match(rb"[IW]\d{4} |WARNING: All log messages before absl", line):
                    os.write(2, line)


quiet_tensorflow()
