"""One schema for what models say of themselves: constructor, saved models, exported files."""

import numpy as np
import pandas as pd
import pytest
from small_models import random_network

from activity_detector_utils.activity_classifier import ActivityClassifier
from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.base.model_facts import check_model_facts

GOOD = {"features": ["x", "y"], "classes": ["a", "b"], "session_id": "s", "target": "t"}


def test_facts_come_back_as_plain_python():
    given = GOOD | {
        "features": pd.Index(["x", "y"]),
        "classes": np.array([3, 5]),
        "sampling_rate": np.float32(25),
        "prediction_window": np.int64(50),
        "units": None,
        "fields": None,
        "written_by": "somebody",
    }
    assert check_model_facts(given) == GOOD | {
        "classes": [3, 5],
        "sampling_rate": 25.0,
        "prediction_window": 50,
        "units": {},
        "fields": {},
        "written_by": "somebody",
    }
    assert type(check_model_facts(given)["classes"][0]) is int


BAD = {
    "classes": [
        *(["a", "a"], [1.2, 1.4], [True, False], "abc", [], None),
        *(["a", 1], [1, 2**63], ["a", ""], ["a", "\ud800"], [["a"]]),
    ],
    "features": ["xy", ["x", "x"], [], ["x", 1], ["x", None], {"x": 1}, ["x", "s"], ["x", "t"]],
    "sampling_rate": [float("nan"), float("inf"), -5, 0, "50", True, [50]],
    "prediction_window": [0, 2.5, "7", None, True, 250_000_000],
    "session_id": [5, "", None, "t"],
    "target": [["t"], None],
    "units": ["g", ["g"], {"x": 1}, {"z": "g"}],
    "fields": [
        *([], {1: 2}, {"description": 5}, {"train_people": 5}, {"train_people": [[1]]}),
        *({"max_iterations": "x"}, {"max_iterations": -1}),
    ],
}


@pytest.mark.parametrize(("key", "value"), [(k, v) for k, values in BAD.items() for v in values])
def test_what_cannot_be_a_fact_is_refused_by_name(key, value):
    stated = next(iter(value)) if key == "fields" and value and isinstance(value, dict) else key
    with pytest.raises(ToolkitError, match=rf"the file: .*({key}|{stated})"):
        check_model_facts(GOOD | {key: value}, "the file")


def test_a_missing_fact_is_named():
    with pytest.raises(ToolkitError, match="does not say its classes and target"):
        check_model_facts({"features": ["x"], "session_id": "s"})


def test_the_constructor_checks_too():
    network = random_network(5, 2, 2)
    with pytest.raises(ToolkitError, match=r"classes names 'a' more than once"):
        ActivityClassifier(network, ["x", "y"], ["a", "a"], "s", "t")
    with pytest.raises(ToolkitError, match=r"features is 'xy'; it must be a list"):
        ActivityClassifier(network, "xy", ["a", "b"], "s", "t")


def test_an_error_stays_short_however_long_or_deep_the_value():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    for value in (deep, "x" * 10**6, list(range(10**6))):
        with pytest.raises(ToolkitError) as caught:
            check_model_facts(GOOD | {"classes": value})
        assert len(str(caught.value)) < 300
