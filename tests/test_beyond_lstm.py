import numpy as np
import pytest

from activity_detector_utils.course.experiments import beyond_lstm, changed_windows
from activity_detector_utils.course.experiments.comparisons import Task
from activity_detector_utils.course.experiments.window_statistics import (
    LAGS,
    statistics_model,
    window_statistics,
)

N_STEPS = 128


def wave(frequency, amplitude=0.5):
    """One window: gravity along z, a wave along x of `frequency` periods a window."""
    X = np.zeros((1, N_STEPS, 3))
    X[0, :, 2] = 1
    X[0, :, 0] = amplitude * np.sin(2 * np.pi * frequency * np.arange(N_STEPS) / N_STEPS)
    return X


def test_statistics_of_a_wave():
    found = window_statistics(wave(8))[0]
    n_signals = 4  # three channels and the length of the vector
    mean, log_deviation = found[:n_signals], found[n_signals : 2 * n_signals]
    np.testing.assert_allclose(mean[:3], [0, 0, 1], atol=1e-6)
    assert log_deviation[0] == pytest.approx(np.log(0.5 / 2**0.5 + 1e-4), abs=1e-5)
    # 8 periods in 128 samples: after 8 samples half a period, after 16 a whole one
    alike = found[2 * n_signals : (2 + len(LAGS)) * n_signals].reshape(-1, n_signals)[:, 0]
    assert alike[LAGS.index(8)] == pytest.approx(-1, abs=1e-2)
    assert alike[LAGS.index(16)] == pytest.approx(1, abs=1e-2)
    np.testing.assert_allclose(found[-3:], [0, 0, 1], atol=1e-6)


def test_power_is_in_the_band_of_the_frequency():
    slow, fast = (window_statistics(wave(frequency))[0] for frequency in (2, 55))
    n_bands = (len(slow) - 3) // 8 - 2 - len(LAGS)
    start = 4 * (2 + len(LAGS))
    bands_slow, bands_fast = (s[start : start + 4 * n_bands : 4] for s in (slow, fast))
    assert bands_slow.argmax() < 3
    assert bands_fast.argmax() == n_bands - 1


@pytest.mark.parametrize("shape", [(2, 128, 4), (2, 33, 3), (128, 9)])
def test_windows_that_cannot_be_described(shape):
    with pytest.raises(ValueError, match="wanted"):
        window_statistics(np.zeros(shape))


def test_changed_windows_keep_gravity_and_angles_between_sensors():
    rng = np.random.default_rng(0)
    X = np.zeros((50, N_STEPS, 6))
    X[:, :, 2] = 1
    X[:, :, 3] = 2
    changed = changed_windows.change_windows(X, rng)
    first, second = changed[..., :3], changed[..., 3:]
    np.testing.assert_allclose(np.linalg.norm(first, axis=2), 1, atol=1e-6)
    np.testing.assert_allclose((first * second).sum(axis=2), 0, atol=1e-6)
    turned = np.degrees(np.arccos(np.clip(first[:, 0, 2], -1, 1)))
    assert 3 < turned.max() <= changed_windows.TURN
    np.testing.assert_array_equal(X[:, :, 2], 1)  # what was given is as it was


def test_faster_play_reads_a_window_at_other_times_and_mirrors_its_ends():
    X = np.arange(5.0).reshape(1, 5, 1)
    faster = changed_windows._play_faster(X, np.array([[1.5]]))
    np.testing.assert_allclose(faster[0, :, 0], [1, 0.5, 2, 3.5, 3])
    slower = changed_windows._play_faster(X, np.array([[0.5]]))
    np.testing.assert_allclose(slower[0, :, 0], [1, 1.5, 2, 2.5, 3])


def test_models_stay_below_100_000_parameters():
    shape, n_statistics = (128, 9), window_statistics(np.ones((1, 128, 9))).shape[1]
    models = [
        beyond_lstm.statistics_and_convolution(shape, n_statistics, 6),
        beyond_lstm.separable_tcn(shape, 6),
        beyond_lstm.gru(shape, 6),
    ]
    assert [model.count_params() for model in models] == [44_598, 19_350, 33_906]
    assert all(model.output_shape == (None, 6) for model in models)


def slow_and_fast(n=40):
    rng = np.random.default_rng(1)
    y = np.arange(n) % 2
    X = np.concatenate([wave(3 + 9 * label, rng.uniform(0.3, 0.6)) for label in y])
    return Task(X[: n // 2], y[: n // 2], X[n // 2 :], y[n // 2 :], False)


def test_random_convolutions_tell_slow_from_fast_waves():
    task = slow_and_fast()
    fitted = beyond_lstm.fit_minirocket(task, 0)
    assert (fitted.predict(task.X_test) == task.y_test).all()


def test_statistics_tell_slow_from_fast_waves():
    task = slow_and_fast()
    model = statistics_model().fit(task.X_train, task.y_train)
    assert model.score(task.X_test, task.y_test) == 1


@pytest.mark.parametrize(
    "fit",
    [
        beyond_lstm.fit_statistics_and_convolution,
        beyond_lstm.fit_separable_tcn,
        beyond_lstm.fit_gru,
    ],
)
def test_networks_train_in_fast_mode(fit, monkeypatch):
    monkeypatch.setenv("COURSE_FAST", "1")
    task = slow_and_fast()
    fitted = fit(task, 0)
    assert fitted.epochs == 1
    assert set(fitted.predict(task.X_test)) <= {0, 1}
