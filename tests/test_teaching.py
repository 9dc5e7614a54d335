"""The plans for instructors: sections that exist, minutes that add up."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (.+?) \| *(\**\d*\**) *\| *(\**\d*\**) *\|$", re.M)


def minutes(text):
    """(name, half day, full day) of every row of the tables of minutes."""
    rows = ROW.findall(text)
    return [(name, *(int(cell.strip("*") or 0) for cell in cells)) for name, *cells in rows]


def chapter(number):
    start = TEXT.index(f"## Chapter {number}: ")
    return TEXT[start : TEXT.index("\n## ", start + 1)]


THE_DAY = minutes(TEXT[TEXT.index("## The day") : TEXT.index("## Before the day")])


def test_the_day_adds_up():
    *parts, (name, half, full) = THE_DAY
    assert name == "**Sum**"
    assert (half, full) == (240, 480)
    assert (sum(row[1] for row in parts), sum(row[2] for row in parts)) == (half, full)


@pytest.mark.parametrize("number", range(7))
def test_a_chapters_plan_follows_the_chapter(number):
    plan = minutes(chapter(number))
    (planned,) = [row[1:] for row in THE_DAY if f"Chapter {number}]" in row[0]]
    assert (sum(row[1] for row in plan), sum(row[2] for row in plan)) == planned
    (path,) = (ROOT / "notebooks").glob(f"0{number}_*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    prose = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    headings = [line[3:] for line in prose.splitlines() if line.startswith("## ")]
    headings.remove("What we saw")
    assert [row[0] for row in plan] == headings, f"docs/teaching.md does not follow {path.name}"


def test_links_lead_somewhere():
    anchors = {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in TEXT.splitlines()
        if line.startswith("#")
    }
    for link in re.findall(r"\]\(([^)]+)\)", TEXT):
        file, _, anchor = link.partition("#")
        assert not file or (ROOT / "docs" / file).exists(), link
        assert not anchor or anchor in anchors, link
