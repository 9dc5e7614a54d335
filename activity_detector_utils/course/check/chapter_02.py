"""Exercises of chapter 2: split sequences by source."""

from .grading import Check, number, text

people_on_both_sides = number(
    "How many people are on both sides of the split by arm?",
    10,
    hints=[
        (lambda a: a == 140, "that is the number of sessions, and no session has two arms"),
        (lambda a: a == 0, "no session is on both sides, but what about the people?"),
    ],
    otherwise="count the rows of the audit whose kind is 'source'",
    correct="everybody; this split asks whether a model that knows your left arm knows your right",
)


def _read_split(answer):
    train, held_out = (
        frame.groupby(["userId", "activity"])["sessionId"].nunique() for frame in answer
    )
    return train, held_out, {*answer[0]["sessionId"]} & {*answer[1]["sessionId"]}


balanced_split = Check(
    "Find a split of p01 and p02 in which both sides have every activity of both people.",
    _read_split,
    [
        (lambda a: bool(a[2]), "a session is on both sides; use random_split_by_session"),
        (lambda a: len(a[0]) + len(a[1]) == 0, "both sides are empty"),
        (
            lambda a: (
                {*a[0].index.get_level_values(0), *a[1].index.get_level_values(0)} != {"p01", "p02"}
            ),
            "split the recordings of p01 and p02 only",
        ),
        (lambda a: len(a[0]) < 14, "the training side lacks an activity of a person"),
        (
            lambda a: len(a[1]) < 14,
            "the held-out side lacks an activity of a person; try other seeds, or hold out more",
        ),
    ],
    "you chose it by its counts alone, before any score, so it flatters no model",
    "two frames: (train, held_out)",
)

whole_sets_promise = number(
    "What does a split of the whole sets promise, on average?",
    0.65,
    0.80,
    hints=[
        (lambda a: 1 < a <= 100, "give a share between 0 and 1"),
        (lambda a: 0.85 < a <= 1, "that is a promise of the short sessions; cut windows of `sets`"),
        (lambda a: 0.80 < a <= 0.85, "that looks like the score on new people; the other column"),
    ],
    otherwise="take the mean of the promised scores over the runs",
    correct="lower than before, since nobody repeats a set: the leak came from repeated sessions",
)

what_moves_more = text(
    "With another classifier, which mean changes more: 'promised' or 'new people'?",
    "promised",
    otherwise="compare each mean with that of the trees, split by rows",
    correct="a classifier that remembers less promises less, and new people hardly notice",
)
