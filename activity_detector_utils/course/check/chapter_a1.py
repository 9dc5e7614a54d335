"""Exercises of appendix A1: Turi Create, side by side."""

from .grading import Check, number

carried_state = number(
    "How does the accuracy change when the state is carried on?",
    -0.2,
    0.2,
    hints=[
        (lambda a: a == 0, "are both accuracies from the same call? Give carry_state to one"),
        (lambda a: 1 < abs(a) <= 100, "give a difference of shares, between -1 and 1"),
        (lambda a: a > 0.2, "that is an accuracy, not the difference of two"),
    ],
    otherwise="take the accuracy without a carried state away from the one with it",
    correct="the notebook and the app do not do quite the same; you have just measured the step",
)


def _read_pair(answer):
    before, after = (float(value) for value in answer)
    return before, after


one_id_for_all = Check(
    "How many windows are there with the right ids, and with one id for all rows?",
    _read_pair,
    [
        (lambda a: a[0] > 10_000, "that counts rows; predict per_window gives one row a window"),
        (lambda a: a[0] == a[1], "the last window of a session is filled with zeros; count again"),
        (lambda a: a == (657, 661), "the first number is the one with the right ids"),
        (lambda a: a[0] != 661, "take all of test, with its own ids, and output_frequency"),
        (lambda a: a[1] != 657, "give every row of test the same id, then predict"),
    ],
    "no program can see that these are several recordings; only the ids say it",
    "two numbers: (before, after)",
)
