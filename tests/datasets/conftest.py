"""What the tests of the data sets share: a data/ folder of their own, small copies, no network."""

import dataclasses
import hashlib
import io
from pathlib import Path

import numpy as np
import pytest

from activity_detector_utils import datasets, settings
from activity_detector_utils.datasets import imdb, stand_ins, uci_har

REAL_FOLDERS = settings.data_folders()


@pytest.fixture(autouse=True)
def data(monkeypatch, tmp_path):
    """An empty data/ folder of its own for every test; nothing can be downloaded."""
    folder = tmp_path / "data"
    monkeypatch.setattr(settings, "cache_folder", lambda: folder)
    monkeypatch.delenv("COURSE_DATA_DIR", raising=False)
    monkeypatch.setenv("COURSE_FAST", "0")
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    return folder


@pytest.fixture
def put():
    """A function that writes a file and the folders above it."""

    def write(content, *path):
        path = Path(*path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return write


@pytest.fixture
def real(monkeypatch, request):
    """Search the folders that the person who runs the tests has named, if the set is there."""
    if not any((folder / request.param).exists() for folder in REAL_FOLDERS):
        pytest.skip(f"no {request.param} folder in {REAL_FOLDERS}")
    monkeypatch.setattr(settings, "data_folders", lambda: REAL_FOLDERS)


@pytest.fixture(scope="session")
def small_zip(tmp_path_factory):
    """UCI HAR's layout with 12 + 6 windows."""
    path = tmp_path_factory.mktemp("small") / "UCI HAR Dataset.zip"
    stand_ins.write_uci_har(
        path, "UCI HAR Dataset", uci_har._CLASS_NAMES, datasets.UCI_HAR_CHANNELS, 12, 6
    )
    return path.read_bytes()


@pytest.fixture
def small_counts(monkeypatch):
    """Let 12 + 6 windows pass for the whole set."""
    monkeypatch.setattr(uci_har, "_COUNTS", {"train": (2,) * 6, "test": (1,) * 6})


@pytest.fixture
def tiny_reviews(monkeypatch, data, put):
    """Reviews in Keras' format whose checksum is known."""
    rng = np.random.default_rng(3)
    arrays = {}
    for half, n in (("train", 40), ("test", 30)):
        reviews = [rng.integers(1, 60, rng.integers(1, 25)).tolist() for _ in range(n)]
        arrays[f"x_{half}"] = np.fromiter(reviews, dtype=object, count=n)
        arrays[f"y_{half}"] = rng.integers(0, 2, n)
    file = io.BytesIO()
    np.savez(file, **arrays)
    path = put(file.getvalue(), data, "imdb", "imdb.npz")
    known = dataclasses.replace(imdb.REVIEWS, sha256=(hashlib.sha256(file.getvalue()).hexdigest(),))
    monkeypatch.setattr(imdb, "REVIEWS", known)
    return path
