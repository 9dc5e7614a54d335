"""The house stays as drawn: who may import whom, no circles, and docstrings that say the same."""

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAME = "activity_detector_utils"

# Room -> the rooms that it may import, from the foundations up.
MAY_IMPORT = {
    "base": "",
    "windows": "base",
    "recordings": "base",
    "splits": "base",
    "networks": "base windows",
    "evaluation": "base windows",
    "export": "base windows networks",
    "activity_classifier": "base windows recordings splits networks evaluation export",
    "streaming": "base windows activity_classifier",
    "turi": "base",
    "datasets": "base recordings",
}
MAY_IMPORT = {room: set(others.split()) for room, others in MAY_IMPORT.items()}
PRODUCT = set(MAY_IMPORT)
MAY_IMPORT |= {"app": PRODUCT, "course": PRODUCT | {"app"}}


def modules():
    """Dotted name within the package -> file; a room's ``__init__`` has the room's name."""
    folder = ROOT / NAME
    files = {path.relative_to(folder).with_suffix("").parts: path for path in folder.rglob("*.py")}
    return {".".join(p for p in parts if p != "__init__"): f for parts, f in files.items()}


MODULES = modules()


def imports(module):
    """What a module imports anywhere in its code: absolute dotted names, parts of this package."""
    path = MODULES[module]
    package = [NAME, *module.split(".")] if module else [NAME]
    package = package if path.name == "__init__.py" else package[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) + 1 - node.level] if node.level else []
            stem = ".".join([*start, *filter(None, [node.module])])
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def inside(module):
    """The modules of the package that a module imports."""
    for name in imports(module):
        if name.split(".")[0] == NAME:
            parts = name.split(".")[1:]
            while ".".join(parts) not in MODULES:
                parts.pop()
            yield ".".join(parts)


def room(module):
    return module.split(".")[0]


def test_every_import_goes_where_the_table_allows():
    rooms = {room(module) for module in MODULES if module}
    assert rooms == set(MAY_IMPORT)
    wrong = {
        f"{module} imports {other}"
        for module in MODULES
        if module
        for other in inside(module)
        if room(other) not in MAY_IMPORT[room(module)] | {room(module)}
    }
    assert wrong == set()


def test_the_house_stays_small_and_without_circles():
    assert len(MAY_IMPORT) <= 16
    assert sum(map(len, MAY_IMPORT.values())) <= 60
    list(TopologicalSorter(MAY_IMPORT).static_order())
    arrows = {module: set(inside(module)) - {module} for module in MODULES}
    try:
        list(TopologicalSorter(arrows).static_order())
    except CycleError as error:
        pytest.fail(f"modules import each other in a circle: {' <- '.join(error.args[1])}")


def test_the_package_imports_itself_relatively_and_nothing_beside_it():
    beside = {"tools", "benchmarks", "tests", "conftest", NAME}
    wrong = {
        f"{module}, line {node.lineno}"
        for module, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and beside & {a.name.split(".")[0] for a in node.names})
        or (isinstance(node, ast.ImportFrom) and not node.level and room(node.module) in beside)
    }
    assert wrong == set()


def test_turi_creates_worker_stands_alone():
    """It runs under Python 3.8, where nothing of this package is installed."""
    assert list(inside("turi.worker")) == []


@pytest.mark.parametrize("name", MAY_IMPORT)
def test_each_room_says_who_lives_there_and_what_it_may_import(name):
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    said = " ".join(ast.get_docstring(tree).split())
    sentence = re.search(r"May import ([^.]*)\.", said)
    assert sentence, f"the docstring of {name} does not say what it may import"
    named = set(re.findall(r"``(\w+)``", sentence[1].split(" nothing imports ")[0]))
    whole = PRODUCT if "the whole product" in sentence[1] else set()
    assert named | whole == MAY_IMPORT[name]


def test_the_guard_sees_imports_of_every_kind(tmp_path, monkeypatch):
    file = tmp_path / "made_up.py"
    file.write_text(
        "from ..app import console\n"
        "import activity_detector_utils.course.memory\n"
        "def late():\n    from ..base.errors import ToolkitError\n    from . import frame_files\n"
    )
    monkeypatch.setitem(MODULES, "recordings.made_up", file)
    assert list(inside("recordings.made_up")) == [
        "app.console",
        "course.memory",
        "base.errors",
        "recordings.frame_files",
    ]
