"""UCI HAR: six activities of 30 people with a phone on the waist (chapter 10)."""

import contextlib
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..base import settings
from ..base.errors import MissingFile, ToolkitError
from . import finding, stand_ins

UCI_HAR_CHANNELS = tuple(
    f"{signal}_{axis}" for signal in ("total_acc", "body_acc", "body_gyro") for axis in "xyz"
)

_INNER = "UCI HAR Dataset.zip"
_ROOT = "UCI HAR Dataset"
SOURCE = finding.Source(
    name="uci-har",
    folder="uci_har",
    files=("human+activity+recognition+using+smartphones.zip", _INNER, _ROOT),
    url="https://archive.ics.uci.edu/static/public/240/human+activity+recognition+using+smartphones.zip",
    sha256=("c00b803081a5c797cd5e4b83700a9810b38d53d9d84e01917e090e1fdbc81031",),
)
# Windows per class. A copy is accepted by content, whatever the checksum of its archive.
_COUNTS = {
    "train": (1226, 1073, 986, 1286, 1374, 1407),
    "test": (496, 471, 420, 491, 532, 537),
}
_N_STEPS = 128
_CLASS_NAMES = (
    "walking",
    "walking_upstairs",
    "walking_downstairs",
    "sitting",
    "standing",
    "laying",
)


@dataclass(frozen=True)
class UciHar:
    """UCI HAR as arrays, split by person as its authors did.

    Attributes
    ----------
    X_train, X_test : ndarray of shape (n_windows, 128, 9), float32
        2.56 s at 50 Hz; channels in the order of `UCI_HAR_CHANNELS`, acceleration in g (total
        includes gravity, body does not), rotation rate in rad/s.
    y_train, y_test : ndarray of shape (n_windows,), int64
        Class numbers 0..5, positions in `class_names`.
    people_train, people_test : ndarray of shape (n_windows,), int64
        Number 1..30 of the person; nobody is in both.
    class_names : tuple of str
    stand_in : bool
        True for synthetic data, whose scores mean nothing.
    """

    X_train: np.ndarray
    y_train: np.ndarray
    people_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    people_test: np.ndarray
    class_names: tuple
    stand_in: bool


def load_uci_har() -> UciHar:
    """Load UCI HAR: 7,352 training and 2,947 test windows of 128 steps and 9 channels.

    Found as ``uci_har/`` in the data folders: the official archive, the ``UCI HAR Dataset.zip``
    inside it, or that one unpacked. Anguita et al. 2013, doi 10.24432/C54S4K, CC BY 4.0.

    Returns
    -------
    UciHar

    Raises
    ------
    MissingFile
        If the set is not there and cannot be downloaded, or one of its files is missing.
    ToolkitError
        If what is there is damaged, has another layout or other contents.
    """
    if finding.find(SOURCE) is None and settings.fast_mode():
        return _load_stand_in()
    return read_checked(finding.find_or_download(SOURCE))


def read_checked(path):
    """Read a copy of UCI HAR and make sure that it is complete."""
    data = read(path)
    for part, counts in _COUNTS.items():
        y, people = getattr(data, f"y_{part}"), getattr(data, f"people_{part}")
        found = tuple(np.bincount(y, minlength=6).tolist())
        if found != counts:
            raise ToolkitError(f"{path}: {part} has {found} windows per class, wanted {counts}")
        if people.min() < 1 or people.max() > 30:
            raise ToolkitError(f"{path}: people of {part} are not numbered 1..30")
    shared = np.intersect1d(data.people_train, data.people_test)
    if len(shared):
        raise ToolkitError(f"{path}: people {shared.tolist()} are both in train and in test")
    return data


def read(path, stand_in=False):
    """Read the official archive, the archive inside it, or the unpacked folder."""
    try:
        with _opened(Path(path)) as root:
            names = _read_class_names(root)
            arrays = {part: _read_part(root, part) for part in ("train", "test")}
    except (zipfile.BadZipFile, zlib.error, EOFError) as problem:
        raise ToolkitError(
            f"{path} is damaged, perhaps half a download ({problem});"
            f" delete it and run `{SOURCE.command}`"
        ) from problem
    return UciHar(*arrays["train"], *arrays["test"], class_names=names, stand_in=stand_in)


@contextlib.contextmanager
def _opened(path):
    """Give the folder 'UCI HAR Dataset', on disk or in an archive, as a kind of Path."""
    if path.is_dir():
        yield path
        return
    with zipfile.ZipFile(path) as archive:
        if _INNER not in archive.namelist():
            yield _root_of(archive, path)
            return
        with zipfile.ZipFile(io.BytesIO(archive.read(_INNER))) as inner:
            inner.filename = str(path / _INNER)  # for messages
            yield _root_of(inner, path)


def _root_of(archive, path):
    root = zipfile.Path(archive, f"{_ROOT}/")
    if not root.exists():
        tops = sorted({name.split("/")[0] for name in archive.namelist()})
        raise ToolkitError(
            f"{path} has another layout: at its top are {tops[:5]}, wanted {_ROOT!r} or {_INNER!r};"
            f" `{SOURCE.command}` fetches the original"
        )
    return root


def _read_part(root, part):
    """X, y and people of 'train' or 'test'."""
    y = _read_numbers(root / part / f"y_{part}.txt", columns=1, dtype=np.int64)[:, 0] - 1
    people = _read_numbers(root / part / f"subject_{part}.txt", 1, np.int64)[:, 0]
    X = np.empty((len(y), _N_STEPS, len(UCI_HAR_CHANNELS)), dtype=np.float32)
    for channel, name in enumerate(UCI_HAR_CHANNELS):
        file = root / part / "Inertial Signals" / f"{name}_{part}.txt"
        values = _read_numbers(file, _N_STEPS, np.float32)
        if len(values) != len(y):
            raise ToolkitError(f"{file} has {len(values)} windows, but there are {len(y)} labels")
        X[:, :, channel] = values
    if not 0 <= y.min() <= y.max() < len(_CLASS_NAMES) or len(people) != len(y):
        raise ToolkitError(
            f"the labels of {part} in {root} are not 1..6, one for each person's window"
        )
    return X, y, people


def _read_numbers(file, columns, dtype):
    if not file.is_file():
        raise MissingFile(f"{file} is missing; `{SOURCE.command}` fetches the original")
    try:
        values = np.loadtxt(io.BytesIO(file.read_bytes()), dtype=dtype, ndmin=2)
    except ValueError as problem:
        raise ToolkitError(f"{file} is damaged: {problem}") from problem
    if values.shape != (len(values), columns) or not len(values) or not np.isfinite(values).all():
        raise ToolkitError(
            f"{file} has shape {values.shape}; wanted {columns} finite numbers a line"
        )
    return values


def _read_class_names(root):
    file = root / "activity_labels.txt"
    if not file.is_file():
        raise MissingFile(f"{file} is missing; `{SOURCE.command}` fetches the original")
    lines = file.read_bytes().decode("ascii", "replace").split("\n")
    names = tuple(line.split()[-1].lower() for line in lines if line.strip())
    if names != _CLASS_NAMES:
        raise ToolkitError(f"{file} names {names}, wanted {_CLASS_NAMES}")
    return names


def _load_stand_in():
    path = stand_ins.folder(SOURCE) / _INNER
    if not path.exists():
        stand_ins.write_uci_har(path, _ROOT, _CLASS_NAMES, UCI_HAR_CHANNELS)
    stand_ins.announce("UCI HAR")
    return read(path, stand_in=True)
