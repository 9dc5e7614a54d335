"""A folder that installs the course without internet: ``make offline-kit``.

It holds wheels for this platform and this Python, the course with its notebooks and models, the
data sets that are here and may be passed on, and ``install.py``. Running it again fetches only what
is missing; running it with another Python or on another kind of computer adds that one's wheels.
"""

import json
import shutil
from pathlib import Path

from activity_detector_utils.app.console import heading, say
from activity_detector_utils.base import settings
from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.datasets import dataset_status
from tools.offline_kit.installer import this_machine
from tools.offline_kit.wheels import fetch_wheels

COURSE = (
    "CITATION.cff",
    "LICENSE",
    "Makefile",
    "README.md",
    "activity_detector_utils",
    "benchmarks",
    "conftest.py",
    "docs",
    "environment.yml",
    "notebooks",
    "pre-trained",
    "pyproject.toml",
    "requirements.txt",
    "tests",
    "tools",
)
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", ".pytest_cache", ".*.part")
MARK = "kit.json"


def make_kit(root, kit):
    """Make a kit, or complete one.

    Parameters
    ----------
    root : Path
        The checkout of the course.
    kit : Path
        Made if it is not there.

    Raises
    ------
    ToolkitError
        If something else is at `kit`, or pip cannot get a package. What was fetched stays.
    """
    if kit.exists() and any(kit.iterdir()) and not (kit / MARK).is_file():
        raise ToolkitError(f"'{kit}' exists and holds no '{MARK}'; it is left as it is")
    kit.mkdir(parents=True, exist_ok=True)
    made_for = _made_for(kit, root / "requirements.txt")
    _write_mark(kit, made_for)
    heading(f"Wheels for {this_machine()}")
    fetch_wheels(root / "requirements.txt", kit / "wheels")
    heading("Course and data")
    copy_course(root, kit / "course")
    shutil.copyfile(Path(__file__).with_name("installer.py"), kit / "install.py")
    made_for = sorted({*made_for, this_machine()})
    (kit / "README.md").write_text(_README.format(machines="\n".join(f"- {m}" for m in made_for)))
    _write_mark(kit, made_for)  # last: a machine is named when all that it needs is there
    heading(f"The kit is complete: {kit}, {_megabytes(kit):,.0f} MB")
    say("Copy the folder to a stick. Its README.md says how to install from it.")


def copy_course(root, course):
    """Copy the course and the data sets that may be passed on; replaces an older copy.

    Nothing else in the checkout is copied: recordings, models and virtual environments beside the
    course are the instructor's.
    """
    new = course.with_name(f".{course.name}-new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    for name in COURSE:
        source = root / name
        if source.is_dir():
            shutil.copytree(source, new / name, ignore=LEFT_OUT)
        elif source.is_file():
            shutil.copyfile(source, new / name)
    _copy_data(root, new / "data")
    shutil.rmtree(course, ignore_errors=True)
    new.rename(course)


def _copy_data(root, data):
    data.mkdir()
    if (root / "data" / "README.md").is_file():
        shutil.copyfile(root / "data" / "README.md", data / "README.md")
    for found in dataset_status():
        if not found.present:
            say(f"{found.name}: not here, so not in the kit; to get it: {found.how}")
        elif "redistribute" in found.licence:
            say(f"{found.name}: left out ({found.licence}); README.md of the kit says what to do")
        else:
            _copy_set(found, data)


def _copy_set(found, data):
    """Copy one data set; one that lies in no data folder comes inside a wheel."""
    for folder in settings.data_folders():
        if found.where.is_relative_to(folder):
            target = data / found.where.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if found.where.is_dir() else shutil.copyfile
            copy(found.where, target)
            say(f"{found.name}: {found.size / 1e6:.0f} MB")
            return
    say(f"{found.name}: inside a wheel")


def _made_for(kit, requirements):
    """The machines that an older run was for, unless other versions are wanted by now."""
    file, older = kit / MARK, kit / "course" / "requirements.txt"
    if not older.is_file() or older.read_bytes() != requirements.read_bytes():
        return []
    return json.loads(file.read_text())["made_for"]


def _write_mark(kit, made_for):
    (kit / MARK).write_text(json.dumps({"made_for": made_for}, indent=1) + "\n")


def _megabytes(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


_README = """\
# The course without internet

This folder installs the course on a computer that has Python and no internet. It fits:

{machines}

On another kind of computer, or with another Python, it does not: make a kit there too
(`make offline-kit`; without `make`: `python -m tools.offline_kit`). A kit that is
made into the same folder serves both.

## Install

```
python3 install.py                  # into activity-detector-course in your home folder
python3 install.py path/to/folder   # into another one
```

On Windows write `py` for `python3`. It takes some minutes and about 3.5 GB of disk. If it is
interrupted, run it again. Files that are in the target folder already are kept, so a learner's
notebooks are safe; to install a newer kit, name another folder. On Debian and Ubuntu,
`python3-venv` must be installed.

The script ends by saying how to open the chapters.

## What is not here

Data sets that their authors ask not to redistribute (IMDB, chapter 9). Whoever has a copy puts it
into `data/imdb` of the installed course, or names a folder that has it: `COURSE_DATA_DIR=/folder`.
Without it that chapter runs with `COURSE_FAST=1` on a made-up stand-in, whose scores mean nothing.
"""
