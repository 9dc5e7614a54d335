"""What else reads windows of motion: convolutions, statistics, random kernels, a GRU (chapter 11).

Windows have three channels x, y, z of each sensor; the first three are acceleration with gravity.
Settings were chosen on training people of UCI HAR that were held out, never on its test people.
"""

from functools import partial

import numpy as np

from .changed_windows import change_windows
from .fitting import Fitted, build_from_seed, epochs_of_mode
from .window_statistics import window_statistics

BATCH_SIZE = 128
EPOCHS = 20
COPIES = 4  # changed copies of the training windows; an epoch goes through all of them
LABEL_SMOOTHING = 0.1


def statistics_and_convolution(shape, n_statistics, n_classes):
    """Three light convolutions beside one dense layer on the window's statistics.

    Parameters
    ----------
    shape : tuple of (int, int)
        Steps and channels of a window.
    n_statistics, n_classes : int

    Returns
    -------
    keras.Model
        From scaled windows and scaled statistics to logits.
    """
    import keras
    from keras import layers

    windows, statistics = keras.Input(shape), keras.Input((n_statistics,))
    x = _block(layers.Conv1D(32, 7, strides=2, padding="same", use_bias=False), windows)
    x = _block(layers.SeparableConv1D(48, 5, strides=2, padding="same", use_bias=False), x)
    x = _block(layers.SeparableConv1D(64, 5, strides=2, padding="same", use_bias=False), x)
    x = layers.Dropout(0.4)(_mean_and_max(x))
    s = layers.Dense(64)(layers.Dropout(0.2)(statistics))
    s = layers.Activation("gelu")(layers.BatchNormalization()(s))
    s = layers.Dropout(0.5)(s)
    logits = layers.Dense(n_classes)(layers.Concatenate()([s, x]))
    return keras.Model([windows, statistics], logits)


def separable_tcn(shape, n_classes):
    """Separable convolutions whose steps grow from 1 to 32 samples, added up."""
    import keras
    from keras import layers

    windows = keras.Input(shape)
    x = _block(layers.Conv1D(48, 5, padding="same", use_bias=False), windows)
    for dilation in (1, 2, 4, 8, 16, 32):
        convolution = layers.SeparableConv1D(
            48, 5, dilation_rate=dilation, padding="same", use_bias=False
        )
        x = layers.Add()([x, _block(convolution, x)])
    x = layers.Dropout(0.4)(_mean_and_max(x))
    return keras.Model(windows, layers.Dense(n_classes)(x))


def gru(shape, n_classes):
    """One recurrent layer of 100 GRU units: an LSTM's gates, without its second state."""
    import keras
    from keras import layers

    windows = keras.Input(shape)
    x = layers.Dropout(0.5)(layers.GRU(100)(windows))
    return keras.Model(windows, layers.Dense(n_classes)(x))


def fit_statistics_and_convolution(task, seed):
    """Train :func:`statistics_and_convolution`; returns a :class:`Fitted`."""
    prepare = scaled_windows_and_statistics(task.X_train)
    n_statistics = prepare(task.X_train[:1])[1].shape[1]
    build = partial(statistics_and_convolution, n_statistics=n_statistics)
    return _fit(build, prepare, task, seed)


def fit_separable_tcn(task, seed):
    """Train :func:`separable_tcn`; returns a :class:`Fitted`."""
    return _fit(separable_tcn, scaled_windows(task.X_train), task, seed)


def fit_gru(task, seed):
    """Train :func:`gru`; returns a :class:`Fitted`."""
    return _fit(gru, scaled_windows(task.X_train), task, seed)


def fit_minirocket(task, seed):
    """Random convolutions that are never trained, then ridge regression; a :class:`Fitted`.

    The features are those of MiniRocket (Dempster, Schmidt and Webb, 2021) as aeon computes them.
    """
    from aeon.transformations.collection.convolution_based import MiniRocket
    from sklearn.linear_model import RidgeClassifierCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rocket = MiniRocket(n_kernels=10_000, random_state=seed)
    ridge = RidgeClassifierCV(alphas=np.logspace(-1, 5, 10))
    model = make_pipeline(rocket, StandardScaler(), ridge)
    model.fit(_channels_first(task.X_train), task.y_train)
    return Fitted(
        lambda X: model.predict(_channels_first(X)), ridge.coef_.size + ridge.intercept_.size, 0
    )


def _channels_first(X):
    return np.ascontiguousarray(X.transpose(0, 2, 1), dtype=np.float32)


def _block(convolution, x):
    from keras import layers

    x = layers.BatchNormalization()(convolution(x))
    return layers.SpatialDropout1D(0.1)(layers.Activation("gelu")(x))


def _mean_and_max(x):
    from keras import layers

    return layers.Concatenate()(
        [layers.GlobalAveragePooling1D()(x), layers.GlobalMaxPooling1D()(x)]
    )


def _fit(build, prepare, task, seed):
    """Train with changed copies, AdamW whose rate falls to zero, and smoothed labels."""
    import keras

    rng = np.random.default_rng(seed)
    X = np.concatenate([change_windows(task.X_train, rng) for _ in range(COPIES)])
    n_classes = int(task.y_train.max()) + 1
    y = keras.utils.to_categorical(np.tile(task.y_train, COPIES), n_classes)
    shape = task.X_train.shape[1:]
    network = build_from_seed(partial(build, shape, n_classes=n_classes), seed)
    epochs = epochs_of_mode(EPOCHS)
    n_steps = -(-len(task.X_train) * epochs // BATCH_SIZE)
    rate = keras.optimizers.schedules.CosineDecay(2e-3, n_steps)
    network.compile(
        keras.optimizers.AdamW(rate, weight_decay=0.01),
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=LABEL_SMOOTHING),
    )
    passes = max(1, epochs // COPIES)
    network.fit(prepare(X), y, batch_size=BATCH_SIZE, epochs=passes, verbose=0)

    def predict(X):
        return network.predict(prepare(X), batch_size=256, verbose=0).argmax(axis=1)

    return Fitted(predict, network.count_params(), epochs)


def scaled_windows(X_train):
    """A function that divides each channel by its standard deviation in X_train."""
    deviation = X_train.std(axis=(0, 1)) + 1e-6
    return lambda X: (X / deviation).astype(np.float32)


def scaled_windows_and_statistics(X_train):
    """A function that scales windows, and their statistics, as those of X_train are."""
    windows, statistics = scaled_windows(X_train), window_statistics(X_train)
    mean, deviation = statistics.mean(axis=0), statistics.std(axis=0) + 1e-6

    def prepare(X):
        scaled = (window_statistics(X) - mean) / deviation
        return [windows(X), np.clip(scaled, -5, 5).astype(np.float32)]

    return prepare
