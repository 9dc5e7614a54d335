"""Parquet files are complete or not there."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.recordings.frame_files import load_frame, save_frame

resource = pytest.importorskip("resource")  # Windows has none

FRAME = pd.DataFrame({"sessionId": ["a", "b"], "rotX": [0.1, np.nan]}, index=[7, 3])


def test_a_frame_comes_back_with_its_index(tmp_path):
    save_frame(FRAME, tmp_path / "x.parquet")
    pd.testing.assert_frame_equal(load_frame(str(tmp_path / "x.parquet")), FRAME)
    assert [path.name for path in tmp_path.iterdir()] == ["x.parquet"]


@pytest.fixture
def full_disk():
    """No file may grow past 4 kB: the system refuses a write half-way, as a full disk does."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path, full_disk):
    path = tmp_path / "x.parquet"
    save_frame(FRAME, path)
    large = pd.DataFrame({"rotX": np.random.default_rng(0).random(10_000)})
    with pytest.raises(OSError, match=r"cannot write .*x.parquet.*nothing there has changed"):
        save_frame(large, path)
    pd.testing.assert_frame_equal(load_frame(path), FRAME)
    assert [path.name for path in tmp_path.iterdir()] == ["x.parquet"]


def test_what_cannot_be_written_is_said(tmp_path):
    with pytest.raises(OSError, match=r"there is no folder .*nowhere"):
        save_frame(FRAME, tmp_path / "nowhere" / "x.parquet")
    (tmp_path / "folder.parquet").mkdir()
    with pytest.raises(OSError, match="Is a directory; nothing there has changed"):
        save_frame(FRAME, tmp_path / "folder.parquet")
    (tmp_path / "folder.parquet").rmdir()
    with pytest.raises(ValueError, match="cannot save this frame as Parquet"):
        save_frame(pd.DataFrame({"mixed": [1, "one"]}), tmp_path / "x.parquet")
    for values in ([1j], pd.Series([10**30], dtype=object)):
        with pytest.raises(ValueError, match="cannot save this frame as Parquet"):
            save_frame(pd.DataFrame({"odd": values}), tmp_path / "x.parquet")
    with pytest.raises(TypeError, match="wants a DataFrame, not list"):
        save_frame([1], tmp_path / "x.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_or_a_folder_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file"):
        load_frame(tmp_path / "x.parquet")
    with pytest.raises(ValueError, match="read_recordings reads a folder"):
        load_frame(tmp_path)


@pytest.mark.parametrize("damage", ["truncated", "changed", "text", "empty"])
def test_a_damaged_file_is_one_clear_error(tmp_path, damage):
    path = tmp_path / "x.parquet"
    save_frame(pd.DataFrame({"rotX": np.random.default_rng(0).random(1000)}), path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    half = path.read_bytes()[: len(data) // 2]
    path.write_bytes({"truncated": half, "changed": data, "text": b"a,b", "empty": b""}[damage])
    with pytest.raises(ValueError, match=r"x.parquet is damaged or not a Parquet file"):
        load_frame(path)


@pytest.mark.parametrize("metadata", [b"{", b"[]", b"\xff", b'{"index_columns": 3}'])
def test_damaged_metadata_is_one_clear_error(tmp_path, metadata):
    path = tmp_path / "x.parquet"
    table = pa.Table.from_pandas(FRAME).replace_schema_metadata({b"pandas": metadata})
    pq.write_table(table, path)
    with pytest.raises(ToolkitError, match=r"x.parquet is damaged or not a Parquet file"):
        load_frame(path)
