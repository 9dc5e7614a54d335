"""How an answer is judged: read it, look for a known mistake, else say what is right about it."""

from dataclasses import dataclass

import numpy as np

from ...base.errors import WrongType

KINDS = {
    "number": "one number",
    "text": "one text in quotes",
    "texts": "a list of texts, such as ['a', 'b']",
}
# A likely mistake, with its hint, where a share is asked for.
PERCENT = (lambda value: 1 < value <= 100, "give a share between 0 and 1")


@dataclass(frozen=True)
class Verdict:
    """What a check says; shown when it is the last line of a cell.

    Attributes
    ----------
    correct : bool
    message : str
    """

    correct: bool
    message: str

    def __repr__(self):
        return self.message

    def __bool__(self):
        return self.correct


class Check:
    """The check of one exercise: call it with an answer, get a :class:`Verdict`.

    Parameters
    ----------
    question : str
        What is asked, in a few words; shown while there is no answer.
    read : callable
        Turns the answer into the value that is judged. Whatever it raises becomes a hint: the
        answer is not of the right kind.
    wrong : sequence of (callable, str)
        A test for a mistake and the hint for it, the likely mistakes first. The first test that
        is true of the answer gives the hint; together they must catch every wrong answer.
    correct : str
        What the right answer teaches.
    wants : str
        The kind of answer, for a hint: "one number".
    """

    def __init__(self, question, read, wrong, correct, wants):
        self.question = question
        self.read = read
        self.wrong = tuple(wrong)
        self.correct = correct
        self.wants = wants
        self.__doc__ = f"{question} Wants {wants}."

    def __call__(self, answer):
        if _is_blank(answer):
            return Verdict(False, f"No answer yet: {self.question}")
        try:
            value = self.read(answer)
            hint = next((hint for test, hint in self.wrong if test(value)), None)
        except Exception:  # an answer can be anything, and none may stop the notebook
            hint = f"this exercise wants {self.wants}, and cannot read this {type(answer).__name__}"
        if hint is not None:
            return Verdict(False, f"Not yet: {hint}.")
        return Verdict(True, f"Correct: {self.correct}.")


def number(question, low, high=None, *, hints=(), otherwise, correct, wants=KINDS["number"]):
    """A check of a number that must be `low`, or lie from `low` to `high`.

    Parameters
    ----------
    question : str
    low, high : float
        Without `high`, `low` is the only right answer.
    hints : sequence of (callable, str)
        Likely mistakes, as in :class:`Check`.
    otherwise : str
        The hint for every other wrong number.
    correct, wants : str
        As in :class:`Check`.

    Returns
    -------
    Check
    """
    high = low if high is None else high
    wrong = [*hints, (lambda value: not low <= value <= high, otherwise)]
    return Check(question, read_number, wrong, correct, wants)


def text(question, right, *, hints=(), otherwise, correct):
    """A check of one text; upper case and spaces around it do not matter."""
    wrong = [*hints, (lambda value: value != right, otherwise)]
    return Check(question, read_text, wrong, correct, KINDS["text"])


def texts(question, right, *, hints=(), otherwise, correct):
    """A check of a list of texts, in any order."""
    right = frozenset(right)
    wrong = [*hints, (lambda value: value != right, otherwise)]
    return Check(question, read_texts, wrong, correct, KINDS["texts"])


def read_number(answer):
    """One number from whatever holds exactly one."""
    values = np.asarray(answer)
    if values.dtype.kind not in "iuf":
        raise WrongType(f"{answer!r} is not a number")
    return float(values.item())


def read_pair(answer):
    """Read two numbers."""
    first, second = (read_number(value) for value in answer)
    return first, second


def read_text(answer):
    """A text in lower case without spaces around it."""
    if not isinstance(answer, str):
        raise WrongType(f"{answer!r} is not a text")
    return answer.strip().lower()


def read_texts(answer):
    """A set of texts from a list, a set, an array or an index of them."""
    if isinstance(answer, str):
        raise WrongType("one text is not a list")
    return frozenset(read_text(part) for part in answer)


def _is_blank(answer):
    """Whether the answer, or a part of it, is still the dots of the exercise."""
    if isinstance(answer, dict):
        answer = list(answer.values())
    parts = answer if isinstance(answer, (list, tuple)) else [answer]
    return any(part is None or part is ... for part in parts)
