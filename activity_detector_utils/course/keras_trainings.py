"""Keras trainings as tables: one run, and the same one from several seeds (chapters 7 and 8)."""

import pandas as pd

from ..base.errors import ToolkitError

BATCH_SIZE = 32
N_REPORTS = 10


def history_table(fitted):
    """Turn what ``fit`` returns into the table that the course's figures draw.

    Parameters
    ----------
    fitted : keras.callbacks.History
        Of a network with ``metrics=["accuracy"]``.

    Returns
    -------
    DataFrame
        ``iteration`` (the epoch, from 1), ``training_accuracy, training_loss`` and, with
        validation data, ``validation_accuracy, validation_loss``.
    """
    parts = {"": "training", "val_": "validation"}
    measures = {
        f"{part}_{measure}": fitted.history[f"{prefix}{measure}"]
        for prefix, part in parts.items()
        for measure in ("accuracy", "loss")
        if f"{prefix}{measure}" in fitted.history
    }
    return pd.DataFrame({"iteration": [epoch + 1 for epoch in fitted.epoch], **measures})


def train_repeatedly(network, train, test, seeds, n_updates=2000, optimizer="rmsprop"):
    """Train copies of a network from several seeds and test each ten times on the way.

    Parameters
    ----------
    network : keras.Model
        Tells the layers; it stays as it is, each copy starts with random weights of its own. With
        one output it is trained with binary, with more with categorical cross-entropy.
    train, test : (array of shape (n, ...), array of shape (n,))
        Inputs and class numbers.
    seeds : sequence of int
    n_updates : int
        Batches of 32 to learn from, a multiple of 10. The training examples come again and again,
        each time in another order, so that few and many examples get the same number of updates.
    optimizer : str
        As Keras names it.

    Returns
    -------
    DataFrame
        ``seed, updates, training_accuracy, test_accuracy``; ten rows for each seed. The training
        accuracy is the mean over the updates since the row before.

    Raises
    ------
    ToolkitError
        If n_updates is not a multiple of 10.
    """
    if n_updates < N_REPORTS or n_updates % N_REPORTS:
        raise ToolkitError(f"n_updates is {n_updates}; it must be a multiple of {N_REPORTS}")
    runs = [_train(network, train, test, seed, n_updates, optimizer) for seed in seeds]
    return pd.concat(runs, ignore_index=True)


def compare(cases, setting, seeds, n_updates=2000, optimizer="rmsprop"):
    """Train several networks, or one on several data, each from the same seeds.

    Parameters
    ----------
    cases : dict
        Value of the setting -> (network, train, test), as in :func:`train_repeatedly`. Where two
        settings change, a pair of values.
    setting : str or list of two str
        What was changed; the name of its column.
    seeds, n_updates, optimizer
        As in :func:`train_repeatedly`.

    Returns
    -------
    DataFrame
        That of :func:`train_repeatedly` for one case after another, with the setting in front.
    """
    names = [setting] if isinstance(setting, str) else list(setting)
    runs = {
        case: train_repeatedly(*parts, seeds, n_updates, optimizer) for case, parts in cases.items()
    }
    return pd.concat(runs, names=[*names, None]).reset_index(names).reset_index(drop=True)


def final_scores(runs, setting):
    """Mean scores after the last update.

    Parameters
    ----------
    runs : DataFrame
        From :func:`compare`.
    setting : str or list of str
        The column, or columns, of what was changed.

    Returns
    -------
    DataFrame
        ``training_accuracy, test_accuracy`` for each value of the setting, in order of appearance.
    """
    last = runs[runs["updates"] == runs["updates"].max()]
    return last.groupby(setting, sort=False)[["training_accuracy", "test_accuracy"]].mean()


def _train(network, train, test, seed, n_updates, optimizer):
    import keras
    import tensorflow as tf

    from ..base.settings import seed_everything

    # Each network compiles a step of its own, and TensorFlow warns about that from the fifth on.
    tf.get_logger().setLevel("ERROR")
    seed_everything(seed)
    copy = keras.models.clone_model(network)
    loss = "binary" if copy.output_shape[-1] == 1 else "sparse_categorical"
    # Many updates in one call: for networks this small, the calls would take most of the time.
    every = n_updates // N_REPORTS
    measures = {"metrics": ["accuracy"], "steps_per_execution": every}
    copy.compile(optimizer, f"{loss}_crossentropy", **measures)
    batches = tf.data.Dataset.from_tensor_slices(tuple(train)).shuffle(len(train[0]), seed)
    history = copy.fit(
        batches.repeat().batch(BATCH_SIZE),
        epochs=N_REPORTS,
        steps_per_epoch=every,
        validation_data=test,
        validation_batch_size=len(test[0]),
        shuffle=False,  # done above
        verbose=0,
    ).history
    return pd.DataFrame(
        {
            "seed": seed,
            "updates": range(every, n_updates + 1, every),
            "training_accuracy": history["accuracy"],
            "test_accuracy": history["val_accuracy"],
        }
    )
