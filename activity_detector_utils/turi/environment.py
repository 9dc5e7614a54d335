"""What genuine Turi Create needs on this machine, and the command that starts it."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from ..base import settings

SCRIPT = Path(__file__).with_name("worker.py")
# What a shell, an environment or a notebook sets for our Python must not steer Turi's.
OURS = ("PYTHON", "VIRTUAL_ENV", "CONDA_", "UV_PROJECT", "UV_ENV_FILE", "MPL", "KERAS", "TF_")


class TuriUnavailable(RuntimeError):
    """Turi Create cannot run on this machine, or its environment cannot be built."""


class Availability(NamedTuple):
    """Whether Turi Create can be started (also as truth value), and else the reason."""

    ok: bool
    reason: str

    def __bool__(self):
        return self.ok


def available():
    """Whether genuine Turi Create can be started here; starts and downloads nothing.

    ``$TURI_PYTHON`` may name the Python 3.8 to use.

    Returns
    -------
    Availability
        ``(ok, reason)``; the reason is one sentence, empty when ok.
    """
    try:
        start_command("")
    except TuriUnavailable as error:
        return Availability(False, str(error))
    return Availability(True, "")


def start_command(folder):
    """Command line that starts the worker script, with the folder for its files.

    Parameters
    ----------
    folder : str
        Folder that the worker may use, and removes at its end.

    Returns
    -------
    list of str

    Raises
    ------
    TuriUnavailable
        If the platform, uv or Python 3.8 is missing; the message is one sentence.
    """
    system, machine = platform.system(), platform.machine()
    if system not in ("Linux", "Darwin") or machine != "x86_64":
        raise TuriUnavailable(
            "Turi Create 6.4.1 runs on Linux and macOS with an x86-64 processor only; "
            f"this machine is {system} on {machine}."
        )
    uv = shutil.which("uv", path=Path(sys.executable).parent) or shutil.which("uv")
    if uv is None:
        raise TuriUnavailable("Turi Create is started by uv, which is missing: pip install uv.")
    offline = ["--offline"] if settings.offline() else []
    return [uv, "run", *offline, "--python", find_python(uv), "--script", str(SCRIPT), folder]


def find_python(uv):
    """Path of a Python 3.8: ``$TURI_PYTHON``, else the first installed one that starts.

    Parameters
    ----------
    uv : str
        Path of uv, asked for the Pythons that it installed.

    Raises
    ------
    TuriUnavailable
        If there is none.
    """
    named = os.environ.get("TURI_PYTHON")
    if named and not _is_python_38(named):
        raise TuriUnavailable(f"TURI_PYTHON names {named}, which is not a working Python 3.8.")
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    installed = [shutil.which("python3.8"), *sorted(pyenv.glob("versions/3.8*/bin/python3.8"))]
    # pyenv's stand-ins on PATH exist without working, so each is started once.
    for path in [named] if named else filter(None, installed):
        if _is_python_38(path):
            return str(path)
    managed = _output([uv, "python", "find", "--managed-python", "--no-project", "3.8"])
    if managed:
        return managed
    raise TuriUnavailable(
        "Turi Create needs Python 3.8, and none was found: install one "
        "(uv python install 3.8) or name it in TURI_PYTHON."
    )


def clean_environment():
    """Our environment variables, less those that would steer Turi's Python.

    Returns
    -------
    dict of str to str
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return kept | {"PYTHONNOUSERSITE": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}


def _is_python_38(path):
    return _output([path, "-c", "import sys; print(sys.version_info[:2])"]) == "(3, 8)"


def _output(arguments):
    try:
        done = subprocess.run(
            arguments, capture_output=True, text=True, timeout=60, env=clean_environment()
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
