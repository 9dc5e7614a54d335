"""One set of versions: pyproject.toml, requirements.txt, environment.yml and the Makefile agree."""

import ast
import platform
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def pins():
    """Requirement by name; a package may be pinned once for each Python version."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def test_every_dependency_is_pinned_to_a_version_it_allows():
    wanted = list(PROJECT["dependencies"])
    for extra in PROJECT["optional-dependencies"].values():
        wanted += extra
    pinned = {}
    for pin in pins():
        pinned.setdefault(pin.name, []).append(str(pin.specifier).removeprefix("=="))
    for requirement in map(Requirement, wanted):
        assert requirement.name in pinned, (
            f"{requirement.name} is not in requirements.txt: make pins"
        )
        for version in pinned[requirement.name]:
            assert version in requirement.specifier, f"{requirement} but {version}: make pins"


def test_pins_are_exact_and_name_no_address():
    for pin in pins():
        assert re.fullmatch(r"==[\w.]+", str(pin.specifier)), str(pin)
    text = (ROOT / "requirements.txt").read_text()
    assert not re.search(r"https?:|--index|--hash|file:", text)


def test_conda_installs_the_pins_on_a_python_that_the_project_supports():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    conda = [d for d in environment["dependencies"] if isinstance(d, str)]
    pip = next(d["pip"] for d in environment["dependencies"] if isinstance(d, dict))
    python = next(d.split("=")[1] for d in conda if d.startswith("python="))
    assert python in SpecifierSet(PROJECT["requires-python"])
    assert pip == ["-r requirements.txt", "-e ."]


def test_this_environment_runs_the_pinned_versions():
    from importlib.metadata import PackageNotFoundError, metadata, version

    for pin in pins():
        if pin.marker is None or pin.marker.evaluate():
            try:
                assert version(pin.name) in pin.specifier, f"{pin}; run make setup"
                # pip refuses a pin that is not made for this Python; uv installs it all the same.
                made_for = metadata(pin.name).get("Requires-Python", "")
                assert platform.python_version() in SpecifierSet(made_for), f"{pin}: {made_for}"
            except PackageNotFoundError:
                raise AssertionError(f"{pin} is not installed; run make setup") from None


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, activity_detector_utils; "
        "print([m for m in ('numpy', 'pandas', 'tensorflow', 'matplotlib') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_predicting_with_a_saved_model_loads_no_tensorflow(tmp_path):
    from small_models import random_model

    random_model().save(tmp_path / "model")
    code = (
        "import sys, pandas as pd, activity_detector_utils as adu; "
        f"model = adu.load_model({str(tmp_path / 'model')!r}); "
        "model.predict(pd.DataFrame({'session': ['s'], 'x': [1.], 'y': [2.], 'z': [3.]})); "
        "print(sorted({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_type_checkers_see_the_same_names_as_python():
    import activity_detector_utils

    tree = ast.parse((ROOT / "activity_detector_utils" / "__init__.py").read_text())
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    seen = sorted(alias.asname for node in block.body for alias in node.names)
    assert seen == activity_detector_utils.__all__


def test_a_wheel_holds_the_product_and_the_course_and_no_tools():
    from setuptools import find_packages

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    packages = find_packages(str(ROOT), **settings["packages"]["find"])
    folders = {path.parent for path in (ROOT / "activity_detector_utils").rglob("*.py")}
    assert {ROOT.joinpath(*name.split(".")) for name in packages} == folders
    for package, patterns in settings["package-data"].items():
        for pattern in patterns:
            assert list(ROOT.joinpath(*package.split(".")).glob(pattern)), f"{package}: {pattern}"
    others = {path.name for f in folders for path in f.iterdir() if path.suffix not in (".py", "")}
    assert others == {"course.mplstyle", "py.typed"}  # a new kind of file needs its pattern
