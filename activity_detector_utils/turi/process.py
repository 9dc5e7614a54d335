"""A running Turi Create: how it starts, is talked to, and ends."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections import deque

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError, WrongType
from . import frames
from .environment import (
    TuriUnavailable,
    clean_environment,
    start_command,
)


class TuriProcess:
    """A running Turi Create that answers one call at a time; ends at the end of ``with``.

    The first start on a machine downloads about 600 MB into uv's cache.

    Attributes
    ----------
    output : str
        What Turi Create printed during the last call.
    seconds : float
        Time that the last call took in Turi Create itself, without the crossing of frames.
    peak_bytes : int
        Most memory that the process has held so far.
    close : callable
        Ends the process and removes its files; may be called again.

    Raises
    ------
    TuriUnavailable
        If it cannot run here, or its environment cannot be built.
    RuntimeError
        If it starts and breaks.
    """

    def __init__(self):
        self.output, self.seconds, self.peak_bytes = "", 0.0, 0
        self._folder = tempfile.mkdtemp(prefix="turi-")
        try:
            self._process = _start(self._folder)
        except BaseException:
            shutil.rmtree(self._folder)
            raise
        self.close = weakref.finalize(self, _stop, self._process, self._folder)
        self._last_lines, self._built = deque(maxlen=15), threading.Event()
        follow = (self._process.stderr, self._last_lines, self._built)
        self._follower = threading.Thread(target=_follow, args=follow, daemon=True)
        self._follower.start()
        self._converse("building its environment")
        self._built.set()
        self._converse("starting")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def call(self, request, /, **arguments):
        """Have Turi Create carry out one request of ``worker.Turi``.

        Parameters
        ----------
        request : str
            Its name.
        **arguments
            What JSON can hold, and DataFrames.

        Returns
        -------
        object
            What JSON can hold, with DataFrames, Series and ndarrays for Turi's frames.

        Raises
        ------
        ToolkitError
            With Turi Create's own message.
        RuntimeError
            If the process is closed, or ends during the call.
        """
        if not self.close.alive:
            raise RuntimeError("this Turi Create process is closed; create or load the model again")
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            encoded = {key: _encode(value, folder) for key, value in arguments.items()}
            line = {"call": request, "arguments": encoded, "folder": folder}
            reply = self._converse(f"working on {request}", json.dumps(line, default=_json_value))
            if "error" in reply:
                raise ToolkitError(reply["error"])
            self.seconds, self.peak_bytes = reply["seconds"], reply["peak_bytes"]
            return _decode(reply["result"])

    def _converse(self, doing, line=None):
        self.output = ""
        try:
            return self._send_and_receive(line)
        except EOFError:
            self._follower.join(timeout=5)
            code, lines = self._process.wait(), "".join(self._last_lines).rstrip()
            self.close()
            kind = RuntimeError if self._built.is_set() else TuriUnavailable
            raise kind(
                f"Turi Create ended while {doing} (exit code {code}); its last lines:\n"
                + (lines or "(it wrote none)")
            ) from None
        except BaseException:  # Ctrl-C too: the rest of this answer must not meet the next call
            self.close()
            raise

    def _send_and_receive(self, line):
        with contextlib.suppress(BrokenPipeError):  # then there is no answer either
            if line is not None:
                self._process.stdin.write(line + "\n")
                self._process.stdin.flush()
        for answer in self._process.stdout:
            message = json.loads(answer)
            if "output" not in message:
                return message
            self.output += message["output"]
            sys.stdout.write(message["output"])
        raise EOFError


def _start(folder):
    return subprocess.Popen(
        start_command(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env=clean_environment(),
        cwd=folder,
        start_new_session=True,  # ended as a group: uv and the Python that it starts
    )


def _follow(stream, last_lines, built):
    """Keep the last lines of standard error; show them while uv downloads."""
    with stream:
        for line in stream:
            last_lines.append(line)
            if not built.is_set():
                sys.stdout.write(line)


def _stop(process, folder):
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        process.stdin.close()
    process.stdout.read()  # ends when the last of the group is gone and writes no more files
    process.stdout.close()
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)


def _encode(value, folder):
    if isinstance(value, pd.DataFrame):
        path = tempfile.mkdtemp(dir=folder)
        frames.write_frame(value, path)
        return {"frame": path}
    return value


def _decode(value):
    if isinstance(value, list):
        return [_decode(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"frame"}:
        return frames.read_frame(value["frame"])
    if value.keys() == {"column"}:
        return frames.read_column(value["column"])
    return {key: _decode(each) for key, each in value.items()}


def _json_value(value):
    if isinstance(value, np.generic):
        return value.item()
    raise WrongType(f"Turi Create cannot be given a {type(value).__name__} here: {value!r}")
