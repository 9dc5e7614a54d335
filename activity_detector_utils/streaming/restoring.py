"""The state that a stream takes up, checked: it was stored, sent or written by hand."""

import numpy as np

from ..base.arguments import whole_number
from ..base.errors import ToolkitError
from .samples import as_numbers, read_samples


def check_state(state, own, network):
    """Check all but the smoother's part of a stream's state.

    Parameters
    ----------
    state : dict
        What :meth:`StreamingClassifier.state` returned, somewhere.
    own : dict
        The state of the stream that is to take it up.
    network : Network

    Returns
    -------
    samples : ndarray of float32, shape (n, n_features)
        Those of the unfinished window.
    arrays : tuple of ndarray
        The network's state.

    Raises
    ------
    ToolkitError
        If it lacks something, is that of another model, or cannot be the state of a stream.
    """
    if not isinstance(state, dict):
        raise ToolkitError(f"the state is a {type(state).__name__}; a dict is needed, from state()")
    missing = sorted(own.keys() - state.keys())
    if missing:
        raise ToolkitError(f"the state lacks {missing}; restore() takes what state() returned")
    for name in ("features", "classes", "prediction_window"):
        if type(state[name]) is not type(own[name]) or state[name] != own[name]:
            raise ToolkitError(
                f"the state is that of another model: its {name} are {state[name]}, "
                f"this one's {own[name]}"
            )
    try:
        _check_counts(state)
        hidden, cell = (as_numbers(state[name], name)[None] for name in ("hidden", "cell"))
        return _read_window(state, own), network.check_state(hidden, cell)
    except ToolkitError as error:
        raise ToolkitError(f"the state is damaged: {error}") from error


def _check_counts(state):
    for name in ("window", "gaps"):
        whole_number(name, state[name], 0)
    if state["last_time"] is not None:
        time = as_numbers(state["last_time"], "last_time")
        if time.ndim or not np.isfinite(time):
            raise ToolkitError(f"last_time is {state['last_time']!r}; it must be a time in seconds")


def _read_window(state, own):
    if not as_numbers(state["samples"], "samples").size:
        return np.zeros((0, len(own["features"])), np.float32)
    samples = read_samples(state["samples"], own["features"])
    if len(samples) >= own["prediction_window"]:
        raise ToolkitError(f"samples are {len(samples)}; a window of them would be answered by now")
    return samples
