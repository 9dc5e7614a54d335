"""The network in Keras, the oracle of the tests: ``from keras_network import build_keras``."""

import numpy as np

from activity_detector_utils import settings  # noqa: F401  (quiets TensorFlow before its import)
from activity_detector_utils.networks.lstm import BATCH_NORM_EPSILON
from activity_detector_utils.windows import CHUNK_WINDOWS

LAYERS = ("conv", "lstm", "dense", "norm", "output")
NORM_MOMENTUM = 0.9


def build_keras(weights):
    """Build the network with the weights of a ``Network``.

    Returns
    -------
    keras.Model
        From padded chunks (batch, 20 * prediction_window, n_features), real windows (batch, 20)
        and two dropout masks (batch, 20, 64) and (batch, 20, 128) to logits.
    """
    import keras

    layers = keras.layers
    window, n_features, n_filters = weights["conv_kernel"].shape
    n_units, n_dense = weights["dense_kernel"].shape
    samples = keras.Input((CHUNK_WINDOWS * window, n_features))
    real = keras.Input((CHUNK_WINDOWS,), dtype="bool")
    masks = [keras.Input((CHUNK_WINDOWS, n)) for n in (n_filters, n_dense)]
    x = layers.Conv1D(n_filters, window, strides=window, activation="relu", name="conv")(samples)
    x = layers.LSTM(n_units, return_sequences=True, name="lstm")(x * masks[0])
    x = layers.Dense(n_dense, name="dense")(x)
    x = layers.BatchNormalization(momentum=NORM_MOMENTUM, epsilon=BATCH_NORM_EPSILON, name="norm")(
        x, mask=real
    )
    x = layers.ReLU()(x) * masks[1]
    n_classes = weights["output_kernel"].shape[1]
    logits = layers.Dense(n_classes, use_bias=False, name="output")(x)
    model = keras.Model([samples, real, *masks], logits)
    values = iter(weights.values())
    for name in LAYERS:
        layer = model.get_layer(name)
        layer.set_weights([next(values) for _ in layer.weights])
    return model


def keras_weights(model):
    """All weights, in the order of ``network.weight_shapes`` less the output bias."""
    return [value for name in LAYERS for value in model.get_layer(name).get_weights()]


def mean_loss(logits, labels, real):
    """Cross-entropy over real windows, as a tensor."""
    import tensorflow as tf

    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    return tf.reduce_sum(losses * real) / np.sum(real)
