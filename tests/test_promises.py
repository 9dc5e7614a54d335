import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from activity_detector_utils import splits
from activity_detector_utils.course.promises import measure_promises, three_ways, window_statistics


def recordings(people=("a", "b", "c", "d", "e"), n_sessions=8, n_samples=6):
    """Every session of a person is the same; no two people have a value in common."""
    parts = [
        pd.DataFrame(
            {
                "userId": person,
                "sessionId": f"{person}-{session}",
                "activity": ["up", "down"][session % 2],
                "rotX": np.full(n_samples, 10.0 * place + session % 2),
            }
        )
        for place, person in enumerate(people)
        for session in range(n_sessions)
    ]
    return pd.concat(parts, ignore_index=True)


class Memory(ClassifierMixin, BaseEstimator):
    """Knows by heart what it has met, and is wrong everywhere else."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.met_ = dict(zip(map(tuple, X.to_numpy()), y, strict=True))
        return self

    def predict(self, X):
        return np.array([self.met_.get(tuple(row), "no idea") for row in X.to_numpy()])


def test_window_statistics_of_a_tiny_session():
    frame = pd.DataFrame(
        {
            "userId": "a",
            "sessionId": "s",
            "activity": "up",
            "rotX": [1.0, 2, 3, 10, 10, 10, 7],
            "note": "text",
        },
        index=range(50, 57),
    )
    table = window_statistics(frame, 3, ["rotX"])
    expected = pd.DataFrame(
        {
            "userId": ["a", "a"],
            "activity": ["up", "up"],
            "sessionId": ["s", "s"],
            "rotX mean": [2.0, 10.0],
            "rotX std": [1.0, 0.0],
            "rotX min": [1.0, 10.0],
            "rotX max": [3.0, 10.0],
        }
    )
    pd.testing.assert_frame_equal(table, expected)


def test_windows_do_not_reach_over_the_border_of_a_session():
    table = window_statistics(recordings(["a"], n_sessions=4, n_samples=5), 2, ["rotX"])
    assert len(table) == 4 * 2
    assert (table["rotX std"] == 0).all()


def test_three_ways_keep_apart_what_they_say():
    table = window_statistics(recordings(), 2, ["rotX"])
    ways = three_ways(table, ["b"], seed=3)
    assert list(ways) == ["rows", "sessions", "people"]
    for train, held_out in ways.values():
        assert sorted([*train.index, *held_out.index]) == list(table.index)
    assert len(ways["rows"][0]) == 0.75 * len(table)
    kinds = {way: set(splits.audit(*parts)["kind"]) for way, parts in ways.items()}
    assert kinds == {"rows": {"source", "session"}, "sessions": {"source"}, "people": set()}
    assert set(ways["people"][1]["userId"]) == {"b"}


def test_memory_promises_everything_by_rows_and_sessions_and_nothing_by_people():
    table = window_statistics(recordings(), 2, ["rotX"])
    scores = measure_promises(table, Memory(), seeds=[0, 1])
    assert scores["split"].to_list() == ["rows", "sessions", "people"] * 2
    assert scores["seed"].to_list() == [0, 0, 0, 1, 1, 1]
    assert (scores["new_people"] == 0).all()
    promised = scores.groupby("split")["promised"]
    assert promised.min()["rows"] == promised.min()["sessions"] == 1
    assert promised.max()["people"] == 0


def test_new_people_are_drawn_by_the_seed_alone():
    table = window_statistics(recordings(), 2, ["rotX"])
    shuffled = table.sample(frac=1, random_state=0)
    met = []

    class Spy(Memory):
        def fit(self, X, y):
            met.append(frozenset(X["rotX mean"] // 10))
            return super().fit(X, y)

    for frame in (table, shuffled):
        measure_promises(frame, Spy(), seeds=[5])
    assert met[2] == met[5]  # who trains in the split by people
    assert len(met[2]) == 1
    assert len(met[0] | met[1]) == 3


def test_the_classifier_that_is_given_stays_untrained():
    classifier = Memory()
    measure_promises(window_statistics(recordings(), 2, ["rotX"]), classifier, seeds=[0])
    assert not hasattr(classifier, "met_")


def test_too_few_people_is_an_error():
    table = window_statistics(recordings(["a", "b", "c", "d"]), 2, ["rotX"])
    with pytest.raises(ValueError, match="4 people; 2 are new and 2 held out, so it takes 5"):
        measure_promises(table, Memory(), seeds=[0])
