"""Exercises of chapter 10: compare on UCI HAR."""

from .grading import number, texts

windows_with_a_twin = number(
    "What share of the held-out windows has a neighbour in training?",
    0.93,
    0.945,
    hints=[
        (lambda a: 1 < a <= 100, "give a share between 0 and 1"),
        (lambda a: 0.74 < a < 0.76, "that is one neighbour; each window has two"),
        (lambda a: 0.55 < a < 0.57, "that is the share with both neighbours in training"),
        (lambda a: 0.05 < a < 0.07, "that is the share without any neighbour in training"),
        (lambda a: 0.37 < a < 0.38, "that is the share with exactly one neighbour in training"),
    ],
    otherwise="it has none only if the one before and the one after are both held out",
    correct="a random split leaves only one held-out window in sixteen without a twin",
)

best_epoch_by_luck = number(
    "By how many points does the best of 25 lucky accuracies exceed 90 %?",
    1.02,
    1.18,
    hints=[
        (lambda a: 0.009 < a < 0.013, "give percentage points, not a share"),
        (
            lambda a: 90 < a < 92.5 or 0.90 < a < 0.925,
            "that is the accuracy itself; how far is it above 90 %?",
        ),
        (lambda a: 0.5 < a < 0.6, "that is how far one accuracy is off; take the best of 25"),
        (lambda a: abs(a) < 0.1, "that is the mean of all; take the maximum of each row of 25"),
        (lambda a: 1.8 < a <= 2.0, "take the maximum of each row of 25, then the mean"),
        (lambda a: 2.0 < a < 2.5, "that is from the worst to the best; how far is it above 90 %?"),
    ],
    otherwise="divide the counts by 2947, take max(axis=1), then the mean, and subtract 0.9",
    correct="a point of accuracy for free, from a model that learned nothing",
)

published_difference = texts(
    "Which two networks differ by more than two standard errors?",
    ["lstm", "conv-lstm"],
    hints=[
        (lambda a: len(a) != 2, "two names; only one pair is that far apart"),
        (
            lambda a: a == {"lstm", "cnn-lstm"},
            "nearly: 1.4 points are less than two standard errors here",
        ),
        (
            lambda a: a == {"cnn-lstm", "conv-lstm"},
            "their means are only one standard error apart",
        ),
    ],
    otherwise="two of the names lstm, cnn-lstm and conv-lstm",
    correct="ten trainings each, and only one of three differences is clear",
)
