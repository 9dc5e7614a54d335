"""Shoulder exercises: the frame against the original file, and copies that went wrong."""

import io
import os
import pickle
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from activity_detector_utils import datasets, settings
from activity_detector_utils.datasets import shoulder
from activity_detector_utils.datasets.object_arrays import read_object_array

NAMES = {
    "PEN": "pendulum",
    "ABD": "abduction",
    "FEL": "forward_elevation",
    "IR": "internal_rotation",
    "ER": "external_rotation",
    "TRAP": "trapezius",
    "ROW": "row",
}
FEATURES = ["rotX", "rotY", "rotZ", "accelX", "accelY", "accelZ"]


@pytest.fixture(scope="module")
def parquet(tmp_path_factory):
    """The converted copy that the first call keeps."""
    folder = tmp_path_factory.mktemp("converted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "cache_folder", lambda: folder)
        patch.delenv("COURSE_DATA_DIR", raising=False)
        datasets.load_shoulder_exercises()
    return folder / "shoulder_exercises" / "shoulder_exercises.parquet"


@pytest.fixture
def converted(parquet, data, put):
    """The same copy, in this test's data/ folder."""
    return put(parquet.read_bytes(), data, "shoulder_exercises", "shoulder_exercises.parquet")


def test_every_session_is_the_one_that_numpy_reads_from_the_original(converted):
    frame = datasets.load_shoulder_exercises()
    assert list(frame.columns) == ["userId", "sessionId", "arm", "activity", *FEATURES]
    assert len(frame) == 244_102
    original = np.load(shoulder.find_original(), allow_pickle=True).item()
    sessions = {session: rows for session, rows in frame.groupby("sessionId", sort=False)}
    for X, y, subject, side in zip(*map(original.get, ("X", "y", "subject", "side")), strict=True):
        user, arm = f"p{subject:02d}", {1: "right", 0: "left"}[side]
        activity = NAMES[original["y_labels"][y]]
        rows = sessions.pop(f"{user}-{activity}-{arm}")
        labels = rows[["userId", "arm", "activity"]].drop_duplicates()
        assert labels.to_numpy().tolist() == [[user, arm, activity]]
        assert rows.index[-1] - rows.index[0] == len(rows) - 1
        np.testing.assert_array_equal(rows[FEATURES], X[:, [3, 4, 5, 0, 1, 2]].astype(np.float32))
    assert sessions == {}
    assert "seglearn" not in sys.modules


def test_sessions_are_sorted_and_people_are_split_without_overlap(converted):
    frame = datasets.load_shoulder_exercises()
    sessions = frame[["userId", "activity", "arm"]].drop_duplicates()
    assert len(sessions) == 140
    assert sessions.apply(tuple, axis=1).is_monotonic_increasing
    people = [person for part in datasets.SHOULDER_PEOPLE.values() for person in part]
    assert sorted(people) == sorted(frame["userId"].unique())
    assert datasets.SHOULDER_RATE == 50


def test_what_the_docstring_says_about_gravity_arms_and_speed(converted):
    frame = datasets.load_shoulder_exercises()
    still = np.linalg.norm(frame[["rotX", "rotY", "rotZ"]], axis=1) < 0.1
    length = np.linalg.norm(frame.loc[still, ["accelX", "accelY", "accelZ"]], axis=1)
    assert np.median(length) == pytest.approx(1, abs=0.02)
    hanging = frame[frame["activity"] == "trapezius"].groupby(["arm", "userId"])["accelX"].mean()
    assert hanging["left"].between(0.9, 1.1).all()
    assert hanging["right"].between(-1.15, -0.95).all()
    length = frame.groupby("userId").size()
    quick = length[["p03", "p04"]].mean() / length.drop(["p03", "p04"]).mean()
    assert quick == pytest.approx(0.6, abs=0.02)


def test_the_copy_is_enough_and_named_folders_come_first(monkeypatch, parquet, data, tmp_path, put):
    named = tmp_path / "named"
    path = put(parquet.read_bytes(), named, "shoulder_exercises", "shoulder_exercises.parquet")
    monkeypatch.setenv("COURSE_DATA_DIR", str(named))
    monkeypatch.setattr(shoulder, "find_original", lambda: None)
    assert len(datasets.load_shoulder_exercises()) == 244_102
    assert shoulder.find_parquet() == path
    assert not data.exists()


def test_a_damaged_copy_in_data_is_rebuilt(converted):
    whole = converted.read_bytes()
    converted.write_bytes(whole[: len(whole) // 2])
    with pytest.warns(UserWarning, match="was damaged and is rebuilt"):
        datasets.load_shoulder_exercises()
    assert len(datasets.load_shoulder_exercises()) == 244_102


def test_a_damaged_copy_in_a_named_folder_is_an_error(monkeypatch, parquet, tmp_path, put):
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    path = tmp_path / "shoulder_exercises" / "shoulder_exercises.parquet"
    put(parquet.read_bytes()[:-100], path)
    with pytest.raises(ValueError, match=r"exercises\.parquet is damaged or not this data set"):
        datasets.load_shoulder_exercises()
    frame = pd.read_parquet(parquet)
    for wrong, message in [
        (frame.iloc[:-1], "it has 244101 rows"),
        (frame.drop(columns="arm"), "its columns are"),
        (frame[::-1], "its sessions are not 10 people"),
        (frame.assign(rotX=np.nan), "not finite"),
    ]:
        wrong.to_parquet(path)
        with pytest.raises(ValueError, match=message):
            datasets.load_shoulder_exercises()


def test_another_original_is_refused_before_it_is_unpickled(tmp_path, put):
    changed = bytearray(shoulder.find_original().read_bytes())
    changed[-1] ^= 1
    with pytest.raises(ValueError, match=r"its sha256 is .*, wanted eb122f23.*pip install"):
        shoulder.read_original(put(bytes(changed), tmp_path, "watch.npy"))


def test_without_package_and_copy_the_way_to_get_it_is_named(monkeypatch, data):
    monkeypatch.setattr(shoulder, "find_original", lambda: None)
    with pytest.raises(FileNotFoundError, match=r"pip install seglearn==1\.2\.5") as error:
        datasets.load_shoulder_exercises()
    assert str(data / "shoulder_exercises") in str(error.value)


class _Runs:
    def __reduce__(self):
        return os.mkdir, ("it_ran",)


def test_a_pickle_that_asks_for_anything_but_numbers_is_refused(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    stream = io.BytesIO()
    np.save(stream, np.array([_Runs(), 1], dtype=object))
    stream.seek(0)
    with pytest.raises(ValueError, match=r"it asks for posix\.mkdir|nt\.mkdir"):
        read_object_array(stream)
    assert not Path("it_ran").exists()
    for broken in (stream.getvalue()[:-3], b"", pickle.dumps([1, 2])):
        with pytest.raises(ValueError, match=r"unpickled|magic"):
            read_object_array(io.BytesIO(broken))
