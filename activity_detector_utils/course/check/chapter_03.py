"""Exercises of chapter 3: train an activity classifier."""

from .grading import Check, number, read_pair


def _read_model(model):
    return float(model.training_accuracy), {*model.classes}, int(model.num_sessions)


wrong_label_by_heart = Check(
    "What does the test on 5 % of the sessions say about a session with a wrong label?",
    _read_model,
    [
        (lambda a: a[2] > 10, "train on `small` only, with the one label changed"),
        (lambda a: "row" in a[1], "the model still knows `row`: change the label of every sample"),
        (lambda a: "pendulum" not in a[1], "the session must be called `pendulum`"),
        (lambda a: a[0] < 0.97, "it has not learned enough; use learn_by_heart as it is"),
    ],
    "what is wrong everywhere is learned like the truth; this test finds bugs, not wrong labels",
    "the trained model",
)


same_delay = Check(
    "Which window gives the same delay at 25 Hz, and how many weights has the convolution then?",
    read_pair,
    [
        (lambda a: a[0] == 100, "at half the rate a second holds fewer samples, not more"),
        (lambda a: a[0] == 50, "the same number of samples would last 2 seconds"),
        (lambda a: a[0] != 25, "how many samples are there in one second?"),
        (lambda a: a[1] == 9_600, "one number for each filter is missing: its bias"),
        (lambda a: a[1] == 19_264, "that is the convolution of the longer window"),
        (
            lambda a: a[1] != 9_664,
            "a filter has a number for every sample of every channel, and one more",
        ),
    ],
    "a window is a time, and the filters are as long as the window; the other layers stay",
    "two numbers: (samples, weights)",
)

ruler_for_chance = number(
    "How far apart are the best and the worst of three seeds?",
    0.0005,
    0.25,
    hints=[
        (lambda a: 1 < a <= 100, "give a difference of shares, between 0 and 1"),
        (lambda a: a < 0, "take the worst away from the best"),
        (lambda a: a == 0, "all three are equal; does each run get another random_seed?"),
        (lambda a: a > 0.25, "that is a score, not a difference; or a run with other settings"),
    ],
    otherwise="did every run get another random_seed, and all the same other settings?",
    correct="a setting that wins by less than this has not won yet",
)
