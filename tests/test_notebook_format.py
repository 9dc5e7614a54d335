"""Every notebook is executed, tidy and built like the others; a failure ends with what mends it."""

import itertools
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SOLUTIONS = sorted((ROOT / "notebooks" / "solutions").glob("*.ipynb"))
NOTEBOOKS = CHAPTERS + SOLUTIONS

PLAN = ("**Question**", "**You will**", "**Needs**", "**Time**")
ENDING = ("## What we saw", "**Limits**", "**Next**", "## Exercises", "### Exercise 1: ")
EXERCISE = re.compile(r"^###? (Exercise \d+: .+)$", re.M)
BLANK = "# your code here"
COMMENTS = ("# NBVAL_IGNORE_OUTPUT", "# NBVAL_CHECK_OUTPUT", "# NBVAL_RAISES_EXCEPTION")
TAGS = ("nbval-ignore-output", "nbval-check-output", "raises-exception")
FORBIDDEN = {  # what ties a cell to a machine or a folder
    r"^\s*!": "a shell command (!)",
    r"^\s*%+(pip|conda|cd|matplotlib)\b": "a magic",
    r"\bsys\.path\b": "sys.path",
    r"\.\./data\b": "../data (settings and the loaders know where data lies)",
}
MACHINE_PATH = re.compile(r"(?<![\w.])(/(home|root|Users|tmp|work|mnt)/|[A-Z]:\\\\?Users)")
OBJECT = re.compile(r" at 0x[0-9a-f]+>|<Axes|<matplotlib")
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)\s]+)\)")
MOST_LINES, MOST_BYTES = 20, 300_000


def by_name(paths):
    return pytest.mark.parametrize(
        "path", paths, ids=lambda path: str(path.relative_to(ROOT / "notebooks"))
    )


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def cells(path, kind):
    """(place, source, cell) of every cell of a kind, places counted from 1."""
    for place, cell in enumerate(read(path)["cells"], 1):
        if cell["cell_type"] == kind:
            yield place, "".join(cell["source"]), cell


def prose(path):
    return "\n\n".join(source for _, source, _ in cells(path, "markdown"))


def tags(cell):
    return cell["metadata"].get("tags", [])


def number(path):
    return path.name[:2]


def short_number(path):
    """Chapter 02 calls itself 2; an appendix keeps its letter."""
    return number(path).lstrip("0") or "0"


def run_again(path):
    return f"make run NB={number(path)}"


def edit(path):
    return f"change the cell, then: {run_again(path)}"


def assert_none(problems, mend):
    problems = list(problems)
    assert not problems, "\n".join([*problems, f"To mend: {mend}"])


def test_there_are_notebooks():
    assert CHAPTERS


@by_name(NOTEBOOKS)
def test_cells_were_executed_once_from_top_to_bottom(path):
    counts = [cell["execution_count"] for _, _, cell in cells(path, "code")]
    wanted = list(range(1, len(counts) + 1))
    assert_none([] if counts == wanted else [f"execution counts are {counts}"], run_again(path))


@by_name(NOTEBOOKS)
def test_no_errors_and_nothing_on_stderr(path):
    problems = []
    for place, _, cell in cells(path, "code"):
        for output in cell["outputs"]:
            if output.get("name") == "stderr":
                problems.append(f"cell {place} wrote to stderr: {''.join(output['text'])[:200]}")
            if output["output_type"] == "error" and "raises-exception" not in tags(cell):
                problems.append(f"cell {place} failed: {output['ename']}: {output['evalue']}")
    assert_none(problems, run_again(path))


@by_name(NOTEBOOKS)
def test_outputs_show_no_machine_and_no_object(path):
    problems = []
    for place, _, cell in cells(path, "code"):
        for output in cell["outputs"]:
            data = output.get("data", {})
            texts = [output.get("text", ""), data.get("text/plain", ""), data.get("text/html", "")]
            text = "\n".join("".join(part) for part in texts)
            if found := MACHINE_PATH.search(text):
                problems.append(f"cell {place} shows a path of this machine: {found[0]}")
            if found := OBJECT.search(text):
                problems.append(f"cell {place} shows {found[0]}: end it with plt.show()")
    assert_none(problems, edit(path))


