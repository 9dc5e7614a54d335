"""Sine, square, triangle and sawtooth series, and the pairs of ``.dat`` files that hold them.

A folder of waves holds ``X_<i>.dat`` (the series) and ``Y_<i>.dat`` (its class number) for
i = 1..N. Both are bare float64 values, little-endian, without a header.
"""

import re
from pathlib import Path

import numpy as np

from ..base.errors import MissingFile, ToolkitError

N_SAMPLES = 128
_VALUE = np.dtype("<f8")


def make_wave(kind, frequency, n=N_SAMPLES):
    """One wave between -1 and 1, sampled at x = 1..n.

    Parameters
    ----------
    kind : {"sine", "square", "triangle", "sawtooth"}
        Sine, square and triangle start upwards from phase zero as ``sin(frequency * x)`` does;
        the sawtooth climbs from -1 to 1 once per period.
    frequency : float
        Radians per sample, above zero; the series of the workshop lie in [0.1, 0.4).
    n : int
        Number of samples.

    Returns
    -------
    ndarray of shape (n,), float64

    Raises
    ------
    ToolkitError
        If the kind is unknown or the frequency is not a positive number.
    """
    if kind not in _SHAPES:
        raise ToolkitError(f"unknown wave {kind!r}; there are {', '.join(_SHAPES)}")
    if not (np.isfinite(frequency) and frequency > 0):
        raise ToolkitError(f"frequency is {frequency}; it must be a positive number")
    return _SHAPES[kind](frequency * np.arange(1, n + 1, dtype=float))


def generate(n, seed, classes=("sine", "square")):
    """Draw series with random frequencies, each class equally probable.

    Parameters
    ----------
    n : int
        Number of series.
    seed : int
        The same seed gives the same series, and the first k of n do not depend on n.
    classes : sequence of str
        Kinds of ``make_wave``; the position in this sequence is the class number.

    Returns
    -------
    X : ndarray of shape (n, 128), float64
    y : ndarray of shape (n,), int64
    """
    draws = np.random.default_rng(seed).random((n, 2))
    y = (draws[:, 0] * len(classes)).astype(np.int64)
    frequencies = 0.1 + 0.3 * draws[:, 1]
    X = [make_wave(classes[label], f) for label, f in zip(y, frequencies, strict=True)]
    return np.array(X).reshape(n, N_SAMPLES), y


def turn_every_second(X):
    """Turn every second series upside down, so that none has to begin upwards (chapter 7).

    Parameters
    ----------
    X : ndarray of shape (n, n_samples)

    Returns
    -------
    ndarray of shape (n, n_samples)
        The first series as it was, the second with its sign changed, and so on.
    """
    return X * np.where(np.arange(len(X)) % 2, -1, 1)[:, np.newaxis]


def write_waves(folder, X, y):
    """Write one pair of files per series; the pairs already in the folder are replaced.

    Parameters
    ----------
    folder : path
        Created if missing.
    X : array-like of shape (n, 128)
    y : array-like of shape (n,)
        Class numbers, whole and not negative.

    Raises
    ------
    ToolkitError
        If X and y do not have these shapes or y holds something else than class numbers.
    """
    X, y = np.asarray(X, dtype=_VALUE), np.asarray(y, dtype=_VALUE)
    if X.ndim != 2 or X.shape[1] != N_SAMPLES or y.shape != (len(X),):
        raise ToolkitError(
            f"X has shape {X.shape} and y {y.shape}; wanted (n, {N_SAMPLES}) and (n,)"
        )
    _check_classes(y, "y")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for path in _numbered_files(folder).values():
        path.unlink()
    for i, (series, label) in enumerate(zip(X, y, strict=True), start=1):
        series.tofile(folder / f"X_{i}.dat")
        label.tofile(folder / f"Y_{i}.dat")


def read_waves(folder):
    """Read every pair of files of a folder, in the order of their numbers.

    Returns
    -------
    X : ndarray of shape (n, 128), float64
    y : ndarray of shape (n,), int64

    Raises
    ------
    MissingFile
        If the folder holds no waves, half a pair, or numbers with a gap.
    ToolkitError
        If a file does not have its exact size or holds no class number.
    """
    folder = Path(folder)
    files = _numbered_files(folder)
    if not files:
        raise MissingFile(f"no X_<i>.dat in {folder}; write_waves makes them")
    n = max(number for _, number in files)
    wanted = [(letter, number) for number in range(1, n + 1) for letter in "XY"]
    missing = [
        f"{letter}_{number}.dat" for letter, number in wanted if (letter, number) not in files
    ]
    if missing:
        raise MissingFile(
            f"{folder} has files up to number {n}, but {len(missing)} are missing,"
            f" the first is {missing[0]}"
        )
    X = np.stack([_read(files["X", i], N_SAMPLES) for i in range(1, n + 1)])
    y = np.concatenate([_read(files["Y", i], 1) for i in range(1, n + 1)])
    _check_classes(y, folder)
    return X, y.astype(np.int64)


def _sine(phase):
    return np.sin(phase)


def _square(phase):
    return np.where(_turns(phase) < 0.5, 1.0, -1.0)


def _triangle(phase):
    return 4 * np.abs((_turns(phase) - 0.25) % 1 - 0.5) - 1


def _sawtooth(phase):
    return 2 * _turns(phase) - 1


def _turns(phase):
    """Part of the period that has passed, in [0, 1)."""
    return phase / (2 * np.pi) % 1


_SHAPES = {"sine": _sine, "square": _square, "triangle": _triangle, "sawtooth": _sawtooth}


def _numbered_files(folder):
    """Map ("X" or "Y", number) to the path of that file."""
    matches = [
        (re.fullmatch(r"([XY])_([1-9]\d*)\.dat", path.name), path) for path in folder.glob("*")
    ]
    return {(match[1], int(match[2])): path for match, path in matches if match}


def _read(path, n_values):
    size, wanted = path.stat().st_size, n_values * _VALUE.itemsize
    if size != wanted:
        raise ToolkitError(f"{path} has {size} bytes; {n_values} float64 values need {wanted}")
    return np.fromfile(path, dtype=_VALUE).astype(float, copy=False)


def _check_classes(y, where):
    wrong = y[~((y >= 0) & (y == np.floor(y)) & np.isfinite(y))]
    if len(wrong):
        raise ToolkitError(f"{where} holds the class {wrong[0]}; classes are 0, 1, 2, ...")
