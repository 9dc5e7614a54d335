"""Every check accepts its right answer, rejects wrong ones with a hint, and never raises.

The answers are in ``tests/check_answers/chapter_NN.py``: ``ANSWERS`` maps the name of a check to
its right answer and a list of wrong ones. An answer may be a function without arguments, for what
takes a moment to make.
"""

import inspect
import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from activity_detector_utils import check
from activity_detector_utils.course.check import grading, puzzles
from activity_detector_utils.datasets import load_shoulder_exercises
from activity_detector_utils.recordings import report

FOLDER = Path(__file__).parent / "check_answers"
ANSWERS = {
    name: answers
    for file in sorted(FOLDER.glob("chapter_*.py"))
    for name, answers in import_module(f"check_answers.{file.stem}").ANSWERS.items()
}
WRONG = [(name, place) for name, (_, wrong) in ANSWERS.items() for place in range(len(wrong))]


def value_of(answer):
    return answer() if inspect.isfunction(answer) else answer


def test_every_exercise_has_answers_here():
    missing = sorted(set(check.CHECKS) - set(ANSWERS))
    assert not missing, f"{missing}: add answers to tests/check_answers/chapter_NN.py"
    assert sorted(set(ANSWERS) - set(check.CHECKS)) == []
    assert all(wrong for _, wrong in ANSWERS.values())


@pytest.mark.parametrize("name", ANSWERS)
def test_right_answer(name):
    verdict = getattr(check, name)(value_of(ANSWERS[name][0]))
    assert verdict.correct, verdict
    assert repr(verdict).startswith("Correct: ")


@pytest.mark.parametrize(("name", "place"), WRONG)
def test_wrong_answer_gets_a_hint_that_does_not_give_the_answer_away(name, place):
    right, wrong = ANSWERS[name]
    verdict = getattr(check, name)(value_of(wrong[place]))
    assert not verdict
    assert repr(verdict).startswith("Not yet: ")
    if isinstance(right, (int, str)):
        assert not re.search(rf"(?<!\w){re.escape(str(right))}(?!\w)", repr(verdict))


ODD = [True, "", "x", [], {}, (1,), np.nan, object(), np.zeros((2, 2)), pd.DataFrame(), print]


@pytest.mark.parametrize("name", ANSWERS)
def test_anything_can_be_an_answer(name):
    for answer in ODD:
        verdict = getattr(check, name)(answer)
        assert not verdict.correct, answer
        assert repr(verdict).startswith("Not yet: ")
        assert "\n" not in repr(verdict)


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("blank", [..., None, [...], (1, ...), {"A": ...}], ids=str)
def test_a_blank_is_no_answer(name, blank):
    verdict = getattr(check, name)(blank)
    assert not verdict
    assert repr(verdict) == f"No answer yet: {check.CHECKS[name].question}"


def test_an_unknown_exercise_is_named_with_the_known_ones():
    with pytest.raises(AttributeError, match=r"no exercise 'nonsense'.*quickest_person"):
        _ = check.nonsense


def test_two_chapters_cannot_share_a_name(monkeypatch):
    monkeypatch.setattr(check, "iter_modules", lambda path: [_Info("chapter_00")] * 2)
    with pytest.raises(ImportError, match="two chapters have an exercise"):
        check._checks()


class _Info:
    def __init__(self, name):
        self.name = name


# --- grading -----------------------------------------------------------------------------------


def test_first_mistake_that_fits_gives_the_hint():
    asked = grading.number(
        "What is 2 + 2?",
        4,
        hints=[(lambda a: a == 5, "one too many"), (lambda a: a > 4, "too many")],
        otherwise="count again",
        correct="two pairs",
    )
    assert repr(asked(5)) == "Not yet: one too many."
    assert repr(asked(6)) == "Not yet: too many."
    assert repr(asked(3)) == "Not yet: count again."
    assert repr(asked(4)) == "Correct: two pairs."
    assert repr(asked("4")) == "Not yet: this exercise wants one number, and cannot read this str."


def test_a_range_includes_its_ends():
    asked = grading.number("How many?", 1, 2, otherwise="no", correct="yes")
    assert [bool(asked(value)) for value in (0.99, 1, 1.5, 2, 2.01)] == [0, 1, 1, 1, 0]


@pytest.mark.parametrize("number", [7, 7.0, np.int64(7), np.float32(7), np.array([7]), [7]])
def test_one_number_may_come_in_any_holder(number):
    assert grading.read_number(number) == 7


def test_texts_are_compared_without_order_and_case():
    asked = grading.texts("Which?", ["a", "b"], otherwise="no", correct="yes")
    assert asked(["B ", "a"])
    assert asked(pd.Series(["a", "b"]))
    assert not asked(["a"])
    assert not asked("ab")


# --- puzzles -----------------------------------------------------------------------------------


def test_mystery_sessions_do_not_name_the_exercise():
    sessions = puzzles.mystery_sessions(load_shoulder_exercises())
    assert list(sessions) == ["A", "B", "C"]
    for rows in sessions.values():
        assert rows.shape == (500, 6)
        assert list(rows.index) == list(range(500))


def test_damage_is_done_to_four_sessions_of_a_copy():
    shoulder = load_shoulder_exercises()
    before = shoulder.copy()
    damaged = puzzles.damaged_recordings(shoulder)
    pd.testing.assert_frame_equal(shoulder, before)

    features = list(shoulder.columns[4:])
    old, new = (frame.groupby("sessionId", sort=False) for frame in (shoulder, damaged))
    assert list(new.groups) == list(old.groups)
    changed = {
        session
        for session, rows in new
        if not np.array_equal(rows[features], old.get_group(session)[features])
    }
    assert changed == set(puzzles.DAMAGED)
    found = set(report(damaged, rate=50).findings["sessionId"])
    assert found == set(puzzles.DAMAGED) - {puzzles.TURNED}
