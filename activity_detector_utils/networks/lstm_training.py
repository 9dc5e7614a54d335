"""Training: passes over the samples, batch by batch, in numpy alone.

The network is Turi Create's, and so are the loss, the optimizer and the chunks of 20 windows. Five
things differ, each because it was measured to help on people that the model never met (see
benchmarks/): chunks are shuffled, batch normalisation converges in tens of steps instead of
hundreds and leaves padding out, features are standardised (folded into the first layer's weights
afterwards, so the network stays the same), the learning rate rises and falls over the iterations
that were asked for, and the weights kept are a running average.
"""

import numpy as np

from ..windows import CHUNK_WINDOWS, blocks_per_group
from .backpropagation import Backpropagation
from .batches import cut_batches
from .descent import Adam, RunningAverage, average_decay, learning_rate
from .lstm import N_DENSE, N_FILTERS
from .trained_weights import STATISTICS, fill_first, size_of, to_network, trained_shapes, views

NORM_MOMENTUM = 0.9
FILTER_DROPOUT = 0.2
DENSE_DROPOUT = 0.5
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
    max_iterations : int
        How many passes there will be: the learning rate is small at the end.
    augment : callable or None
        ``augment(values, codes, lengths, rng)`` returns changed samples, anew each iteration.
    seed : int
        Drives the first weights, dropout, the order of chunks and the augmentation.
    """

    def __init__(
        self,
        values,
        codes,
        lengths,
        *,
        n_classes,
        prediction_window,
        batch_size,
        max_iterations,
        augment,
        seed,
    ):
        self.samples = (values, codes, lengths)
        self.n_classes = n_classes
        self.prediction_window = prediction_window
        self.batch_size = batch_size
        self.augment = augment
        self.random = np.random.default_rng(seed % 2**32)
        self._measure_samples(values)
        chunks = blocks_per_group(blocks_per_group(lengths, prediction_window), CHUNK_WINDOWS)
        self._n_steps = max_iterations * int(-(-chunks.sum() // batch_size))
        self._build(values.shape[1])

    def _measure_samples(self, values):
        """Mean and deviation of every feature, and of every number of a window."""
        # Sums of many large float32 (air pressure in Pa) would lose the small differences.
        self.mean = values.mean(axis=0, dtype=np.float64).astype(np.float32)
        deviation = values.std(axis=0, dtype=np.float64)
        # A feature that never changes carries nothing; dividing by 1 keeps it finite.
        self.deviation = np.where(deviation > 0, deviation, 1).astype(np.float32)
        self._mean_window = np.tile(self.mean, self.prediction_window)
        self._scale_window = np.tile(1 / self.deviation, self.prediction_window)

    def _build(self, n_features):
        """First weights, and what changes them."""
        trained = trained_shapes(self.prediction_window * n_features, self.n_classes)
        # All weights in one vector, so that Adam and the average are a few operations.
        self._shapes = trained | STATISTICS
        self._trained = slice(0, size_of(trained))
        self._vector = np.empty(size_of(self._shapes), np.float32)
        self._weights = views(self._vector, self._shapes)
        fill_first(self._weights, self.prediction_window, self.random)
        self._gradients = np.zeros(size_of(trained), np.float32)
        self._network = Backpropagation(self._weights, views(self._gradients, trained))
        self._adam = Adam(size_of(trained))
        self._average = RunningAverage(len(self._vector), average_decay(self._n_steps))

    def run_iteration(self):
        """Train on every chunk once.

        Returns
        -------
        dict
            ``training_accuracy`` and ``training_loss`` per sample. As in Turi Create, a batch is
            predicted again right after its step, while weights still change; here every fourth
            batch is, from the first on. Chunks are shuffled, so these are a random sample.
        """
        samples = self.samples
        if self.augment is not None:
            samples = self.augment(*samples, self.random)
        correct = loss = n_samples = 0.0
        for number, batch in enumerate(self._batches(samples)):
            self._step(batch)
            if number % MEASURED_BATCHES == 0:
                probabilities = self._network.predict(batch.windows, batch.running).T
                best = probabilities.argmax(axis=1)
                correct += batch.counts[np.arange(len(best)), best].sum()
                loss -= (batch.counts * np.log(np.maximum(probabilities, 1e-15))).sum()
                n_samples += batch.counts.sum()
        return {
            "training_accuracy": float(correct / n_samples),
            "training_loss": float(loss / n_samples),
        }

    def weights(self):
        """Weights of the network as it stands, in the names of ``lstm.weight_shapes``."""
        average = views(self._average.value, self._shapes)
        weights = to_network(average, self.prediction_window)
        kernel = weights["conv_kernel"] / self.deviation[:, None]
        shift = np.einsum("pfn,f->n", kernel, self.mean)
        weights["conv_kernel"], weights["conv_bias"] = kernel, weights["conv_bias"] - shift
        return weights

    def _batches(self, samples):
        """Shuffled batches of standardised windows."""
        for batch in cut_batches(
            samples, self.prediction_window, self.n_classes, self.batch_size, self.random
        ):
            windows = batch.windows
            windows -= self._mean_window
            windows *= self._scale_window
            yield batch

    def _step(self, batch):
        """One step downhill on the mean loss of the batch's windows."""
        n = len(batch.windows)
        masks = (self._mask(N_FILTERS, n, FILTER_DROPOUT), self._mask(N_DENSE, n, DENSE_DROPOUT))
        gradient, mean, variance = self._network.forward(batch.windows, batch.running, masks)
        # Of the cross-entropy, behind a softmax: what is thought, less what is true.
        gradient[batch.counts.argmax(axis=1), np.arange(n)] -= 1
        gradient /= n
        self._network.backward(gradient)
        rate = learning_rate(self._adam.n_steps, self._n_steps)
        self._adam.step(self._vector[self._trained], self._gradients, rate)
        for name, latest in (("norm_mean", mean), ("norm_variance", variance)):
            self._weights[name][:] += (1 - NORM_MOMENTUM) * (latest - self._weights[name])
        self._average.add(self._vector)

    def _mask(self, rows, columns, rate):
        """Dropout: zeros at a rate, and what is kept grows to make up for it."""
        kept = self.random.random((rows, columns), dtype=np.float32) >= rate
        return kept * np.float32(1 / (1 - rate))
