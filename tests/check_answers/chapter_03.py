"""Chapter 3; scores were measured as in its solutions."""

from types import SimpleNamespace


def model(accuracy=1.0, classes=("abduction", "pendulum"), num_sessions=5):
    return SimpleNamespace(
        training_accuracy=accuracy, classes=list(classes), num_sessions=num_sessions
    )


ANSWERS = {
    "wrong_label_by_heart": (
        model,
        [
            lambda: model(num_sessions=84),
            lambda: model(classes=["pendulum", "row"]),
            lambda: model(classes=["abduction", "trapezius"]),
            lambda: model(accuracy=0.8),
            1.0,
        ],
    ),
    "same_delay": (
        (25, 9_664),
        [(100, 38_464), (50, 19_264), (20, 7_744), (25, 9_600), (25, 19_264), (25, 1), 25],
    ),
    "ruler_for_chance": (0.04, [4, -0.04, 0.0, 0.8]),
}
