"""Which models meet on which data, and what was published about them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from ...base.errors import ToolkitError
from ...datasets import SHOULDER_PEOPLE, load_imdb, load_shoulder_exercises, load_uci_har
from ..window_arrays import whole_windows
from . import beyond_lstm, published
from .bags_of_words import word_model, word_pair_model
from .fitting import Fitted, keras_model, pipeline
from .window_statistics import statistics_model

SHOULDER_WINDOW = 128  # samples: 2.56 s, as in UCI HAR
SHOULDER_CHANNELS = ["accelX", "accelY", "accelZ", "rotX", "rotY", "rotZ"]


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
    fit : callable
        ``fit(task, seed)`` returns a :class:`fitting.Fitted`.
    published : tuple of (float, float), or None
        Published mean and standard deviation of the test accuracy in percent; the deviation is
        None where one run was published.
    """

    fit: Callable[[Task, int], Fitted]
    published: tuple | None = None


BEYOND = {
    "gru": Entry(beyond_lstm.fit_gru),
    "separable-tcn": Entry(beyond_lstm.fit_separable_tcn),
    "statistics-conv": Entry(beyond_lstm.fit_statistics_and_convolution),
    "minirocket": Entry(beyond_lstm.fit_minirocket),
}
MODELS = {
    "imdb": {
        "words": Entry(pipeline(word_model)),
        "word-pairs": Entry(pipeline(word_pair_model)),
        "lstm": Entry(keras_model(published.imdb_lstm, 3), (86.48, None)),
        "lstm-dropout": Entry(keras_model(published.imdb_lstm_dropout, 3)),
        "lstm-recurrent-dropout": Entry(  # a step in half the time; the others gain little
            keras_model(published.imdb_lstm_recurrent_dropout, 3, jit_compile=True), (85.15, None)
        ),
        "conv-lstm": Entry(keras_model(published.imdb_conv_lstm, 3), (88.36, None)),
    },
    "uci-har": {
        "statistics": Entry(pipeline(statistics_model)),
        "lstm": Entry(keras_model(published.uci_har_lstm, 15), (88.843, 2.185)),
        "cnn-lstm": Entry(keras_model(published.uci_har_cnn_lstm, 25), (90.234, 0.827)),
        "conv-lstm": Entry(keras_model(published.uci_har_conv_lstm, 25), (90.638, 1.042)),
        **BEYOND,
    },
    "shoulder": {
        "statistics": Entry(pipeline(statistics_model)),
        "lstm": Entry(keras_model(partial(published.uci_har_lstm, (SHOULDER_WINDOW, 6), 7), 15)),
        **BEYOND,
    },
}


@lru_cache(maxsize=1)
def load_task(name):
    """Load the data of a comparison.

    "imdb": reviews padded in front to 500 words. "uci-har". "shoulder": people 1-6 to learn from,
    in windows that overlap by half, and people 9-10 for the test.
    """
    if name == "uci-har":
        data = load_uci_har()
        return Task(data.X_train, data.y_train, data.X_test, data.y_test, data.stand_in)
    if name == "shoulder":
        return shoulder_task(SHOULDER_PEOPLE["test"])
    data = load_imdb(published.IMDB_WORDS)
    X_train, X_test = pad_reviews(data.x_train), pad_reviews(data.x_test)
    return Task(X_train, data.y_train, X_test, data.y_test, data.stand_in)


def shoulder_task(people):
    """Shoulder exercises of people 1-6 to learn from, and of `people` to be tested on.

    Parameters
    ----------
    people : list of str
        For choices ``SHOULDER_PEOPLE["validation"]``.

    Returns
    -------
    Task
        Windows of 128 samples and six channels, acceleration (with gravity) first.
    """
    frame = load_shoulder_exercises()
    train = frame[frame["userId"].isin(SHOULDER_PEOPLE["train"])]
    later = train[train.groupby("sessionId").cumcount() >= SHOULDER_WINDOW // 2]
    classes = sorted(frame["activity"].unique())

    def cut(rows):
        return whole_windows(rows, SHOULDER_WINDOW, classes, SHOULDER_CHANNELS)

    (X, y), (X_later, y_later) = cut(train), cut(later)
    X_test, y_test = cut(frame[frame["userId"].isin(people)])
    X_train, y_train = np.concatenate([X, X_later]), np.concatenate([y, y_later])
    return Task(X_train, y_train, X_test, y_test, False)


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
    ToolkitError
        If there is no such comparison or model.
    """
    if name not in MODELS:
        raise ToolkitError(f"unknown comparison {name!r}; there are {', '.join(MODELS)}")
    unknown = [model for model in models or [] if model not in MODELS[name]]
    if unknown:
        there = ", ".join(MODELS[name])
        raise ToolkitError(f"unknown model {', '.join(unknown)} for {name}; there are {there}")
    return list(models or MODELS[name])
