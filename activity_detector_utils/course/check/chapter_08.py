"""Exercises of chapter 8: from logistic regression to a network."""

from .grading import Check, number, read_pair, text

cross_entropy_of_scores = number(
    "What is the cross-entropy of the scores 2, 1, 0 when the second class is true?",
    1.395,
    1.415,
    hints=[
        (lambda a: 0.40 < a < 0.42, "that is the cost if the first class were true"),
        (lambda a: 2.3 < a < 2.5, "that is the cost if the last class were true"),
        (lambda a: 0.23 < a < 0.26, "that is the probability; the loss is minus its logarithm"),
        (lambda a: -1.5 < a < -1.3, "nearly: the loss is *minus* the logarithm"),
        (lambda a: 0.60 < a < 0.62, "use the natural logarithm, np.log"),
    ],
    otherwise="softmax first, then take the probability of the second class, then -np.log",
    correct="the true class got 24 %, and guessing would have cost less: ln(3) = 1.10",
)


twenty_snacks = Check(
    "How many weights has logistic regression of 224 x 224 photos, and what loss to begin with?",
    read_pair,
    [
        (lambda a: a[0] == 3_010_560, "the biases are missing: one for each class"),
        (lambda a: a[0] == 1_003_540, "each pixel has three colours"),
        (lambda a: a[0] == 150_529, "that is one class; there are 20"),
        (lambda a: a[0] != 3_010_580, "inputs times classes, and one bias for each class"),
        (lambda a: 0.04 < a[1] < 0.06, "that is the accuracy of guessing; its loss is a logarithm"),
        (lambda a: 1.2 < a[1] < 1.4, "use the natural logarithm, np.log"),
        (lambda a: not 2.95 < a[1] < 3.05, "what does guessing cost with 20 classes?"),
    ],
    "three million weights, and each still belongs to one place",
    "two numbers: (weights, loss)",
)

shuffled_pixels = text(
    "Which network does not care about the order of the pixels?",
    "logistic regression",
    hints=[
        (
            lambda a: a.startswith("convolution"),
            "their patterns are made of neighbours, and shuffled pixels have no neighbours",
        ),
        (lambda a: a == "both", "train both on shuffled pixels and compare with the figure"),
    ],
    otherwise="answer with one of the two names, spelled as in the prompt",
    correct="it never knew which pixels are neighbours, so it has nothing to lose: its flaw",
)
