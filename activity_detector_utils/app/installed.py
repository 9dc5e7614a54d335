"""What is installed, from the packages' own metadata: nothing is imported, so it is quick."""

from importlib import metadata
from typing import NamedTuple

from packaging.requirements import Requirement

PACKAGE = "activity-detector-utils"
# What one can do -> the packages that it needs beyond the required ones.
PARTS = {
    "export and verify .mlmodel, .mlpackage": ["coremltools"],
    "export and verify .onnx": ["onnx", "onnxruntime"],
    "export and verify .tflite": ["ai-edge-litert"],
    "notebooks (make lab)": ["jupyterlab", "ipykernel"],
    "chapter 11 (MiniRocket)": ["aeon"],
    "tests (make test)": ["pytest", "pytest-xdist", "nbval", "hypothesis"],
}


class Comparison(NamedTuple):
    """Packages against a list of requirements; of `differing` ones also the version found."""

    fitting: list
    differing: list
    missing: list


def required():
    """What the main job needs: the requirements of this package without its extras."""
    lines = metadata.requires(PACKAGE) or []
    return [line for line in map(Requirement, lines) if "extra" not in str(line.marker)]


def pins(path):
    """The exact pins of a requirements file that hold on this platform.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of Requirement
    """
    lines = (line.partition("#")[0].strip() for line in path.read_text().splitlines())
    found = [Requirement(line) for line in lines if line]
    return [pin for pin in found if pin.marker is None or pin.marker.evaluate()]


def compare(requirements):
    """Sort requirements by whether what is installed meets them.

    Parameters
    ----------
    requirements : list of Requirement

    Returns
    -------
    Comparison
    """
    result = Comparison([], [], [])
    for requirement in requirements:
        version = version_of(requirement.name)
        if version is None:
            result.missing.append(str(requirement.name))
        elif requirement.specifier.contains(version, prereleases=True):
            result.fitting.append(requirement.name)
        else:
            result.differing.append(f"{requirement.name} {version} ({requirement.specifier})")
    return result


def version_of(name):
    """The installed version of a package, or None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
