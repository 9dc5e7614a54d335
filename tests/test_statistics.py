"""The network `statistics`: its numbers, look-back, filter, contract, and its training."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.networks.statistics import (
    StatisticsNetwork,
    fit_statistics,
    lookback,
    numbers,
)
from activity_detector_utils.networks.statistics.description import Description
from activity_detector_utils.networks.statistics.filtering import (
    BeliefFilter,
    learn_transitions,
)
from activity_detector_utils.networks.statistics.folds import divide_sessions
from activity_detector_utils.networks.statistics.ridge import FoldSums
from activity_detector_utils.networks.statistics.signals import (
    EPSILON,
    learn_signals,
)

WATCH = [(0, 1, 2), (3, 4, 5)]  # rotation and acceleration with gravity


def random_network(prediction_window, n_features, n_classes=3, scales=(1, 3), calm=0.5, seed=0):
    """A network with random weights, as no training gives it."""
    rng = np.random.default_rng(seed)
    sensors = [axes for axes in WATCH if max(axes) < n_features]
    gravity = 1 if len(sensors) == 2 else None
    signals = learn_signals(rng.normal(1, 2, (50, n_features)), sensors, gravity)
    size = sum(Description(signals, scales, prediction_window, 50).counts)
    weights = {
        "prediction_window": np.array(prediction_window),
        "sampling_rate": np.array(50.0),
        "scales": np.array(scales),
        "offset": signals.offset,
        "scale": signals.scale,
        "sensors": signals.sensors,
        "gravity": np.array(signals.gravity),
        "mean": rng.normal(size=size),
        "deviation": rng.uniform(0.5, 2, size),
        "kernel": rng.normal(0, 1 / np.sqrt(size), (size, n_classes)),
        "bias": rng.normal(size=n_classes),
        "transitions": rng.dirichlet(np.ones(n_classes), n_classes),
        "prior": rng.dirichlet(np.ones(n_classes)),
        "calm": np.array(calm),
    }
    return StatisticsNetwork(weights)


def recordings(n_people=4, n_sessions=1, n_samples=230, seed=0):
    """Two activities, two speeds of turning; people differ in strength."""
    rng = np.random.default_rng(seed)
    values, codes, groups = [], [], []
    for person in range(n_people):
        strength = rng.uniform(0.7, 1.4)
        for code in [0, 1] * n_sessions:
            t = np.arange(n_samples) / 50 + rng.uniform(0, 1)
            wave = strength * np.sin(2 * np.pi * (1.0, 2.5)[code] * t)
            values.append(rng.normal(0, 0.3, (n_samples, 3)) + wave[:, None])
            codes.append(np.full(n_samples, code))
            groups.append(person)
    lengths = [n_samples] * len(groups)
    return np.concatenate(values), np.concatenate(codes), lengths, groups


def fit(values, codes, lengths, groups=None, **changes):
    options = {"n_classes": 2, "prediction_window": 50, "sampling_rate": 50}
    return fit_statistics(
        values, codes, lengths, groups, sensors=[(0, 1, 2)], gravity=0, **(options | changes)
    )


class TestSignals:
    def test_lengths_and_parts_along_and_across_gravity(self):
        values = np.array([[3.0, 4, 0, 0, 0, 2], [3, 4, 12, 0, 0, 2]])
        signals = learn_signals(values, WATCH, 1)
        assert signals.gravity == 1
        assert signals.offset.tolist() == [0] * 6
        plain = type(signals)(signals.offset, np.ones(6), signals.sensors, 1)
        got = plain(plain.scaled(values[None]))[0]
        assert plain.count == len(got) == 12
        np.testing.assert_allclose(got[6:8], [[5, 13], [2, 2]])  # lengths of rot, of accel
        np.testing.assert_allclose(got[8:10], [[0, 12], [2, 2]], atol=1e-4)  # along z
        np.testing.assert_allclose(got[10:12], [[5, 5], [EPSILON, EPSILON]], atol=1e-4)

    def test_columns_that_are_no_sensor_are_centred_and_scaled(self):
        signals = learn_signals(np.array([[1e6, 5.0], [1e6 + 2, 5]]))
        assert len(signals.sensors) == 0
        np.testing.assert_allclose(signals.scaled(np.array([[[1e6 + 2, 5]]]))[0].ravel(), [1, 0])


class TestNumbers:
    def test_every_number_of_one_small_signal(self):
        wave = np.array([1.0, 0, -1, 0, 1, 0, -1, 0])  # 2 waves in 8 samples, at 8 Hz: 2 Hz
        table = numbers.Numbers(8, 8, 2, 2)
        got = table(np.stack([wave + 5, -wave])[None])[0]
        assert table.change == 1
        assert table.lags == [1, 2, 3, 4, 5]  # 8 is too long
        assert table.n_bands == 4  # 1, 2, 3 and 4 Hz
        assert table.count == len(got) == 2 * (2 + 3 + 3 + 4 + 2 * 5) + 1
        one = got[:22]
        np.testing.assert_allclose(one[:2], [5, 0], atol=1e-12)  # mean, trend
        root = np.sqrt(0.5)
        amplitudes = [np.log(root), np.log(0.5 / root), np.log(1 / root)]
        np.testing.assert_allclose(one[2:5], amplitudes, atol=0.01)
        root = np.sqrt(7 / 8)  # changes are 0 first, then 1 or -1
        amplitudes = [np.log(root), np.log(7 / 8 / root), np.log(1 / root)]
        np.testing.assert_allclose(one[5:8], amplitudes, atol=0.01)
        assert np.argmax(one[8:12]) == 1  # the band of 2 Hz
        np.testing.assert_allclose(one[12:17], np.cos(np.pi / 2 * np.array(table.lags)), atol=0.15)
        assert got[-1] == pytest.approx(-1, abs=1e-4)  # likeness of a wave and its mirror image

    @pytest.mark.parametrize("n_samples", [1, 2, 3, 4, 5, 50, 400])
    @pytest.mark.parametrize("signal", [0.0, 7.5, 1e6])
    def test_a_constant_signal_gives_finite_numbers(self, n_samples, signal):
        table = numbers.Numbers(n_samples, 50, 1, 1)
        got = table(np.full((2, 1, n_samples), signal))
        assert got.shape == (2, table.count)
        assert np.isfinite(got).all()
        np.testing.assert_allclose(got[:, 0], signal)

    def test_lags_and_bands_are_times_whatever_the_rate(self):
        slow, fast = numbers.Numbers(50, 25, 1, 1), numbers.Numbers(200, 100, 1, 1)
        assert [lag / 25 for lag in slow.lags] == [lag / 100 for lag in fast.lags]
        assert slow.change * 4 == fast.change
        time = np.arange(200) / 100
        wave = np.sin(2 * np.pi * 2.5 * time) + 0.5 * np.sin(2 * np.pi * time)
        seen_fast, seen_slow = fast(wave[None, None])[0], slow(wave[None, None, ::4])[0]
        assert fast.count - slow.count == fast.n_bands - slow.n_bands
        np.testing.assert_allclose(seen_fast[:5], seen_slow[:5], atol=0.03)

    def test_an_unknown_rate_is_such_that_a_window_lasts_two_seconds(self):
        assert numbers.assumed_rate(None, 100) == 50
        assert numbers.assumed_rate(0, 100) == 50
        assert numbers.assumed_rate(20.0, 100) == 20


class TestLookBack:
    def test_the_first_window_is_played_backwards_before_the_start(self):
        windows = np.arange(6.0).reshape(3, 2, 1)
        got = lookback.gather_stretches(windows, np.arange(3), np.arange(3), 2)[:, :, 0]
        wanted = [[0, 1, 1, 0, 0, 1], [1, 0, 0, 1, 2, 3], [0, 1, 2, 3, 4, 5]]
        np.testing.assert_array_equal(got, wanted)

    def test_a_state_of_zeros_gives_the_same_start(self):
        window = np.array([[[4.0], [5]]])
        got = lookback.extend_windows(window, np.zeros((1, 4)), np.zeros((1, 1)))
        np.testing.assert_array_equal(got[0, :, 0], [4, 5, 5, 4, 4, 5])


class TestFilter:
    def test_two_classes_by_hand(self):
        stays = np.array([[0.9, 0.1], [0.2, 0.8]])
        belief = BeliefFilter(stays, np.array([0.5, 0.5]), calm=1)
        assert belief.trust == 0.25
        logs = np.log([[0.8, 0.2], [0.3, 0.7]])
        got = belief.run(logs, [2])
        first = np.array([0.8, 0.2]) ** 0.25
        first /= first.sum()
        second = (first @ stays) * np.array([0.3, 0.7]) ** 0.25
        np.testing.assert_allclose(got, [first, second / second.sum()])

    def test_quick_leaves_every_window_to_itself(self):
        probabilities = np.random.default_rng(0).dirichlet(np.ones(3), 7)
        belief = BeliefFilter(np.eye(3) * 0.7 + 0.1, np.array([0.6, 0.3, 0.1]), calm=0)
        np.testing.assert_allclose(belief.run(np.log(probabilities), [5, 2]), probabilities)

    def test_transitions_are_counted_inside_sessions_and_never_certain(self):
        transitions, prior = learn_transitions(np.array([0, 0, 1, 1, 1]), [3, 2], 2, 6.0)
        change = 6 / 60
        row = (1 - change) * np.array([2 / 3, 1 / 3]) + change * np.array([0, 1])
        np.testing.assert_allclose(transitions, [row, [change, 1 - change]])
        np.testing.assert_allclose(prior, [3 / 7, 4 / 7])

    def test_calm_out_of_range_is_refused(self):
        with pytest.raises(ToolkitError, match="from 0"):
            BeliefFilter(np.eye(2), np.ones(2), 1.5)


class TestNetwork:
    @settings(max_examples=25, deadline=None)
    @given(
        st.integers(1, 50),
        st.integers(1, 9),
        st.lists(st.integers(1, 24), min_size=1, max_size=3),
        st.sampled_from([(1,), (1, 2), (1, 3), (1, 2, 3)]),
        st.booleans(),
    )
    def test_steps_and_whole_sessions_agree(self, size, n_features, lengths, scales, carry):
        network = random_network(size, n_features, scales=scales)
        windows = np.random.default_rng(1).normal(1, 3, (sum(lengths), size, n_features))
        windows = windows.astype(np.float32)
        got = network.predict_sessions(windows, lengths, carry_state=carry)
        row = 0
        for length in lengths:
            for position in range(length):
                if position == 0 or (position % 20 == 0 and not carry):
                    state = network.zero_state()
                probabilities, *state = network.step(windows[row : row + 1], *state)
                np.testing.assert_allclose(got[row], probabilities[0], atol=1e-6)
                row += 1

    def test_blocks_of_any_size_give_the_same(self, monkeypatch):
        network = random_network(10, 6)
        windows = np.random.default_rng(1).normal(size=(23, 10, 6)).astype(np.float32)
        whole = network.predict_sessions(windows, [20, 3], carry_state=True)
        monkeypatch.setattr(Description, "block", 4)
        np.testing.assert_allclose(network.predict_sessions(windows, [20, 3], True), whole)

    def test_weights_go_through_a_plain_file(self):
        network = random_network(10, 6)
        file = io.BytesIO()
        np.savez(file, **network.weights)
        file.seek(0)
        with np.load(file, allow_pickle=False) as arrays:
            again = StatisticsNetwork(dict(arrays))
        window = np.ones((1, 10, 6), np.float32)
        first, second = (n.step(window, *n.zero_state()) for n in (network, again))
        np.testing.assert_array_equal(first[0], second[0])
        assert first[1].dtype == np.float32
        assert first[1].shape == (1, network.state_size) == (1, 2 * 10 * 6 + 1 + 3)

    @pytest.mark.parametrize(
        ("name", "value", "message"),
        [
            ("kernel", None, "missing"),
            ("kernel", np.ones((3, 3)), "'kernel' has shape"),
            ("bias", np.array([0, np.nan, 0]), "no finite numbers"),
            ("bias", np.array(["a", "b", "c"]), "no finite numbers"),
            ("scales", np.array([0]), "'scales' holds values"),
            ("scales", np.array([1.5]), "'scales' holds values"),
            ("scales", np.array([2]), "'mean' is for"),
            ("sensors", np.array([[0, 1, 99]]), "'sensors' holds values"),
            ("gravity", np.array(5), "'gravity' holds values"),
            ("prediction_window", np.array(10**9), "'prediction_window' holds values"),
            ("deviation", "zeros", "'deviation' holds values"),
        ],
    )
    def test_bad_weights_are_refused(self, name, value, message):
        weights = dict(random_network(10, 6).weights)
        if value is None:
            del weights[name]
        else:
            weights[name] = np.zeros_like(weights[name]) if isinstance(value, str) else value
        with pytest.raises(ToolkitError, match=message):
            StatisticsNetwork(weights)


class TestFitting:
    def test_learns_people_it_never_met_and_says_what_it_chose(self):
        lines = []
        values, codes, lengths, groups = recordings()
        network, report = fit(values, codes, lengths, groups, progress=lines.append)
        assert (report.held_out, report.n_folds) == ("people", 4)
        assert report.accuracy > 0.95
        assert len(lines) == len(report.choices) == 12
        assert {row["name"] for row in report.choices} == {"look-back", "penalty", "calm"}
        assert report.scales == (1,)  # the least that does it
        windows = recordings(1, seed=9)[0][:50][None].astype(np.float32)
        assert network.step(windows, *network.zero_state())[0].argmax() == 0

    def test_the_same_recordings_give_the_same_network(self):
        first, second = (fit(*recordings())[0].weights for _ in range(2))
        for name, value in first.items():
            np.testing.assert_array_equal(value, second[name])

    def test_one_person_is_judged_by_sessions_and_one_session_by_nobody(self):
        values, codes, lengths, _ = recordings(1)
        assert fit(values, codes, lengths, ["anna"] * 2)[1].held_out == "sessions"
        network, report = fit(values[:30], codes[:30], [30], n_classes=1, sampling_rate=None)
        assert (report.held_out, report.accuracy, report.assumed_rate) == ("nobody", None, 25)
        window = np.zeros((1, 50, 3), np.float32)
        assert network.step(window, *network.zero_state())[0].tolist() == [[1.0]]

    @pytest.mark.parametrize("prediction_window", [1, 2, 3, 400])
    def test_every_window_can_be_trained(self, prediction_window):
        network, _ = fit(*recordings(2), prediction_window=prediction_window)
        window = np.zeros((1, prediction_window, 3), np.float32)
        assert np.isfinite(network.step(window, *network.zero_state())[0]).all()

    def test_leaving_a_fold_out_is_the_same_as_never_having_seen_it(self):
        rng = np.random.default_rng(0)
        both, one = FoldSums(2, 4, 2), FoldSums(1, 4, 2)
        for fold in range(2):
            scaled, shares = rng.normal(size=(9, 4)).astype("f"), rng.dirichlet([1, 1], 9)
            both.add(fold, scaled, shares)
            if fold == 0:
                one.add(0, scaled, shares)
        wanted, got = one.solve(0.1, np.arange(4)), both.solve(0.1, np.arange(4), without=1)
        np.testing.assert_allclose(got[0], wanted[0])
        np.testing.assert_allclose(got[1], wanted[1])

    def test_folds_keep_people_whole_and_even(self):
        people = np.repeat(list("abcdefg"), 2)
        folds, kind = divide_sessions(people, np.full(14, 3))
        assert kind == "people"
        assert [len(set(folds[people == p])) for p in "abcdefg"] == [1] * 7
        assert np.bincount(folds).tolist() == [4, 4, 2, 2, 2]

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"lengths": [1]}, "sessions of 1"),
            ({"groups": ["a"]}, "1 groups came"),
            ({"codes": np.full(230 * 8, 2)}, "wanted 0 to 1"),
            ({"values": np.zeros(230 * 8)}, r"wanted \(n_samples, n_features\)"),
        ],
    )
    def test_arrays_that_do_not_fit_are_refused(self, changes, message):
        names = ("values", "codes", "lengths", "groups")
        arrays = dict(zip(names, recordings(), strict=True)) | changes
        with pytest.raises(ToolkitError, match=message):
            fit(**arrays)
