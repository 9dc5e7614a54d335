"""Digits as folders of images."""

from collections import Counter

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from activity_detector_utils import datasets


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    return datasets.make_digit_folders(tmp_path_factory.mktemp("images") / "digits", seed=5)


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.png")}


def test_digits_are_split_60_20_20_in_every_class(digits):
    counts = Counter(tuple(path.relative_to(digits).parts[:2]) for path in digits.rglob("*.png"))
    for label, n in Counter(load_digits().target.tolist()).items():
        parts = [counts.pop((part, str(label))) for part in ("train", "val", "test")]
        assert sum(parts) == n
        np.testing.assert_allclose(np.array(parts) / n, [0.6, 0.2, 0.2], atol=0.01)
    assert counts == {}


def test_an_image_is_its_digit_on_a_plain_dark_background(digits):
    [path] = digits.rglob("0123.png")
    pixels = np.asarray(Image.open(path)).astype(float)
    assert pixels.shape == (32, 32, 3)
    background = pixels.min(axis=(0, 1))
    assert background.max() < 128
    ink = (pixels - background)[:, :, 0]
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    drawn = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    digit = load_digits().images[123]
    digit = digit[np.ix_(digit.any(axis=1), digit.any(axis=0))]
    np.testing.assert_allclose(drawn, np.kron(digit, np.ones((2, 2))) / 16 * 127, atol=0.51)
    assert path.parent.name == str(load_digits().target[123])


def test_positions_reach_every_edge(digits):
    left, top = set(), set()
    for path in digits.rglob("*.png"):
        pixels = np.asarray(Image.open(path)).astype(int)
        ink = (pixels != pixels.min(axis=(0, 1))).any(axis=2)
        left.add(np.flatnonzero(ink.any(axis=0))[0])
        top.add(np.flatnonzero(ink.any(axis=1))[0])
    assert min(left) <= 2
    assert max(left) >= 16
    assert min(top) == 0
    assert max(top) == 16


def test_the_same_seed_gives_the_same_bytes(digits, tmp_path):
    again = datasets.make_digit_folders(tmp_path / "digits", seed=5)
    assert contents(again) == contents(digits)
    (again / "train" / "0" / "9999.png").write_bytes(b"left over from another run")
    datasets.make_digit_folders(again, seed=6)
    assert contents(again).keys() != contents(digits).keys()
    assert len(contents(again)) == 1797


def test_a_folder_of_somebody_else_is_left_alone(tmp_path, put):
    mine = put(b"mine", tmp_path, "train", "0", "holiday.png")
    with pytest.raises(ValueError, match="is not empty and was not made here"):
        datasets.make_digit_folders(tmp_path)
    assert mine.read_bytes() == b"mine"
    with pytest.raises(ValueError, match="image_size is 30; it must be a multiple of 16"):
        datasets.make_digit_folders(tmp_path / "new", image_size=30)
    assert not (tmp_path / "new").exists()
