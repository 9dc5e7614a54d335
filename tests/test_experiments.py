import random
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pandas as pd
import pytest

from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.course.experiments import fitting, published, records
from activity_detector_utils.course.experiments import running as repeats
from activity_detector_utils.course.experiments.comparisons import Task, choose_models, pad_reviews

ROW = {"model": "lstm", "seed": 0, "score": 88.5, "epochs": 15, "seconds": 70.0,
       "parameters": 3, "versions": "keras 3", "machine": "m", "date": "2026-01-01"}  # fmt: skip


@pytest.mark.parametrize(
    ("build", "parameters"),
    [
        ("imdb_lstm", 213_301),
        ("imdb_lstm_dropout", 213_301),
        ("imdb_lstm_recurrent_dropout", 213_301),
        ("imdb_conv_lstm", 216_405),
        # 4 (9 + 100 + 1) 100 for the LSTM, then 101 x 100, then 101 x 6
        ("uci_har_lstm", 44_000 + 10_100 + 606),
        # convolutions 28 x 64 and 193 x 64; LSTM 4 (896 + 100 + 1) 100
        ("uci_har_cnn_lstm", 1_792 + 12_352 + 398_800 + 10_100 + 606),
        # kernels 3 (9 + 64) 256 and biases 256; dense 30 x 64 + 1 to 100
        ("uci_har_conv_lstm", 56_064 + 256 + 192_100 + 606),
    ],
)
def test_parameter_counts(build, parameters):
    assert getattr(published, build)().count_params() == parameters


def test_convolutions_of_one_row_are_keras_time_distributed_ones():
    fast, plain = published.uci_har_cnn_lstm(), published.uci_har_cnn_lstm_time_distributed()
    shapes = [w.shape for w in plain.get_weights()]
    weights = [w.reshape(s) for w, s in zip(fast.get_weights(), shapes, strict=True)]
    plain.set_weights(weights)
    X = np.random.default_rng(0).normal(size=(5, 128, 9)).astype("float32")
    np.testing.assert_allclose(fast(X), plain(X), atol=1e-6)


def test_compiled_with_xla_a_training_ends_at_the_same_weights():
    import keras
    from keras import layers

    X = np.random.default_rng(0).integers(0, 20, (256, 12))
    task, trained = Task(X, X[:, 0] % 2, X, X[:, 0] % 2, stand_in=True), []

    def build():
        reader = [keras.Input((12,)), layers.Embedding(20, 4), layers.LSTM(5)]
        trained.append(keras.Sequential([*reader, layers.Dense(1, "sigmoid")]))
        return trained[-1]

    for jit_compile in ("auto", True):
        fitting.keras_model(build, 2, jit_compile)(task, seed=0)
    trained = [network for network in trained if network.compiled]  # the rest only tell the seed
    assert [network.jit_compile for network in trained] == [False, True]
    for one, other in zip(*(network.get_weights() for network in trained), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_reviews_are_cut_and_padded_in_front():
    padded = pad_reviews([[1, 2, 3, 4], [5], []], length=3)
    assert padded.tolist() == [[2, 3, 4], [0, 0, 5], [0, 0, 0]]


def test_a_result_replaces_that_of_the_same_model_and_seed(tmp_path):
    path = tmp_path / "results" / "uci-har.csv"
    for change in ({"seed": 1}, {}, {"score": 90.0}):
        records.add_result(path, ROW | change)
    results = records.read_results(path)
    assert results[["seed", "score"]].to_numpy().tolist() == [[0, 90.0], [1, 88.5]]
    assert list(path.parent.iterdir()) == [path]
    summary = records.summarise(results).loc["lstm"]
    assert summary[["runs", "mean", "seconds"]].tolist() == [2, 89.25, 70]
    assert summary["deviation"] == pytest.approx(1.5 / 2**0.5)


def test_only_what_is_not_recorded_is_trained(tmp_path):
    path = tmp_path / "uci-har.csv"
    records.add_result(path, ROW)
    pairs = repeats.missing_pairs(["lstm", "cnn-lstm"], 2, path)
    assert pairs == [("cnn-lstm", 0), ("lstm", 1), ("cnn-lstm", 1)]


def test_a_file_of_something_else_is_left_alone(tmp_path):
    path = tmp_path / "other.csv"
    pd.DataFrame({"model": ["lstm"]}).to_csv(path, index=False)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="lacks the columns"):
        records.add_result(path, ROW)
    assert path.read_bytes() == before


def test_unknown_names_are_told_what_there_is():
    with pytest.raises(
        ValueError, match="unknown comparison 'imbd'; there are imdb, uci-har, shoulder"
    ):
        choose_models("imbd")
    with pytest.raises(ValueError, match="unknown model gru for imdb; there are words, "):
        choose_models("imdb", ["lstm", "gru"])


def test_fast_mode_records_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_FAST", "1")
    path = tmp_path / "uci-har.csv"
    with pytest.raises(ValueError, match="nothing is recorded in fast mode"):
        next(repeats.record_repeats("uci-har", None, 1, path))
    assert not path.exists()


def test_other_threads_do_not_change_first_weights():
    """Keras takes seeds from a generator that all threads share; here one draws from it."""
    disturbances = iter([1, 0, 3])  # later builds go undisturbed

    def disturbed():
        for _ in range(next(disturbances, 0)):
            random.random()
        return published.uci_har_lstm()

    networks = [fitting.build_from_seed(build, 3) for build in (published.uci_har_lstm, disturbed)]
    for one, other in zip(*(network.get_weights() for network in networks), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_dask_cluster_gets_the_same_scores(monkeypatch):
    from distributed import Client, LocalCluster

    monkeypatch.setenv("COURSE_FAST", "1")
    pairs = [("lstm", 0), ("statistics", 0)]

    def scores(rows):
        return {(row["model"], row["seed"]): row["score"] for row in rows}

    here = scores(repeats.run_repeats("uci-har", pairs, n_jobs=1))
    with (
        LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        there = scores(repeats.run_repeats("uci-har", pairs))
    assert there == here
    assert len(here) == 2


def test_rows_added_at_the_same_time_are_all_kept(tmp_path):
    path = tmp_path / "results.csv"
    rows = [ROW | {"seed": seed} for seed in range(40)]
    with ThreadPoolExecutor(4) as pool:  # each opens and locks for itself, as processes do
        list(pool.map(lambda row: records.add_result(path, row), rows))
    assert records.read_results(path)["seed"].tolist() == list(range(40))
    assert [entry.name for entry in tmp_path.iterdir()] == ["results.csv"]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"\n\n", b"model,seed\n1,2\n", b'"a\n'])
def test_what_holds_no_results_is_said(tmp_path, data):
    (tmp_path / "results.csv").write_bytes(data)
    with pytest.raises(ToolkitError, match=r"results\.csv .*move it away"):
        records.read_results(tmp_path / "results.csv")
