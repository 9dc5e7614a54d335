"""Train ``statistics``: choose on people held out, then learn from everybody."""

import time
from dataclasses import dataclass, field

import numpy as np

from ...base.errors import ToolkitError
from ...windows import blocks_per_group
from .choosing import choose, scales_that_fit
from .described import DescribedWindows
from .description import Description
from .filtering import learn_transitions
from .network import StatisticsNetwork
from .numbers import assumed_rate
from .signals import learn_signals

# Used when nobody can be held out, with all the look-back that fits: middle choices of six sets.
USUAL_PENALTY, USUAL_SHARPNESS, USUAL_CALM = 0.1, 6.0, 0.25


@dataclass
class Report:
    """What was chosen, and how well each choice did on those held out.

    Attributes
    ----------
    held_out : str
        Who was held out in turn: 'people', 'sessions' or 'nobody' (then nothing was chosen).
    n_folds : int
    scales : tuple of int
        Windows in each stretch that is described: (1, 3) is the window, and it with two before it.
    penalty, sharpness, calm : float
        On the head's weights; of the probabilities; of the filter.
    accuracy, log_loss : float or None
        Of these choices on those held out, per row, state carried. A little too good, since they
        were chosen there.
    choices : list of dict
        What was tried: name, value, accuracy, log_loss.
    assumed_rate : float or None
        Samples a second that were assumed because nobody said.
    seconds : float
    """

    held_out: str
    n_folds: int
    scales: tuple
    penalty: float = USUAL_PENALTY
    sharpness: float = USUAL_SHARPNESS
    calm: float = USUAL_CALM
    accuracy: float | None = None
    log_loss: float | None = None
    choices: list = field(default_factory=list)
    assumed_rate: float | None = None
    seconds: float = 0.0


def fit_statistics(
    values,
    codes,
    lengths,
    groups=None,
    *,
    n_classes,
    prediction_window,
    sensors=(),
    gravity=None,
    sampling_rate=None,
    progress=None,
):
    """Train the network. Nothing in it is random: the same recordings give the same network.

    Parameters
    ----------
    values : ndarray of shape (n_samples, n_features)
        Samples, session by session.
    codes : ndarray of int, shape (n_samples,)
        Class of every sample.
    lengths : array-like of int, shape (n_sessions,)
        Samples in each session.
    groups : array-like of shape (n_sessions,), optional
        The person of every session. Without them, or with one person, sessions are held out.
    n_classes, prediction_window : int
    sensors : sequence of three int each
        Columns of the x, y and z axis of every three-axis sensor.
    gravity : int, optional
        The sensor, as a place in ``sensors``, whose mean points along gravity.
    sampling_rate : float, optional
        Samples a second. If unknown, a window is taken to last two seconds.
    progress : callable, optional
        Called with a line of text after everything that was tried.

    Returns
    -------
    network : StatisticsNetwork
    report : Report

    Raises
    ------
    ToolkitError
        If the arrays do not fit together.
    """
    started = time.perf_counter()
    values, codes = np.asarray(values), np.asarray(codes)
    lengths = np.asarray(lengths, dtype=np.int64)
    _check(values, codes, lengths, groups, n_classes)
    signals = learn_signals(values, sensors, gravity)
    scales = scales_that_fit(blocks_per_group(lengths, prediction_window))
    tried = sorted({scale for option in scales for scale in option})
    description = Description(signals, tried, prediction_window, sampling_rate)
    described = DescribedWindows(values, codes, lengths, groups, n_classes, description)
    rate = assumed_rate(sampling_rate, prediction_window)
    report = Report(described.held_out, described.n_folds, scales=scales[-1])
    report.assumed_rate = None if sampling_rate else rate
    filter_parts = learn_transitions(
        described.shares.argmax(axis=1), described.lengths, n_classes, prediction_window / rate
    )
    if described.n_folds > 1:
        choose(described, filter_parts, report, progress or (lambda line: None))
    network = _finish(described, signals, filter_parts, sampling_rate, report)
    report.seconds = time.perf_counter() - started
    return network, report


def _finish(described, signals, filter_parts, sampling_rate, report):
    """Learn from everybody, as chosen."""
    columns = described.columns(report.scales)
    kernel, bias = described.sums.solve(report.penalty, columns)
    return StatisticsNetwork(
        {
            "prediction_window": np.array(described.description.prediction_window),
            "sampling_rate": np.array(float(sampling_rate or 0)),
            "scales": np.array(report.scales),
            "offset": signals.offset,
            "scale": signals.scale,
            "sensors": signals.sensors,
            "gravity": np.array(signals.gravity),
            "mean": described.mean[columns],
            "deviation": described.deviation[columns],
            "kernel": kernel * report.sharpness,
            "bias": bias * report.sharpness,
            "transitions": filter_parts[0],
            "prior": filter_parts[1],
            "calm": np.array(report.calm),
        }
    )


def _check(values, codes, lengths, groups, n_classes):
    """Raise the error for the first thing that does not fit."""
    if values.ndim != 2:
        raise ToolkitError(f"values have shape {values.shape}; wanted (n_samples, n_features)")
    n_samples = int(lengths.sum())
    if not n_samples or len(values) != n_samples or len(codes) != n_samples or lengths.min() < 1:
        raise ToolkitError(
            f"{len(values)} samples and {len(codes)} codes came with sessions of {n_samples} "
            "samples in all; wanted a code for every sample, and no empty session"
        )
    if groups is not None and len(groups) != len(lengths):
        raise ToolkitError(
            f"{len(groups)} groups came for {len(lengths)} sessions; wanted one for each"
        )
    if codes.min() < 0 or codes.max() >= n_classes:
        raise ToolkitError(
            f"codes run from {codes.min()} to {codes.max()}; wanted 0 to {n_classes - 1}"
        )
