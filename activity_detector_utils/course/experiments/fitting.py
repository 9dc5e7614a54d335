"""What every entry of a comparison gives back, whatever it is made of."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ...base import settings

BATCH_SIZE = 64


class Fitted(NamedTuple):
    """A trained model.

    Attributes
    ----------
    predict : callable
        From X of shape (n, ...) to class numbers of shape (n,).
    parameters : int
        Numbers that were learned from the training data.
    epochs : int
        Passes over the training data; 0 where a solver decides by itself.
    """

    predict: Callable[[np.ndarray], np.ndarray]
    parameters: int
    epochs: int


def keras_model(build, epochs, jit_compile="auto"):
    """An entry that trains a Keras model as published: Adam, batches of 64, nothing else.

    Parameters
    ----------
    build : callable
        Returns a new, uncompiled keras.Model.
    epochs : int
        One in fast mode.
    jit_compile : bool or "auto"
        As in ``keras.Model.compile``: whether XLA makes one program of a training step. Keras does
        not choose it for an LSTM.

    Returns
    -------
    callable
        ``fit(task, seed)`` returns a :class:`Fitted`.
    """

    def fit(task, seed):
        network = build_from_seed(build, seed)
        binary = network.output_shape[-1] == 1
        loss = "binary_crossentropy" if binary else "sparse_categorical_crossentropy"
        network.compile("adam", loss, jit_compile=jit_compile)
        passes = epochs_of_mode(epochs)
        network.fit(task.X_train, task.y_train, batch_size=BATCH_SIZE, epochs=passes, verbose=0)

        def predict(X):
            outputs = network.predict(X, batch_size=256, verbose=0)
            return outputs[:, 0] > 0.5 if binary else outputs.argmax(axis=1)

        return Fitted(predict, network.count_params(), passes)

    return fit


def pipeline(build):
    """An entry that fits a scikit-learn pipeline whose last step is a linear model.

    Parameters
    ----------
    build : callable
        ``build(seed)`` returns a new pipeline.

    Returns
    -------
    callable
        ``fit(task, seed)`` returns a :class:`Fitted`; its parameters are those of the linear model.
    """

    def fit(task, seed):
        model = build(seed).fit(task.X_train, task.y_train)
        linear = model[-1]
        return Fitted(model.predict, linear.coef_.size + linear.intercept_.size, 0)

    return fit


def build_from_seed(build, seed):
    """Seed everything and build a network: the same first weights whatever other threads do.

    Keras draws the seeds of layers from Python's generator, which all threads share, those by
    which a Dask worker talks to its scheduler too. A network that comes out the same twice in a
    row was not disturbed.

    Parameters
    ----------
    build : callable
        Returns a new keras.Model.
    seed : int

    Returns
    -------
    keras.Model

    Raises
    ------
    RuntimeError
        If the networks keep differing.
    """
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")  # else it warns that the fifth model has a graph of its own
    before = None
    for _ in range(20):
        settings.seed_everything(seed)  # after the import: what is not loaded is not seeded
        network = build()
        values = [np.asarray(variable) for variable in network.variables]
        if before is not None and all(map(np.array_equal, values, before)):
            return network
        before = values
    raise RuntimeError("another thread keeps drawing from Python's random numbers")


def epochs_of_mode(epochs):
    """One epoch in fast mode, else those given."""
    return 1 if settings.fast_mode() else epochs
