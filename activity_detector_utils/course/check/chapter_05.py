"""Exercises of chapter 5: inspect the LSTM state."""

from .grading import Check, number, read_pair, text

way_of_the_memory = text(
    "Which way carries the memory from window to window?",
    "cell",
    hints=[
        (
            lambda a: a == "hidden",
            "compare each cut with both cuts together, which is a model without memory",
        )
    ],
    otherwise="name one of the two ways of the prompt",
    correct="without it the model falls to what a model without memory has; the other way was not "
    "needed for that",
)


half_lives = Check(
    "After how many windows is half of a unit's cell left: typically, and at most?",
    read_pair,
    [
        (lambda a: a[0] < 0, "that is negative; both logarithms are, so divide one by the other"),
        (lambda a: a[0] > a[1], "these two are the wrong way round"),
        (lambda a: a[1] < 1, "these look like gates; turn them into windows with the formula"),
        (
            lambda a: a[1] < 3,
            "take the mean over the windows, not over the units: 200 means, one for each unit",
        ),
        (
            lambda a: a[1] > 30,
            "take the mean of the gates over the windows first, then the formula",
        ),
        (lambda a: not 0.8 < a[0] < 3, "the typical unit is the median of the 200"),
    ],
    "most units forget within 3 seconds; a few remember far longer, and they are the ones that "
    "the figure shows",
    "two numbers: (typical, longest)",
)

trained_on_changes = number(
    "Which share is right in the first window after a change?",
    0.2,
    0.9,
    hints=[
        (lambda a: 1 < a <= 100, "give a share between 0 and 1"),
        (
            lambda a: 0 <= a < 0.2,
            "that is close to the model of the course; was yours trained on `mixed`, and is it "
            "your model that was judged?",
        ),
    ],
    otherwise="take the entry 0 of what right_around_changes returns",
    correct="the same network learned to let go, since its training sessions asked for it; what it "
    "remembers is learned, too",
)
