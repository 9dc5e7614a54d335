"""Hand-written digits on coloured backgrounds, as folders of images (chapter 8)."""

import json
import shutil
from pathlib import Path

import numpy as np

from ..base.errors import ToolkitError

_PARTS = {"train": 0.6, "val": 0.2, "test": 0.2}
_MARK = "made_by_the_course.json"


def make_digit_folders(folder, image_size=32, seed=42):
    """Write scikit-learn's digits as ``train/ val/ test/<class>/*.png``.

    Each of the 1,797 real digits (8 x 8 pixels, enlarged to half the width of the image) lies at a
    random position on a plain background of random dark colour. 60 % of each class are for
    training, 20 % for validation, 20 % for testing; who wrote a digit is not known, so the split
    is by image.

    Parameters
    ----------
    folder : path
        Created if missing. What an earlier call wrote there is replaced.
    image_size : int
        Width and height in pixels: 16, 32, 48, ...
    seed : int
        The same seed gives the same files.

    Returns
    -------
    Path
        The folder, ready for ``keras.utils.image_dataset_from_directory(folder / "train")``.

    Raises
    ------
    ToolkitError
        If the folder holds anything that this function did not write, or image_size is wrong.
    """
    from PIL import Image
    from sklearn.datasets import load_digits

    if image_size < 16 or image_size % 16:
        raise ToolkitError(f"image_size is {image_size}; it must be a multiple of 16")
    folder = Path(folder)
    _clear(folder, {"image_size": image_size, "seed": seed})
    digits = load_digits()
    rng = np.random.default_rng(seed)
    part_of = _split(digits.target, rng)
    for i, (strokes, label) in enumerate(zip(digits.images, digits.target, strict=True)):
        target = folder / part_of[i] / str(label)
        target.mkdir(parents=True, exist_ok=True)
        pixels = _place(strokes / 16, image_size, rng)
        Image.fromarray(pixels).save(target / f"{i:04d}.png")
    return folder


def _clear(folder, made_with):
    """Empty a folder that this module made before; refuse any other that is not empty."""
    mark = folder / _MARK
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise ToolkitError(f"{folder} is not empty and was not made here; choose a new folder")
    for part in _PARTS:
        if (folder / part).exists():
            shutil.rmtree(folder / part)
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(json.dumps(made_with), encoding="utf-8")  # first: a broken run can be repeated


def _split(labels, rng):
    """Name of the part for every image; each class is divided in the same proportions."""
    part_of = np.empty(len(labels), dtype=object)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        edges = np.round(np.cumsum(list(_PARTS.values()))[:-1] * len(members)).astype(int)
        for part, chosen in zip(_PARTS, np.split(members, edges), strict=True):
            part_of[chosen] = part
    return part_of


def _place(strokes, image_size, rng):
    """Image of shape (image_size, image_size, 3), uint8, with the digit somewhere in it."""
    scale = image_size // 16
    ink = np.kron(strokes, np.ones((scale, scale)))[:, :, np.newaxis]
    top, left = rng.integers(0, image_size - len(ink) + 1, size=2)
    background = rng.integers(0, 128, size=3)
    image = np.broadcast_to(background, (image_size, image_size, 3)).astype(float)
    image[top : top + len(ink), left : left + len(ink)] += 127 * ink
    return np.round(image).astype(np.uint8)
