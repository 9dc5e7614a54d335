"""Training in Keras: the only module of the classifier that loads TensorFlow.

The network is Turi Create's, and so are the loss, the optimizer and the chunks of 20 windows. Four
things differ, each because it was measured to help on people that the model never met (see
benchmarks/): chunks are shuffled, batch normalisation converges in tens of steps instead of
hundreds and leaves padding out, features are standardised (folded into the first layer's weights
afterwards, so the network stays the same), and the weights kept are a running average.
"""

import numpy as np

from ..base import settings  # noqa: F401  (quiets TensorFlow before it is imported)

import keras  # isort: skip
import tensorflow as tf  # isort: skip

from ..windows import (
    CHUNK_WINDOWS,
    blocks_per_group,
    cut_windows,
    pack_blocks,
    pack_chunks,
    window_label_counts,
)
from .lstm import BATCH_NORM_EPSILON, N_DENSE, N_FILTERS, N_UNITS, weight_shapes

# From the fifth model of a process on, TensorFlow would warn that each compiles a step of its own.
tf.get_logger().setLevel("ERROR")

LAYERS = ("conv", "lstm", "dense", "norm", "output")
TRAINED_WEIGHTS = [name for name in weight_shapes(1, 1, 1) if name != "output_bias"]
NORM_MOMENTUM = 0.9
AVERAGE_DECAY = 0.98
MEASURED_BATCHES = 4  # one batch in four is predicted to report the training accuracy


class Trainer:
    """A network in training: one call of :meth:`run_iteration` is one pass over the samples.

    Parameters
    ----------
    values : ndarray of float32, shape (n_samples, n_features)
        Samples, session by session.
    codes : ndarray of int, shape (n_samples,)
        Class index of each sample.
    lengths : ndarray of int, shape (n_sessions,)
    n_classes, prediction_window, batch_size : int
        ``batch_size`` counts chunks of 20 windows.
    augment : callable or None
        ``augment(values, codes, lengths, rng)`` returns changed samples, anew each iteration.
    seed : int
        Drives the first weights, dropout, the order of chunks and the augmentation.
    """

    def __init__(
        self, values, codes, lengths, *, n_classes, prediction_window, batch_size, augment, seed
    ):
        self.samples = (values, codes, lengths)
        self.n_classes = n_classes
        self.prediction_window = prediction_window
        self.batch_size = batch_size
        self.augment = augment
        self.random = np.random.default_rng(seed % 2**32)
        # Sums of many large float32 (air pressure in Pa) would lose the small differences.
        self.mean = values.mean(axis=0, dtype=np.float64).astype(np.float32)
        deviation = values.std(axis=0, dtype=np.float64)
        # A feature that never changes carries nothing; dividing by 1 keeps it finite.
        self.deviation = np.where(deviation > 0, deviation, 1).astype(np.float32)
        self.model = build_model(prediction_window, values.shape[1], n_classes, seed)
        self._current = [w for name in LAYERS for w in self.model.get_layer(name).weights]
        self._average = [tf.Variable(tf.zeros(w.shape), trainable=False) for w in self._current]
        self._n_steps = 0
        self._step, self._predict = self._compile()

    def run_iteration(self):
        """Train on every chunk once.

        Returns
        -------
        dict
            ``training_accuracy`` and ``training_loss`` per sample. As in Turi Create, a batch is
            predicted again right after its step, while weights still change; here every fourth
            batch is, from the first on. Chunks are shuffled, so these are a random sample.
        """
        correct = loss = n_samples = 0.0
        for number, (x, counts) in enumerate(zip(*self._cut_batches(), strict=True)):
            labels, real = counts.argmax(axis=2), counts.sum(axis=2) > 0
            self._step(x, labels, real, tf.constant(self._average_share(), tf.float32))
            if number % MEASURED_BATCHES == 0:
                probabilities = self._predict(x, real).numpy()
                best = probabilities.argmax(axis=2)[..., None]
                correct += np.take_along_axis(counts, best, axis=2).sum()
                loss -= (counts * np.log(np.maximum(probabilities, 1e-15))).sum()
                n_samples += counts.sum()
        return {
            "training_accuracy": float(correct / n_samples),
            "training_loss": float(loss / n_samples),
        }

    def weights(self):
        """Weights of the network as it stands, in the names of ``network.weight_shapes``."""
        # Copies: the average itself goes on moving.
        averages = [average.numpy().copy() for average in self._average]
        weights = dict(zip(TRAINED_WEIGHTS, averages, strict=True))
        kernel = weights["conv_kernel"] / self.deviation[:, None]
        shift = np.einsum("pfn,f->n", kernel, self.mean)
        weights["conv_kernel"], weights["conv_bias"] = kernel, weights["conv_bias"] - shift
        weights["output_bias"] = np.zeros(self.n_classes, np.float32)
        return weights

    def _cut_batches(self):
        """Shuffled batches of chunks (n, batch_size, 20, window, features) and of their label
        counts (n, batch_size, 20, classes), all zeros where the last batch has no chunk."""
        values, codes, lengths = self.samples
        if self.augment is not None:
            values, codes, lengths = self.augment(values, codes, lengths, self.random)
        window = self.prediction_window
        per_session = blocks_per_group(lengths, window)
        windows = (cut_windows(values, lengths, window) - self.mean) / self.deviation
        counts = window_label_counts(codes, lengths, window, self.n_classes)
        chunks = [pack_chunks(array, per_session) for array in (windows, counts)]
        order = self.random.permutation(len(chunks[0]))
        # Padded to batches of one size, so that one compiled step serves all.
        return [pack_blocks(array[order], [len(order)], self.batch_size) for array in chunks]

    def _compile(self):
        """The two graphs: a training step that also moves the average, and a prediction."""
        model = self.model
        optimizer = keras.optimizers.Adam(1e-3)
        optimizer.build(model.trainable_variables)
        cross_entropy = tf.nn.sparse_softmax_cross_entropy_with_logits

        def run(windows, real, training):
            samples = tf.reshape(windows, (self.batch_size, -1, windows.shape[-1]))
            return model([samples, real], training=training)

        @tf.function
        def step(windows, labels, real, share):
            with tf.GradientTape() as tape:
                logits = run(windows, real, training=True)
                weight = tf.cast(real, tf.float32)
                losses = cross_entropy(labels, logits) * weight
                loss = tf.reduce_sum(losses) / tf.reduce_sum(weight)
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply(gradients, model.trainable_variables)
            for kept, new in zip(self._average, self._current, strict=True):
                kept.assign_add(share * (tf.convert_to_tensor(new) - kept))

        @tf.function
        def predict(windows, real):
            return tf.nn.softmax(run(windows, real, training=False))

        return step, predict

    def _average_share(self):
        """How far the running average moves to the current weights: slowly, save at the start."""
        self._n_steps += 1
        if self._n_steps == 1:
            return 1.0  # no average yet
        return 1 - min(AVERAGE_DECAY, self._n_steps / (10 + self._n_steps))