@by_name(NOTEBOOKS)
def test_metadata_is_normalised(path):
    metadata = read(path)["metadata"]
    problems = []
    if metadata.get("kernelspec", {}).get("name") != "python3":
        problems.append(f"the kernel is {metadata.get('kernelspec')}, not python3")
    if "version" in metadata.get("language_info", {}):
        problems.append("the metadata names this machine's Python version")
    for place, _, cell in cells(path, "code"):
        if "execution" in cell["metadata"]:
            problems.append(f"cell {place} holds the times of its execution")
    assert_none(problems, run_again(path) if "kernel" in "".join(problems) else "make normalise")


@by_name(NOTEBOOKS)
def test_title_stands_alone_and_has_the_number_of_the_file(path):
    first = read(path)["cells"][0]
    title = "".join(first["source"])
    start = f"# {'Solutions: ' if path in SOLUTIONS else ''}{short_number(path)}. "
    good = first["cell_type"] == "markdown" and re.fullmatch(re.escape(start) + ".+", title)
    wanted = f"the first cell is {title!r}; it must be one line, '{start}...'"
    assert_none([] if good else [wanted], edit(path))


@by_name(NOTEBOOKS)
def test_one_h1_and_no_jump_between_headings(path):
    text = re.sub(r"^```.*?^```", "", prose(path), flags=re.M | re.S)
    headings = re.findall(r"^(#+) (.+)$", text, re.M)
    problems = [f"a second H1: {title}" for marks, title in headings[1:] if marks == "#"]
    for (before, _), (marks, title) in itertools.pairwise(headings):
        if len(marks) > len(before) + 1:
            problems.append(f"{marks} {title} comes after a heading of level {len(before)}")
    assert_none(problems, edit(path))


def missing_in_order(parts, text):
    """The parts that do not follow one another in the text."""
    place, missing = 0, []
    for part in parts:
        found = text.find(part, place)
        if found < 0:
            missing.append(f"{part!r} is missing, or not in its place")
        else:
            place = found + len(part)
    return missing


@by_name(CHAPTERS)
def test_chapter_begins_with_its_plan(path):
    second = read(path)["cells"][1]
    assert second["cell_type"] == "markdown", f"cell 2 is no text\nTo mend: {edit(path)}"
    assert_none(missing_in_order(PLAN, "".join(second["source"])), edit(path))


@by_name(NOTEBOOKS)
def test_first_code_cell_loads_settings_and_shows_versions(path):
    _, source, cell = next(cells(path, "code"))
    problems = []
    if not source.startswith("from activity_detector_utils import settings\n"):
        problems.append("the first code cell must begin with the import of settings")
    if "settings.versions(" not in source or "nbval-ignore-output" not in tags(cell):
        problems.append("it must show settings.versions(...), tagged nbval-ignore-output")
    assert_none(problems, edit(path))


@by_name(CHAPTERS)
def test_chapter_ends_with_what_we_saw_and_exercises(path):
    problems = missing_in_order(ENDING, prose(path))
    if not 2 <= len(EXERCISE.findall(prose(path))) <= 4:
        problems.append("there must be two to four headings '### Exercise 1: ...'")
    assert_none(problems, edit(path))


