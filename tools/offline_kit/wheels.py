"""Get wheels for all pins, from wherever this machine's pip is set up to get them."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import sys_tags
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from activity_detector_utils.app.console import say
from activity_detector_utils.base.errors import ToolkitError


def fetch_wheels(requirements, wheels):
    """Get a wheel for every pin that applies here, with pip as it is set up on this machine.

    Parameters
    ----------
    requirements : Path
        Lines ``name==version``, with or without a marker.
    wheels : Path
        A folder; wheels in it that fit are not fetched again, those that no pin names are removed.

    Raises
    ------
    ToolkitError
        If pip cannot get one.
    """
    wheels.mkdir(exist_ok=True)
    pins = _read_pins(requirements)
    _remove_others(wheels, pins)
    here = _fitting(wheels)
    wanted = [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]
    for number, pin in enumerate(wanted, 1):
        if _key(pin) not in here:
            say(f"[{number}/{len(wanted)}] {pin.name} {_key(pin)[1]}")
            _fetch(pin, wheels)
    say(f"{len(wanted)} packages are here.")


def _read_pins(requirements):
    lines = [line.strip() for line in requirements.read_text().splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def _key(pin):
    return canonicalize_name(pin.name), Version(str(pin.specifier).removeprefix("=="))


def _named(wheel):
    name, version, _, tags = parse_wheel_filename(wheel.name)
    return (name, version), tags


def _fitting(wheels):
    """Name and version of every wheel that this Python can install."""
    supported = set(sys_tags())
    named = [_named(wheel) for wheel in wheels.glob("*.whl")]
    return {key for key, tags in named if not supported.isdisjoint(tags)}


def _remove_others(wheels, pins):
    """Remove wheels of older pins, and what an interrupted run left."""
    wanted = {_key(pin) for pin in pins}
    for wheel in wheels.glob("*.whl"):
        if _named(wheel)[0] not in wanted:
            wheel.unlink()
    for folder in wheels.glob(".fetching-*"):
        shutil.rmtree(folder)


def _fetch(pin, wheels):
    """Get one wheel, built here if there is none; it appears whole or not at all."""
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=wheels) as folder:
        pip = [sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps"]
        result = subprocess.run([*pip, "--wheel-dir", folder, f"{pin.name}{pin.specifier}"])
        if result.returncode:
            raise ToolkitError(
                f"pip could not get {pin.name}{pin.specifier} (its reason is above). What is in "
                f"'{wheels}' stays; run the same command again to go on"
            )
        for wheel in Path(folder).glob("*.whl"):
            os.replace(wheel, wheels / wheel.name)
