"""The kit for rooms without internet, on a course of three files and a wheel made by hand."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from activity_detector_utils import settings
from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.datasets import DatasetStatus
from tools import offline_kit
from tools.offline_kit import installer, wheels

ROOT = Path(__file__).parents[1]

# A build backend of the standard library alone: the real one would have to be fetched.
BACKEND = """
import zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "course-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        for file, text in {
            "METADATA": "Metadata-Version: 2.1\\nName: course\\nVersion: 1.0\\n",
            "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
            "RECORD": "",
        }.items():
            wheel.writestr(f"course-1.0.dist-info/{file}", text)
    return name
"""


def write_wheel(folder, name, version, text=""):
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    facts = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", text)
        wheel.writestr(
            f"{facts}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{facts}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{facts}/RECORD", "")
    return path


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A checkout with a pin for here and one for nowhere; pip's own settings name a folder."""
    root, source = tmp_path / "checkout", tmp_path / "source"
    package = root / "activity_detector_utils"
    package.mkdir(parents=True)
    (package / "backend.py").write_text(BACKEND)
    (root / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\n'
        'backend-path = ["activity_detector_utils"]\n[project]\nname = "course"\nversion = "1.0"\n'
    )
    (root / "requirements.txt").write_text(
        "tiny-thing==1.0\nnowhere==2.0 ; sys_platform == 'no such system'\n"
    )
    (root / "notebooks").mkdir()
    (root / "notebooks" / "00.ipynb").write_text("{}")
    (root / "recordings").mkdir()
    (root / "recordings" / "anna.csv").write_text("private")
    write_wheel(source, "tiny_thing", "1.0", "ANSWER = 42")
    monkeypatch.setattr(offline_kit, "dataset_status", lambda: [])
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    configuration = tmp_path / "pip.conf"
    configuration.write_text(f"[global]\nno-index = true\nfind-links = {source.as_uri()}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    return root


def files_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_kit_holds_wheels_and_the_course_and_nothing_private(course, tmp_path):
    kit = tmp_path / "kit"
    offline_kit.make_kit(course, kit)
    assert files_in(kit) == {
        "README.md",
        "kit.json",
        "install.py",
        "wheels/tiny_thing-1.0-py3-none-any.whl",
        "course/pyproject.toml",
        "course/requirements.txt",
        "course/activity_detector_utils/backend.py",
        "course/notebooks/00.ipynb",
    }
    assert json.loads((kit / "kit.json").read_text())["made_for"] == [installer.this_machine()]
    written = "".join((kit / name).read_text() for name in ("README.md", "kit.json", "install.py"))
    assert "://" not in written
    assert installer.this_machine() in written


def test_a_second_run_fetches_only_what_is_missing(course, tmp_path, monkeypatch):
    kit = tmp_path / "kit"
    offline_kit.make_kit(course, kit)
    write_wheel(tmp_path / "source", "more", "3.0")
    (course / "requirements.txt").write_text("tiny-thing==1.0\nmore==3.0\n")
    (tmp_path / "source" / "tiny_thing-1.0-py3-none-any.whl").unlink()  # cannot be fetched again
    offline_kit.make_kit(course, kit)
    assert {path.name for path in (kit / "wheels").iterdir()} == {
        "tiny_thing-1.0-py3-none-any.whl",
        "more-3.0-py3-none-any.whl",
    }
    (course / "requirements.txt").write_text("more==3.0\n")
    offline_kit.make_kit(course, kit)
    assert [path.name for path in (kit / "wheels").iterdir()] == ["more-3.0-py3-none-any.whl"]


def test_wheels_of_other_computers_stay_and_do_not_count(course, tmp_path):
    kit = tmp_path / "kit"
    offline_kit.make_kit(course, kit)
    ours = kit / "wheels" / "tiny_thing-1.0-py3-none-any.whl"
    other = ours.with_name("tiny_thing-1.0-cp311-cp311-win_arm64.whl")
    ours.rename(other)
    (kit / "kit.json").write_text('{"made_for": ["Python 3.11, Windows, ARM64"]}')
    offline_kit.make_kit(course, kit)
    assert ours.is_file()
    assert other.is_file()
    made_for = json.loads((kit / "kit.json").read_text())["made_for"]
    assert set(made_for) == {"Python 3.11, Windows, ARM64", installer.this_machine()}
    for machine in made_for:
        assert machine in (kit / "README.md").read_text()


def test_a_failed_fetch_says_what_failed_and_keeps_the_rest(course, tmp_path):
    kit = tmp_path / "kit"
    (course / "requirements.txt").write_text("tiny-thing==1.0\nmissing-thing==9.9\n")
    with pytest.raises(ToolkitError, match=r"could not get missing-thing==9.9 .* go on"):
        offline_kit.make_kit(course, kit)
    assert [path.name for path in (kit / "wheels").iterdir()] == ["tiny_thing-1.0-py3-none-any.whl"]
    assert json.loads((kit / "kit.json").read_text())["made_for"] == []


def test_what_is_no_kit_is_left_alone(course, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ToolkitError, match=r"holds no 'kit\.json'"):
        offline_kit.make_kit(course, tmp_path)


def test_data_sets_come_along_unless_their_authors_ask_not_to(course, tmp_path, monkeypatch):
    data = tmp_path / "data"
    for name in ("walks/walks.zip", "reviews/reviews.npz"):
        (data / name).parent.mkdir(parents=True)
        (data / name).write_text(name)
    elsewhere = tmp_path / "in_a_package.npy"
    elsewhere.write_text("x")
    sets = [
        DatasetStatus("walks", True, data / "walks/walks.zip", 9, "", "CC BY 4.0"),
        DatasetStatus("reviews", True, data / "reviews/reviews.npz", 9, "", "do not redistribute"),
        DatasetStatus("packaged", True, elsewhere, 9, "", "BSD-3-Clause"),
        DatasetStatus("absent", False, None, None, "fetch absent", "CC0"),
    ]  # fmt: skip
    monkeypatch.setattr(offline_kit, "dataset_status", lambda: sets)
    monkeypatch.setattr(settings, "data_folders", lambda: [data])
    offline_kit.copy_course(course, tmp_path / "copy")
    assert files_in(tmp_path / "copy" / "data") == {"walks/walks.zip"}


def test_the_installer_needs_no_index_and_keeps_a_learners_notebooks(course, tmp_path, monkeypatch):
    kit, target = tmp_path / "kit", tmp_path / "learner's course"
    offline_kit.make_kit(course, kit)
    shutil.rmtree(tmp_path / "source")
    (target / "notebooks").mkdir(parents=True)
    (target / "notebooks" / "00.ipynb").write_text("my answers")
    # Settings that would break it, if it listened to them.
    monkeypatch.setenv("PIP_INDEX_URL", "file:///nowhere")
    monkeypatch.setenv("PIP_REQUIRE_HASHES", "1")
    run = [sys.executable, str(kit / "install.py"), str(target)]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert "1 files were there already" in said
    assert "2 of 2" in said
    assert (target / "notebooks" / "00.ipynb").read_text() == "my answers"
    assert (target / ".venv" / ".ready").is_file()
    check = (
        "import tiny_thing; from importlib.metadata import version; "
        "print(tiny_thing.ANSWER, version('course'))"
    )
    python = installer.program(target, "python")
    assert subprocess.check_output([python, "-c", check], text=True).split() == ["42", "1.0"]
    subprocess.run(run, capture_output=True, check=True)  # again: nothing to do, no harm


def test_the_installer_refuses_another_kind_of_computer(course, tmp_path):
    kit = tmp_path / "kit"
    kit.mkdir()
    (kit / "kit.json").write_text('{"made_for": ["Python 2.7, Amiga, m68k"]}')
    with pytest.raises(SystemExit, match=r"(?s)nothing for Python 3.*Amiga"):
        installer.install(kit, tmp_path / "target")
    assert not (tmp_path / "target").exists()


def test_every_tracked_folder_is_in_the_kit_or_known_to_be_left_out():
    try:
        tracked = subprocess.check_output(["git", "-C", ROOT, "ls-files"], text=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is no git checkout")
    top = {line.split("/")[0] for line in tracked.splitlines()}
    assert top - set(offline_kit.COURSE) <= {".ci", ".gitignore", "data"}


def test_a_wheel_counts_by_name_and_version_however_they_are_written(tmp_path):
    write_wheel(tmp_path, "Tiny_Thing", "1.0.0")
    pins = tmp_path / "requirements.txt"
    pins.write_text("# a comment\n\ntiny.thing==1.0\n")
    wheels.fetch_wheels(pins, tmp_path)  # would fail: there is no such package to fetch
    assert len(list(tmp_path.glob("*.whl"))) == 1