def exercises(path):
    """Heading of each exercise -> the code cells that follow it."""
    found, current = {}, None
    for cell in read(path)["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            for heading in EXERCISE.findall(source):
                current = found.setdefault(heading, [])
        elif current is not None:
            current.append((source, cell))
    return found


def called_checks(code):
    return re.findall(r"^check\.(\w+)\(.*\)$", code, re.M)


@by_name(CHAPTERS)
def test_every_exercise_has_a_blank_and_a_check(path):
    problems = []
    for place, (heading, parts) in enumerate(exercises(path).items(), 1):
        code = "\n".join(source for source, _ in parts)
        if not heading.startswith(f"Exercise {place}: "):
            problems.append(f"{heading} has place {place}")
        if BLANK not in code:
            problems.append(f"{heading} has no '{BLANK}'")
        if not called_checks(code):
            problems.append(f"{heading} does not end in check.<exercise>(answer)")
    assert_none(problems, edit(path))


@by_name(CHAPTERS)
def test_solutions_repeat_the_exercises_and_pass_their_checks(path):
    solutions = path.parent / "solutions" / path.name
    assert solutions.exists(), f"no solutions\nTo mend: write notebooks/solutions/{path.name}"
    problems, solved = [], exercises(solutions)
    if list(solved) != list(exercises(path)):
        problems.append(f"the exercises are {list(exercises(path))}, but solved are {list(solved)}")
    for heading, parts in exercises(path).items():
        asked = called_checks("\n".join(source for source, _ in parts))
        for name in asked:
            verdicts = [
                "".join(output.get("data", {}).get("text/plain", ""))
                for source, cell in solved.get(heading, [])
                if name in called_checks(source)
                for output in cell["outputs"]
            ]
            if not any(verdict.startswith("Correct: ") for verdict in verdicts):
                problems.append(f"{heading}: check.{name} does not say Correct in the solutions")
    if any(BLANK in source for _, source, _ in cells(solutions, "code")):
        problems.append(f"the solutions hold '{BLANK}'")
    assert_none(problems, edit(path))


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.name)
def test_solutions_belong_to_a_chapter(path):
    assert (path.parent.parent / path.name).exists(), (
        f"no chapter of this name\nTo mend: git mv notebooks/solutions/{path.name} ..."
    )


@by_name(NOTEBOOKS)
def test_marks_for_nbval_are_spelled_right(path):
    problems = []
    for place, source, cell in cells(path, "code"):
        for line in source.splitlines():
            if "nbval" in line.lower() and line not in COMMENTS:
                problems.append(f"cell {place}: {line!r} does nothing; wanted one of {COMMENTS}")
        unknown = [tag for tag in tags(cell) if tag not in TAGS]
        if unknown:
            problems.append(f"cell {place}: unknown tags {unknown}; wanted of {TAGS}")
    assert_none(problems, edit(path))


@by_name(NOTEBOOKS)
def test_cells_are_short(path):
    problems = [
        f"cell {place} has {len(source.splitlines())} lines, at most {MOST_LINES} are wanted"
        for place, source, _ in cells(path, "code")
        if len(source.splitlines()) > MOST_LINES
    ]
    assert_none(problems, f"split the cell, then: {run_again(path)}")


@by_name(NOTEBOOKS)
def test_cells_run_on_any_machine(path):
    problems = [
        f"cell {place} uses {what}"
        for place, source, _ in cells(path, "code")
        for pattern, what in FORBIDDEN.items()
        if re.search(pattern, source, re.M)
    ]
    assert_none(problems, edit(path))


def resolves(path, link):
    """Whether a link leads somewhere, or to a chapter that nobody has begun yet."""
    target = path.parent / link.partition("#")[0]
    if target.exists():
        return True
    chapter = re.fullmatch(r"(\w\d)_\w+\.ipynb", target.name)
    return bool(chapter) and not list((ROOT / "notebooks").glob(f"{chapter[1]}_*.ipynb"))


@by_name(NOTEBOOKS)
def test_links_lead_somewhere(path):
    broken = [link for link in LINK.findall(prose(path)) if not resolves(path, link)]
    assert_none([f"no such file: {link}" for link in broken], edit(path))


@by_name(NOTEBOOKS)
def test_file_is_small(path):
    size = path.stat().st_size
    name = path.relative_to(ROOT)
    assert_none(
        [] if size <= MOST_BYTES else [f"{size:,} bytes; at most {MOST_BYTES:,} are wanted"],
        f"python -m tools.notebook_figures {name}",
    )


def readme_rows():
    """The rows of the README's table that lead to chapters."""
    readme = ROOT / "README.md"
    lines = readme.read_text(encoding="utf-8").splitlines() if readme.exists() else []
    return [line for line in lines if line.startswith("|") and "](notebooks/" in line]


@by_name(CHAPTERS)
def test_readme_has_a_row_for_the_chapter(path):
    rows = readme_rows()
    if not rows:
        pytest.skip("the README has no table of chapters yet")
    wanted = (f"](notebooks/{path.name})", f"](notebooks/solutions/{path.name})")
    found = [row for row in rows if all(link in row for link in wanted)]
    problem = f"{len(found)} rows of README.md link both to the chapter and to its solutions"
    assert_none([] if len(found) == 1 else [problem], "write the row of the table in README.md")
