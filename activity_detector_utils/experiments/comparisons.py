"""Which models meet on which data, for how many epochs, and what was published about them."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..datasets import load_imdb, load_uci_har
from . import published


@dataclass(frozen=True)
class Task:
    """Arrays to learn from and to be tested on.

    Attributes
    ----------
    X_train, X_test : ndarray of shape (n, ...)
    y_train, y_test : ndarray of int, shape (n,)
    stand_in : bool
        True for synthetic data, whose scores mean nothing and are never recorded.
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    stand_in: bool


@dataclass(frozen=True)
class Entry:
    """A model of a comparison.

    Attributes
    ----------
    build : callable
        Returns a new, uncompiled keras.Model.
    epochs : int
    published : tuple of (float, float), or None
        Published mean and standard deviation of the test accuracy in percent; the deviation is
        None where one run was published.
    """

    build: callable
    epochs: int
    published: tuple | None


MODELS = {
    "imdb": {
        "lstm": Entry(published.imdb_lstm, 3, (86.48, None)),
        "lstm-dropout": Entry(published.imdb_lstm_dropout, 3, None),
        "lstm-recurrent-dropout": Entry(published.imdb_lstm_recurrent_dropout, 3, (85.15, None)),
        "conv-lstm": Entry(published.imdb_conv_lstm, 3, (88.36, None)),
    },
    "uci-har": {
        "lstm": Entry(published.uci_har_lstm, 15, (88.843, 2.185)),
        "cnn-lstm": Entry(published.uci_har_cnn_lstm, 25, (90.234, 0.827)),
        "conv-lstm": Entry(published.uci_har_conv_lstm, 25, (90.638, 1.042)),
    },
}


@lru_cache(maxsize=1)
def load_task(name):
    """Load the data of a comparison: "imdb" (reviews padded in front to 500) or "uci-har"."""
    if name == "uci-har":
        data = load_uci_har()
        return Task(data.X_train, data.y_train, data.X_test, data.y_test, data.stand_in)
    data = load_imdb(published.IMDB_WORDS)
    X_train, X_test = pad_reviews(data.x_train), pad_reviews(data.x_test)
    return Task(X_train, data.y_train, X_test, data.y_test, data.stand_in)


def pad_reviews(reviews, length=published.IMDB_LENGTH):
    """Keep the last words of each review, with zeros in front of shorter ones, as Keras does.

    Parameters
    ----------
    reviews : sequence of list of int
    length : int
        Words to keep.

    Returns
    -------
    ndarray of int32, shape (n_reviews, length)
    """
    padded = np.zeros((len(reviews), length), np.int32)
    for row, review in zip(padded, reviews, strict=True):
        kept = review[-length:]
        row[length - len(kept) :] = kept
    return padded


def choose_models(name, models=None):
    """Names of the models to train: those asked for, or all.

    Raises
    ------
    ValueError
        If there is no such comparison or model.
    """
    if name not in MODELS:
        raise ValueError(f"unknown comparison {name!r}; there are {', '.join(MODELS)}")
    unknown = [model for model in models or [] if model not in MODELS[name]]
    if unknown:
        there = ", ".join(MODELS[name])
        raise ValueError(f"unknown model {', '.join(unknown)} for {name}; there are {there}")
    return list(models or MODELS[name])
