"""Train the LSTM iteration by iteration: until done, out of patience or interrupted."""

import time

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from ..networks.lstm import Network
from .progress import format_seconds


def train_lstm(training, watched, augmentation, settings, table):
    """Train Turi Create's network.

    Parameters
    ----------
    training : LabelledSamples
    watched : Watched or None
        Scored after every iteration.
    augmentation : Augmentation or None
        Changes the training samples anew for every iteration.
    settings : TrainingSettings
    table : ProgressTable

    Returns
    -------
    network : Network
    history : DataFrame
        One row an iteration.
    """
    trainer = _make_trainer(training, augmentation, settings)
    # After each product numpy's second thread spins and waits for the next, in TensorFlow's way.
    with threadpool_limits(1, user_api="blas"):
        return _iterate(trainer, watched, settings.max_iterations, settings.patience, table)


def _make_trainer(training, augmentation, settings):
    from ..networks.lstm_training import Trainer

    return Trainer(
        training.values,
        training.codes,
        training.sessions.lengths,
        n_classes=len(training.classes),
        prediction_window=settings.prediction_window,
        batch_size=settings.batch_size,
        augment=augmentation,
        seed=settings.random_seed,
    )


def _iterate(trainer, watched, max_iterations, patience, table):
    """Iterate until done, out of patience or interrupted; return the network and its history."""
    started = time.perf_counter()
    rows, network, best, best_loss, best_iteration = [], None, None, np.inf, 0
    table.start(with_validation=watched is not None)
    try:
        for iteration in range(1, max_iterations + 1):
            row = {"iteration": iteration, **trainer.run_iteration()}
            latest = Network(trainer.weights())
            if watched is not None:
                row |= watched.score(latest)
            row["seconds"] = time.perf_counter() - started
            network = latest
            rows.append(row)
            loss = row.get("validation_loss", -iteration)  # without validation the latest is best
            if best is None or loss < best_loss:
                best, best_loss, best_iteration = network, loss, iteration
            table.add(row)
            if patience is not None and iteration - best_iteration >= patience:
                break
    except KeyboardInterrupt:
        if best is None:
            raise
        table.finish()
        table.note(
            f"Interrupted: this is the model of iteration {best_iteration}, the best so far."
        )
        return best, pd.DataFrame(rows)
    table.finish()
    if patience is not None:
        table.note(f"Best iteration: {best_iteration} of {len(rows)}; the model is that one.")
        network = best
    table.note(f"Total Time Spent: {format_seconds(time.perf_counter() - started)}")
    return network, pd.DataFrame(rows)
