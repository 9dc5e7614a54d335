import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import signal

from activity_detector_utils import waves


def test_four_samples_per_period_are_known_by_heart():
    quarter = np.pi / 2  # x = 1, 2, 3 is a quarter, a half and three quarters of a period
    np.testing.assert_allclose(waves.make_wave("sine", quarter, 3), [1, 0, -1], atol=1e-15)
    np.testing.assert_array_equal(waves.make_wave("square", quarter, 3), [1, -1, -1])
    np.testing.assert_allclose(waves.make_wave("triangle", quarter, 3), [1, 0, -1], atol=1e-15)
    np.testing.assert_allclose(waves.make_wave("sawtooth", quarter, 3), [-0.5, 0, 0.5])


@pytest.mark.parametrize("frequency", [0.1, 0.237, 0.3999])
def test_waves_agree_with_scipy(frequency):
    x = frequency * np.arange(1, 129)
    np.testing.assert_array_equal(waves.make_wave("sine", frequency), np.sin(x))
    np.testing.assert_array_equal(waves.make_wave("square", frequency), signal.square(x))
    np.testing.assert_allclose(waves.make_wave("sawtooth", frequency), signal.sawtooth(x))
    rising_from_zero = signal.sawtooth(x + np.pi / 2, width=0.5)
    np.testing.assert_allclose(waves.make_wave("triangle", frequency), rising_from_zero, atol=1e-12)


def test_a_wrong_kind_or_frequency_is_named():
    with pytest.raises(ValueError, match="unknown wave 'cosine'; there are sine, square, triangle"):
        waves.make_wave("cosine", 0.2)
    with pytest.raises(ValueError, match="frequency is nan"):
        waves.make_wave("sine", float("nan"))


def test_generated_series_are_the_waves_of_their_class():
    X, y = waves.generate(400, seed=5, classes=("sawtooth", "square", "sine"))
    assert X.shape == (400, 128)
    assert X.dtype == np.float64
    assert y.dtype == np.int64
    assert np.bincount(y).min() > 100
    np.testing.assert_array_equal(np.unique(X[y == 1]), [-1, 1])
    # x = 1 of a sine is sin(f), so its frequency can be read back
    frequency = np.arcsin(X[y == 2, 0])
    assert frequency.min() >= 0.1
    assert frequency.max() < 0.4
    np.testing.assert_allclose(X[y == 2], np.sin(np.outer(frequency, np.arange(1, 129))), atol=1e-9)


def test_a_longer_draw_starts_with_the_shorter_one():
    few, many = waves.generate(3, seed=1), waves.generate(50, seed=1)
    np.testing.assert_array_equal(few[0], many[0][:3])
    np.testing.assert_array_equal(few[1], many[1][:3])
    assert waves.generate(0, seed=1)[0].shape == (0, 128)


def test_files_hold_bare_little_endian_float64(tmp_path):
    X = np.arange(256.0).reshape(2, 128) / 7
    waves.write_waves(tmp_path, X, [1, 0])
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "X_1.dat",
        "X_2.dat",
        "Y_1.dat",
        "Y_2.dat",
    ]
    assert (tmp_path / "X_2.dat").read_bytes() == struct.pack("<128d", *X[1])
    assert (tmp_path / "Y_1.dat").read_bytes() == b"\x00\x00\x00\x00\x00\x00\xf0\x3f"


@settings(max_examples=25, deadline=None)
@given(
    X=hnp.arrays(np.float64, st.tuples(st.integers(1, 12), st.just(128))),
    labels=st.lists(st.integers(0, 5), min_size=12, max_size=12),
)
def test_what_is_written_is_read_back(tmp_path_factory, X, labels):
    folder = tmp_path_factory.mktemp("waves")
    y = np.array(labels[: len(X)])
    waves.write_waves(folder, X, y)
    X_read, y_read = waves.read_waves(folder)
    np.testing.assert_array_equal(X_read, X)
    np.testing.assert_array_equal(y_read, y)


def test_writing_again_leaves_no_file_of_the_longer_run(tmp_path):
    waves.write_waves(tmp_path, *waves.generate(12, seed=1))
    (tmp_path / "notes.txt").write_text("mine")
    shorter = waves.generate(2, seed=2)
    waves.write_waves(tmp_path, *shorter)
    np.testing.assert_array_equal(waves.read_waves(tmp_path)[0], shorter[0])
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_wrong_arrays_are_refused_before_anything_is_written(tmp_path):
    X, y = waves.generate(3, seed=1)
    with pytest.raises(ValueError, match=r"X has shape \(3, 127\) and y \(3,\); wanted \(n, 128\)"):
        waves.write_waves(tmp_path, X[:, 1:], y)
    with pytest.raises(ValueError, match=r"y holds the class 0\.5"):
        waves.write_waves(tmp_path, X, [0, 0.5, 1])
    assert list(tmp_path.iterdir()) == []


def test_damaged_folders_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no X_<i>\.dat in"):
        waves.read_waves(tmp_path / "nowhere")
    waves.write_waves(tmp_path, *waves.generate(4, seed=1))

    whole = (tmp_path / "X_3.dat").read_bytes()
    (tmp_path / "X_3.dat").write_bytes(whole[:-5])
    with pytest.raises(ValueError, match=r"X_3\.dat has 1019 bytes; 128 float64 values need 1024"):
        waves.read_waves(tmp_path)

    (tmp_path / "X_3.dat").write_bytes(whole)
    (tmp_path / "Y_2.dat").write_bytes(struct.pack("<d", -1))
    with pytest.raises(ValueError, match=r"holds the class -1\.0"):
        waves.read_waves(tmp_path)

    (tmp_path / "Y_2.dat").unlink()
    with pytest.raises(FileNotFoundError, match=r"up to number 4, but 1 are missing.*Y_2\.dat"):
        waves.read_waves(tmp_path)

    (tmp_path / "X_2.dat").unlink()
    with pytest.raises(FileNotFoundError, match=r"2 are missing, the first is X_2\.dat"):
        waves.read_waves(tmp_path)


def test_every_second_series_is_turned_and_the_others_are_not():
    X = np.array([[1.0, 2.0], [3.0, -4.0], [5.0, 6.0]])
    before = X.copy()
    assert waves.turn_every_second(X).tolist() == [[1, 2], [-3, 4], [5, 6]]
    np.testing.assert_array_equal(X, before)
