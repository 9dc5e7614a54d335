"""Downloads, from a server on this machine, and the list of what is here."""

import dataclasses
import hashlib
import http.server
import subprocess
import sys
import threading

import pytest

from activity_detector_utils import datasets
from activity_detector_utils.datasets import uci_har

OFFICIAL = "human+activity+recognition+using+smartphones.zip"


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked += 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()
        self.wfile.write(self.server.content[: self.server.cut])

    def log_message(self, *_):
        pass


@pytest.fixture
def served(monkeypatch, small_zip, small_counts):
    """A server on this machine that UCI HAR is downloaded from."""
    monkeypatch.delenv("COURSE_OFFLINE")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.content, server.cut, server.asked = small_zip, None, 0
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    here = dataclasses.replace(
        uci_har.SOURCE,
        url=f"http://127.0.0.1:{server.server_port}/har.zip",
        sha256=(hashlib.sha256(small_zip).hexdigest(),),
    )
    monkeypatch.setattr(uci_har, "SOURCE", here)
    yield server
    server.shutdown()
    server.server_close()


def test_a_missing_set_is_downloaded_once(served, data):
    assert len(datasets.load_uci_har().y_train) == 12
    assert len(datasets.load_uci_har().y_train) == 12
    assert datasets.fetch("uci-har") == data / "uci_har" / OFFICIAL
    assert served.asked == 1


def test_a_broken_download_leaves_nothing_and_can_be_repeated(served, data):
    served.cut = 1000
    with pytest.raises(FileNotFoundError, match=r"uci-har is not here \(its download failed"):
        datasets.fetch("uci-har")
    assert list((data / "uci_har").iterdir()) == []
    served.cut, whole, served.content = None, served.content, b"another file"
    with pytest.raises(ValueError, match=r"the download of http.* has a wrong checksum"):
        datasets.fetch("uci-har")
    assert list((data / "uci_har").iterdir()) == []
    served.content = whole
    assert datasets.fetch("uci-har").read_bytes() == whole


def test_fetch_mends_its_own_folder_only(monkeypatch, served, data, tmp_path, put):
    put(b"half", data, "uci_har", OFFICIAL)
    assert datasets.fetch("uci-har").read_bytes() == served.content
    named = put(b"half", tmp_path / "named", "uci_har", OFFICIAL)
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "named"))
    with pytest.raises(ValueError, match=r"named.*is damaged"):
        datasets.fetch("uci-har")
    assert named.read_bytes() == b"half"


def test_fast_mode_and_offline_start_no_download(monkeypatch, served):
    monkeypatch.setenv("COURSE_FAST", "1")
    assert datasets.load_uci_har().stand_in
    monkeypatch.setenv("COURSE_FAST", "0")
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    with pytest.raises(FileNotFoundError, match="COURSE_OFFLINE=1 forbids downloads"):
        datasets.fetch("uci-har")
    assert served.asked == 0


@pytest.mark.usefixtures("tiny_reviews")
def test_status_tells_what_is_here(small_zip, data, put):
    har = put(small_zip, data, "uci_har", "UCI HAR Dataset.zip")
    rows = {row.name: row for row in datasets.dataset_status()}
    assert {name: row.present for name, row in rows.items()} == {
        "shoulder-exercises": True,
        "uci-har": True,
        "imdb": False,  # its word index is missing
        "digits": True,
    }
    assert rows["uci-har"].where == har
    assert rows["uci-har"].size == len(small_zip)
    assert rows["imdb"].where is None
    assert rows["imdb"].how == "activity-detector data fetch imdb"
    assert all(row.licence for row in rows.values())


def test_fetching_an_unknown_set_names_the_known_ones(data):
    with pytest.raises(ValueError, match="unknown data set 'mnist'; there are shoulder-exercises"):
        datasets.fetch("mnist")
    assert datasets.fetch("digits").exists()
    assert datasets.fetch("shoulder-exercises").is_relative_to(data)


def test_importing_loads_neither_tensorflow_nor_pandas_nor_a_downloader():
    code = (
        "import sys, activity_detector_utils.datasets;"
        "print([m for m in ('tensorflow', 'keras', 'pandas', 'pooch') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
