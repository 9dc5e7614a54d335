"""``activity-detector doctor``: what is here, what is missing, how to get the rest."""

import os
import platform
import shutil
import sys

import typer

from .console import heading, say

SUPPORTED = ((3, 11), (3, 13))  # first and last Python


def add_commands(app):
    """Add the command of this module."""
    app.command()(doctor)


def doctor():
    """Say what is installed and present, and what is missing."""
    problems = [*_check_python(), *_check_required()]
    if not problems:  # what follows needs these packages itself
        from ..base import settings

        _say_pins(settings.root_folder() / "requirements.txt")
        _say_parts()
        problems = _check_data(settings)
        _say_machine(settings)
    say()
    if problems:
        say(f"The main job cannot run: {'; '.join(problems)}.", style="bold")
        raise typer.Exit(1)
    say("The main job can run: activity-detector train --data shoulder-exercises", style="bold")


def _check_python():
    heading("Python")
    here = f"{platform.python_version()} in {sys.prefix}"
    first, last = (".".join(map(str, version)) for version in SUPPORTED)
    if SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1]:
        say(f"{here}: good (the course supports {first} to {last})")
        return []
    say(f"{here}: NOT SUPPORTED; install one from {first} to {last}, then: make setup")
    return [f"Python {platform.python_version()} is not supported"]


def _check_required():
    from .installed import compare, required

    heading("Packages")
    found = compare(required())
    bad = found.missing + found.differing
    if bad:
        say("The main job needs other packages than are installed:")
        _say_lists(found)
        say("To install them: make setup (or pip install -r requirements.txt)")
        return [f"packages are missing or too old: {', '.join(bad)}"]
    say("All that the main job needs is installed.")
    return []


def _say_pins(pin_file):
    """Say how far the packages are those that the course was tested with."""
    from .installed import compare, pins

    if not pin_file.is_file():
        return  # installed as a package, without a checkout
    found = compare(pins(pin_file))
    n_pins = sum(map(len, found))
    say(f"{len(found.fitting)} of {n_pins} are as {pin_file.name} pins them.")
    _say_lists(found)
    if len(found.fitting) < n_pins:
        say("To install exactly those: make setup (or pip install -r requirements.txt)")


def _say_lists(comparison):
    if comparison.differing:
        say(f"  other version: {', '.join(comparison.differing)}")
    if comparison.missing:
        say(f"  missing: {', '.join(comparison.missing)}")


def _say_parts():
    from ..turi import available
    from .installed import PARTS, version_of

    heading("What works")
    _say_item("train, evaluate, predict", "yes")
    for part, packages in PARTS.items():
        missing = [name for name in packages if version_of(name) is None]
        _say_item(part, f"no: pip install {' '.join(missing)}" if missing else "yes")
    turi = available()
    _say_item("genuine Turi Create (convert, compare)", "yes" if turi else f"no: {turi.reason}")


def _check_data(settings):
    from ..datasets import dataset_status
    from .data import in_megabytes
    from .loading import SHOULDER

    heading("Data sets")
    status = dataset_status()
    for found in status:
        here = f"{in_megabytes(found.size)} in {found.where}" if found.present else ""
        _say_item(found.name, here or f"not here; to get it: {found.how}")
    named = "" if os.environ.get("COURSE_DATA_DIR") else " (COURSE_DATA_DIR names no others)"
    say(f"Looked in: {', '.join(map(str, settings.data_folders()))}{named}")
    if any(found.present for found in status if found.name == SHOULDER):
        return []
    return [f"the data set {SHOULDER} is missing"]


def _say_machine(settings):
    heading("Machine")
    folder = settings.cache_folder()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free / 1e9
    say(f"{platform.system()} on {platform.machine()}, {_n_processors()} processors")
    say(f"{free:.1f} GB free in {folder}")
    say(f"Fast mode (COURSE_FAST) is {'on' if settings.fast_mode() else 'off'}")
    say(f"Downloads are {'forbidden by COURSE_OFFLINE' if settings.offline() else 'allowed'}")


def _n_processors():
    """Processors that this process may use, which a container can limit."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS
    return len(affinity(0)) if affinity else os.cpu_count()


def _say_item(name, text):
    say(f"  {name:<40} {text}")