def build_model(prediction_window, n_features, n_classes, seed):
    """Build the network for whole chunks, with random first weights.

    The LSTM is unrolled: 20 steps without a loop train about twice as fast on a CPU.

    Returns
    -------
    keras.Model
        From samples (batch, 20 * prediction_window, n_features) and a mask of real windows
        (batch, 20) to logits (batch, 20, n_classes).
    """
    layers = keras.layers
    seeds = iter(range(seed % 2**31, seed % 2**31 + 20))
    samples = keras.Input((CHUNK_WINDOWS * prediction_window, n_features))
    real = keras.Input((CHUNK_WINDOWS,), dtype="bool")

    def xavier():
        return keras.initializers.GlorotUniform(seed=next(seeds))

    x = layers.Conv1D(
        N_FILTERS,
        prediction_window,
        strides=prediction_window,
        activation="relu",
        kernel_initializer=xavier(),
        name="conv",
    )(samples)
    x = layers.Dropout(0.2, seed=next(seeds))(x)
    x = layers.LSTM(
        N_UNITS,
        return_sequences=True,
        unroll=True,
        kernel_initializer=xavier(),
        recurrent_initializer=keras.initializers.Orthogonal(seed=next(seeds)),
        name="lstm",
    )(x)
    x = layers.Dense(N_DENSE, kernel_initializer=xavier(), name="dense")(x)
    x = layers.BatchNormalization(momentum=NORM_MOMENTUM, epsilon=BATCH_NORM_EPSILON, name="norm")(
        x, mask=real
    )
    x = layers.ReLU()(x)
    x = layers.Dropout(0.5, seed=next(seeds))(x)
    logits = layers.Dense(n_classes, use_bias=False, kernel_initializer=xavier(), name="output")(x)
    return keras.Model([samples, real], logits)
