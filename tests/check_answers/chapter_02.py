"""Chapter 2; the scores were measured over ten seeds (forest) as the chapter measures them."""

import pandas as pd

from activity_detector_utils.datasets import load_shoulder_exercises

MEASURED = {"sessions": 0.763, "new_people": 0.813, "short sessions": 0.935}


def session_of(person, activity, number):
    name = f"{person}-{activity}-{number}"
    return pd.DataFrame({"userId": [person], "activity": activity, "sessionId": name})


def sessions(number, people=("p01", "p02"), left_out=None):
    activities = sorted(load_shoulder_exercises()["activity"].unique())
    pairs = [(person, activity) for person in people for activity in activities]
    wanted = [pair for pair in pairs if pair != left_out]
    return pd.concat([session_of(*pair, number) for pair in wanted])


ANSWERS = {
    "people_on_both_sides": (10, [0, 140, 5]),
    "balanced_split": (
        lambda: (sessions(1), sessions(2)),
        [
            lambda: (sessions(1), sessions(1)),
            lambda: (sessions(1), sessions(2, left_out=("p01", "row"))),
            lambda: (sessions(1, left_out=("p02", "pendulum")), sessions(2)),
            lambda: (sessions(1, ("p01", "p03")), sessions(2, ("p01", "p03"))),
            lambda: sessions(1),
        ],
    ),
    "whole_sets_promise": (
        MEASURED["sessions"],
        [MEASURED["new_people"], MEASURED["short sessions"], 76, 0.1],
    ),
    "what_moves_more": ("promised", ["new people", "both"]),
}
