"""What every entry of a comparison gives back, whatever it is made of."""

from typing import NamedTuple

from .. import settings

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

    predict: callable
    parameters: int
    epochs: int


def keras_model(build, epochs):
    """An entry that trains a Keras model as published: Adam, batches of 64, nothing else.

    Parameters
    ----------
    build : callable
        Returns a new, uncompiled keras.Model.
    epochs : int
        One in fast mode.

    Returns
    -------
    callable
        ``fit(task, seed)`` returns a :class:`Fitted`.
    """

    def fit(task, seed):
        settings.seed_everything(seed)
        network = build()
        binary = network.output_shape[-1] == 1
        loss = "binary_crossentropy" if binary else "sparse_categorical_crossentropy"
        network.compile("adam", loss)
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


def epochs_of_mode(epochs):
    """One epoch in fast mode, else those given."""
    return 1 if settings.fast_mode() else epochs
