"""IMDB film reviews as word numbers, read as Keras reads them (chapter 9)."""

import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..base import settings
from ..base.errors import ToolkitError
from . import finding, stand_ins
from .object_arrays import read_object_array

_ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
REVIEWS = finding.Source(
    name="imdb",
    folder="imdb",
    files=("imdb.npz",),
    url=_ORIGIN + "imdb.npz",
    sha256=(
        "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
        # the same arrays, packed again
        "6814c0beea01878740d178d45caaf84fa878f5f452bd5f6bb6b5e3add8655f32",
    ),
)
WORD_INDEX = finding.Source(
    name="imdb",
    folder="imdb",
    files=("imdb_word_index.json",),
    url=_ORIGIN + "imdb_word_index.json",
    sha256=("027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6",),
)
_START, _UNKNOWN, _INDEX_FROM = 1, 2, 3


@dataclass(frozen=True)
class ImdbReviews:
    """Reviews and their labels; unpacks as ``(x_train, y_train), (x_test, y_test)``.

    Attributes
    ----------
    x_train, x_test : ndarray of list of int, shape (n_reviews,)
        1 starts a review, 2 stands for every rarer word, a word is its index + 3.
    y_train, y_test : ndarray of int64, shape (n_reviews,)
        1 for a positive review, 0 for a negative one.
    stand_in : bool
        True for synthetic data, whose scores mean nothing.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    stand_in: bool

    def __iter__(self) -> Iterator[tuple]:
        yield self.x_train, self.y_train
        yield self.x_test, self.y_test


def load_imdb(num_words: int = 5000) -> ImdbReviews:
    """Load 25,000 training and 25,000 test reviews, shuffled and numbered as Keras does.

    Maas et al. 2011; cite it, do not redistribute it.

    Parameters
    ----------
    num_words : int
        Only numbers below this one are kept, the others become 2.

    Returns
    -------
    ImdbReviews
        What ``keras.datasets.imdb.load_data(num_words=num_words)`` returns, and `stand_in`.

    Raises
    ------
    MissingFile
        If the reviews are not there and cannot be downloaded.
    ToolkitError
        If the file's checksum is wrong, or num_words is no positive whole number.
    """
    if not isinstance(num_words, int | np.integer) or num_words < 1:
        raise ToolkitError(f"num_words is {num_words!r}; it must be a whole number above 0")
    if _stands_in():
        stand_ins.announce("IMDB")
        return read(_stand_in_file(REVIEWS, stand_ins.write_reviews), num_words, stand_in=True)
    path = finding.find_or_download(REVIEWS)
    check_file(REVIEWS, path)
    return read(path, num_words)


def imdb_word_index() -> dict[str, int]:
    """Load the index of every word, 1 for the most frequent one.

    Returns
    -------
    dict of str to int
        Add 3 to find the word in the reviews of `load_imdb`. It belongs to the stand-in where
        `load_imdb` returns the stand-in.

    Raises
    ------
    MissingFile
        If the index is not there and cannot be downloaded.
    ToolkitError
        If the file's checksum is wrong.
    """
    if _stands_in():
        stand_ins.announce("IMDB")
        path = _stand_in_file(WORD_INDEX, stand_ins.write_word_index)
    else:
        path = finding.find_or_download(WORD_INDEX)
        check_file(WORD_INDEX, path)
    return json.loads(path.read_text(encoding="utf-8"))


def check_file(source, path):
    """Raise ValueError unless the file's checksum is known."""
    finding.check_sha256(path, source.sha256, f"delete it and run `{source.command}`")


def read(path, num_words, stand_in=False):
    """Read the ``.npz`` file, shuffle each half as Keras does by default, and number the words."""
    try:
        with zipfile.ZipFile(path) as archive:
            loaded = {name: _read_member(archive, name) for name in ("train", "test")}
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError) as problem:
        raise ToolkitError(f"{path} does not hold reviews in Keras' format: {problem}") from problem
    rng = np.random.RandomState(113)  # Keras' generator and seed
    halves = []
    for reviews, labels in loaded.values():
        order = np.arange(len(reviews))
        rng.shuffle(order)
        numbered = (_number(review, num_words) for review in reviews[order])
        halves += [np.fromiter(numbered, dtype=object, count=len(order)), labels[order]]
    return ImdbReviews(*halves, stand_in=stand_in)


def _read_member(archive, half):
    with archive.open(f"x_{half}.npy") as member:
        reviews = read_object_array(member)
    with archive.open(f"y_{half}.npy") as member:
        labels = np.lib.format.read_array(member, allow_pickle=False)
    if reviews.shape != labels.shape:
        raise ToolkitError(f"{half} has {reviews.shape} reviews, but {labels.shape} labels")
    return reviews, labels


def _number(review, num_words):
    raw = [_START] + [word + _INDEX_FROM for word in review]
    return [number if number < num_words else _UNKNOWN for number in raw]


def _stands_in():
    """The reviews decide for both files, so that numbers and words always belong together."""
    return settings.fast_mode() and finding.find(REVIEWS) is None


def _stand_in_file(source, write):
    path = stand_ins.folder(source) / source.files[0]
    if not path.exists():
        write(path)
    return path
