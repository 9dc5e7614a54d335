"""UCI HAR: every layout that it is found in, and what is said about a wrong one."""

import io
import shutil
import zipfile

import numpy as np
import pytest

from activity_detector_utils import datasets

INNER = "UCI HAR Dataset.zip"
OFFICIAL = "human+activity+recognition+using+smartphones.zip"
MEMBER = "UCI HAR Dataset/train/Inertial Signals/body_gyro_y_train.txt"


def rewritten(archive, change):
    """The archive with `change(name, content)` applied to its members; None drops one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            changed = change(name, old.read(name))
            if changed is not None:
                new.writestr(*changed)
    return out.getvalue()


@pytest.mark.usefixtures("small_counts")
def test_three_layouts_give_the_numbers_in_the_text_files(small_zip, data, put):
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr(INNER, small_zip)
    with zipfile.ZipFile(io.BytesIO(small_zip)) as archive:
        text = archive.read(MEMBER).decode().splitlines()
    for name in (INNER, OFFICIAL, "UCI HAR Dataset"):
        shutil.rmtree(data, ignore_errors=True)
        if name == "UCI HAR Dataset":
            with zipfile.ZipFile(io.BytesIO(small_zip)) as archive:
                archive.extractall(data / "uci_har")
        else:
            put(small_zip if name == INNER else outer.getvalue(), data, "uci_har", name)
        har = datasets.load_uci_har()
        assert har.stand_in is False
        assert har.X_train.shape == (12, 128, 9)
        assert har.X_train.dtype == np.float32
        assert har.X_test.shape == (6, 128, 9)
        gyro_y = datasets.UCI_HAR_CHANNELS.index("body_gyro_y")
        assert har.X_train[7, 100, gyro_y] == np.float32(float(text[7].split()[100]))
        assert har.y_train.tolist() == [0, 1, 2, 3, 4, 5] * 2
        assert har.people_train.tolist() == [1] * 6 + [2] * 6
        assert har.people_test.tolist() == [7] * 6
        assert har.class_names[0] == "walking"


def _without(member):
    return lambda name, content: None if name == member else (name, content)


def _replacing(member, text):
    return lambda name, content: (name, text.encode() if name == member else content)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (
            _without(MEMBER),
            FileNotFoundError,
            r"zip.UCI HAR.*body_gyro_y_train\.txt is missing; `act",
        ),
        (
            _without("UCI HAR Dataset/activity_labels.txt"),
            FileNotFoundError,
            r"activity_labels\.txt is missing",
        ),
        (
            lambda name, content: (name.removeprefix("UCI HAR Dataset/"), content),
            ValueError,
            r"another layout: at its top are \['activity_labels\.txt', 'test', 'train'\]",
        ),
        (_replacing(MEMBER, "1 2 x\n"), ValueError, r"body_gyro_y_train\.txt is damaged"),
        (_replacing(MEMBER, "1 2 3\n"), ValueError, r"has shape \(1, 3\); wanted 128 finite"),
        (_replacing(MEMBER, "nan " * 128 + "\n"), ValueError, "wanted 128 finite numbers a line"),
        (
            _replacing(MEMBER, "1 " * 128 + "\n"),
            ValueError,
            "has 1 windows, but there are 12 labels",
        ),
        (
            _replacing("UCI HAR Dataset/test/y_test.txt", "1\n2\n3\n4\n5\n7\n"),
            ValueError,
            r"the labels of test .* are not 1\.\.6",
        ),
        (
            _replacing("UCI HAR Dataset/test/y_test.txt", "1\n2\n3\n4\n5\n5\n"),
            ValueError,
            r"test has \(1, 1, 1, 1, 2, 0\) windows per class, wanted \(1, 1, 1, 1, 1, 1\)",
        ),
        (
            _replacing("UCI HAR Dataset/test/subject_test.txt", "2\n" * 6),
            ValueError,
            r"people \[2\] are both in train and in test",
        ),
        (
            _replacing("UCI HAR Dataset/test/subject_test.txt", "31\n" * 6),
            ValueError,
            r"people of test are not numbered 1\.\.30",
        ),
    ],
)
@pytest.mark.usefixtures("small_counts")
def test_a_wrong_copy_of_uci_har_says_what_is_wrong(small_zip, data, change, error, message, put):
    put(rewritten(small_zip, change), data, "uci_har", INNER)
    with pytest.raises(error, match=message):
        datasets.load_uci_har()


def test_half_a_download_of_uci_har_is_recognised(small_zip, data, put):
    for half in (small_zip[: len(small_zip) // 2], b"", b"<html>not found</html>"):
        put(half, data, "uci_har", OFFICIAL)
        with pytest.raises(ValueError, match=r"perhaps half a download .*delete it and run `activ"):
            datasets.load_uci_har()
    flipped = bytearray(small_zip)
    flipped[len(flipped) // 2] ^= 0xFF
    put(bytes(flipped), data, "uci_har", OFFICIAL)
    with pytest.raises(ValueError, match="is damaged"):
        datasets.load_uci_har()


def test_missing_sets_name_folders_command_and_address(monkeypatch, data, tmp_path):
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "named"))
    for load, command, address in [
        (datasets.load_uci_har, "fetch uci-har", "https://archive.ics.uci.edu/static/public/240/"),
        (datasets.load_imdb, "fetch imdb", "/tf-keras-datasets/imdb.npz"),
        (datasets.imdb_word_index, "fetch imdb", "/tf-keras-datasets/imdb_word_index.json"),
    ]:
        with pytest.raises(FileNotFoundError) as error:
            load()
        for words in (command, address, str(tmp_path / "named"), str(data), "COURSE_OFFLINE=1"):
            assert words in str(error.value)


@pytest.mark.parametrize("real", ["uci_har"], indirect=True)
def test_the_real_uci_har(real):
    har = datasets.load_uci_har()
    assert har.X_train.shape == (7352, 128, 9)
    assert har.X_test.shape == (2947, 128, 9)
    assert np.bincount(har.y_train).tolist() == [1226, 1073, 986, 1286, 1374, 1407]
    assert np.bincount(har.y_test).tolist() == [496, 471, 420, 491, 532, 537]
    assert len(np.unique(har.people_train)) == 21
    assert len(np.unique(har.people_test)) == 9
    # total = body + gravity, and gravity has length 1 g
    gravity = har.X_train[..., :3] - har.X_train[..., 3:6]
    assert np.median(np.linalg.norm(gravity, axis=2)) == pytest.approx(1, abs=0.05)
    assert har.X_train[0, 0, 3] == np.float32(1.8085150e-004)
