"""Synthetic stand-ins for UCI HAR and IMDB, in their formats, for checks without downloads.

They are easy to tell apart on purpose, so that a chapter's steps can be checked in seconds.
Scores on them mean nothing.
"""

import io
import json
import zipfile

import numpy as np

from ..base import settings

_PRAISE = "good great excellent wonderful best loved perfect beautiful superb favorite"
_BLAME = "bad terrible awful worst boring poor waste stupid horrible dull"
_OTHER = "the and a of to is it in this that was as for with but movie film story actor"
_WORDS = f"{_OTHER} {_PRAISE} {_BLAME}".split()
_N_OTHER, _N_OPINIONS, _N_WORDS = 19, 10, 6000


def announce(title):
    """Print that scores on this data mean nothing."""
    print(
        f"STAND-IN: {title} is not here, so this is synthetic data in its format;"
        " its scores mean nothing"
    )


def folder(source):
    """Folder of the stand-in; the number changes with what is written there."""
    path = settings.cache_folder() / "stand_in" / "1" / source.folder
    path.mkdir(parents=True, exist_ok=True)
    return path


def write_uci_har(path, root, class_names, channels, n_train=600, n_test=300):
    """Write synthetic windows in the layout of UCI HAR's archive, as many of every class."""
    from ..base.writing import replacing

    rng = np.random.default_rng(7)
    parts = {"train": (n_train, np.arange(1, 7)), "test": (n_test, np.arange(7, 10))}
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as z:
        names = [f"{i} {name.upper()}\n" for i, name in enumerate(class_names, start=1)]
        z.writestr(f"{root}/activity_labels.txt", "".join(names))
        for part, (n_windows, people) in parts.items():
            y = np.arange(n_windows) % len(class_names)
            who = people[np.arange(n_windows) // len(class_names) % len(people)]
            _write_numbers(z, f"{root}/{part}/y_{part}.txt", y + 1, "%d")
            _write_numbers(z, f"{root}/{part}/subject_{part}.txt", who, "%d")
            X = _synthetic_windows(y, rng)
            for channel, name in enumerate(channels):
                file = f"{root}/{part}/Inertial Signals/{name}_{part}.txt"
                _write_numbers(z, file, X[:, :, channel], "%16.7e")


def write_word_index(path):
    """Write the index of a made-up vocabulary: a few real words, then word40, word41, ..."""
    from ..base.writing import replacing

    words = _WORDS + [f"word{i}" for i in range(len(_WORDS) + 1, _N_WORDS + 1)]
    with replacing(path) as temporary:
        index = {word: i for i, word in enumerate(words, start=1)}
        temporary.write_text(json.dumps(index), encoding="utf-8")


def write_reviews(path, n_train=600, n_test=300):
    """Write made-up reviews in Keras' format; every third word praises or blames."""
    from ..base.writing import replacing

    rng = np.random.default_rng(11)
    arrays = {}
    for half, n_reviews in (("train", n_train), ("test", n_test)):
        labels = np.arange(n_reviews) % 2
        reviews = [_synthetic_review(label, rng) for label in labels]
        arrays[f"x_{half}"] = np.fromiter(reviews, dtype=object, count=n_reviews)
        arrays[f"y_{half}"] = labels.astype(np.int64)
    with replacing(path) as temporary, open(temporary, "wb") as file:
        np.savez_compressed(file, **arrays)


def _write_numbers(archive, name, values, fmt):
    text = io.BytesIO()
    np.savetxt(text, values, fmt=fmt)
    archive.writestr(name, text.getvalue())


def _synthetic_windows(y, rng):
    """Windows of shape (len(y), 128, 9): each class has its own posture, pace and strength."""
    posture = np.array([[1, 0, 0], [0.8, 0.6, 0], [0.8, -0.6, 0], [0, 0, 1], [0, 1, 0], [0, 0, -1]])
    hertz = np.array([2.0, 1.5, 2.5, 0.3, 0.2, 0.1])[y]
    strength = np.array([0.3, 0.25, 0.5, 0.03, 0.02, 0.01])[y]
    seconds = np.arange(128) / 50
    start = rng.uniform(0, 2 * np.pi, (len(y), 1, 1))
    phase = 2 * np.pi * hertz[:, np.newaxis, np.newaxis] * seconds[:, np.newaxis] + start
    body = strength[:, np.newaxis, np.newaxis] * np.sin(phase + np.arange(6))  # (n, 128, 6)
    body += rng.normal(0, 0.05, body.shape)
    total = body[:, :, :3] + posture[y][:, np.newaxis]
    return np.concatenate([total, body], axis=2)


def _synthetic_review(label, rng):
    """Word indices, at least 40 of them; label 1 praises, label 0 blames."""
    length = int(rng.integers(40, 160))
    words = np.minimum(rng.zipf(1.3, length), _N_WORDS)  # a few words are frequent, most are rare
    words = np.where(words > _N_OTHER, np.maximum(words, len(_WORDS) + 1), words)
    first = _N_OTHER + 1 + (0 if label else _N_OPINIONS)
    opinions = rng.integers(first, first + _N_OPINIONS, length)
    return np.where(rng.random(length) < 1 / 3, opinions, words).tolist()
