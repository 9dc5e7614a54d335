from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from activity_detector_utils.course.keras_trainings import (
    compare,
    final_scores,
    history_table,
    train_repeatedly,
)

X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
X[:, 0] = np.where(X[:, 0] > 0, 20, -20)
DATA = (X[:30], X[:30, 0] > 0), (X[30:], X[30:, 0] > 0)


def network(n_outputs=1, activation="sigmoid"):
    import keras

    layers = [keras.layers.Input((3,)), keras.layers.Dense(n_outputs, activation)]
    return keras.Sequential(layers)


@pytest.fixture(scope="module")
def runs():
    """One run of each seed, and the network with the weights that it had before."""
    template = network()
    before = template.get_weights()
    return train_repeatedly(template, *DATA, seeds=(3, 4), n_updates=500), template, before


def test_each_seed_is_tested_ten_times(runs):
    table = runs[0]
    assert list(table) == ["seed", "updates", "training_accuracy", "test_accuracy"]
    assert table["seed"].tolist() == [3] * 10 + [4] * 10
    assert table["updates"].tolist() == [*range(50, 501, 50)] * 2


def test_it_learns_and_the_seeds_differ(runs):
    table = runs[0]
    assert (table["test_accuracy"].iloc[[9, 19]] >= 0.9).all()
    first, second = (part["training_accuracy"].tolist() for _, part in table.groupby("seed"))
    assert first != second  # other first weights, another order


def test_a_seed_gives_the_same_run_again_and_the_network_stays_untrained(runs):
    table, template, before = runs
    again = train_repeatedly(template, *DATA, seeds=(4,), n_updates=500)
    pd.testing.assert_frame_equal(again, table[10:].reset_index(drop=True))
    for now, then in zip(template.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_more_outputs_are_trained_as_classes():
    table = train_repeatedly(network(2, "softmax"), *DATA, seeds=(0,), n_updates=500)
    assert table["test_accuracy"].iloc[-1] >= 0.9


@pytest.mark.parametrize("n_updates", [0, 5, 105, -10])
def test_updates_come_in_tens(n_updates):
    with pytest.raises(ValueError, match=rf"n_updates is {n_updates}; .* multiple of 10"):
        train_repeatedly(network(), *DATA, seeds=(0,), n_updates=n_updates)


def test_compare_puts_what_was_changed_in_front():
    cases = {
        ("a", 30): (network(), *DATA),
        ("b", 8): (network(), [part[:8] for part in DATA[0]], DATA[1]),
    }
    table = compare(cases, ["kind", "files"], seeds=(0,), n_updates=10)
    assert list(table)[:3] == ["kind", "files", "seed"]
    assert table["kind"].tolist() == ["a"] * 10 + ["b"] * 10
    assert table["files"].tolist() == [30] * 10 + [8] * 10
    assert table.index.tolist() == list(range(20))


def test_compare_of_one_setting():
    table = compare({25: (network(), *DATA)}, "files", seeds=(0, 1), n_updates=10)
    assert table["files"].tolist() == [25] * 20


def test_final_scores_are_means_over_the_seeds_in_order_of_appearance():
    runs = pd.DataFrame(
        {
            "files": [50, 50, 50, 50, 25, 25],
            "seed": [0, 0, 1, 1, 0, 0],
            "updates": [10, 20, 10, 20, 10, 20],
            "training_accuracy": [0.1, 1.0, 0.1, 0.9, 0.1, 0.8],
            "test_accuracy": [0.1, 0.5, 0.1, 0.7, 0.1, 0.4],
        }
    )
    table = final_scores(runs, "files")
    assert table.index.tolist() == [50, 25]
    np.testing.assert_allclose(table, [[0.95, 0.6], [0.8, 0.4]])


def test_a_history_is_a_table_of_epochs_from_one():
    fitted = SimpleNamespace(epoch=[0, 1], history={"accuracy": [0.5, 0.6], "loss": [2.0, 1.0]})
    assert history_table(fitted).to_dict("list") == {
        "iteration": [1, 2],
        "training_accuracy": [0.5, 0.6],
        "training_loss": [2.0, 1.0],
    }
    fitted.history |= {"val_accuracy": [0.4, 0.3], "val_loss": [3.0, 4.0]}
    assert history_table(fitted)["validation_accuracy"].tolist() == [0.4, 0.3]
    assert history_table(fitted)["validation_loss"].tolist() == [3.0, 4.0]
