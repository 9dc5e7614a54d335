"""Genuine Turi Create as oracle: the same model and recordings give the same answers here.

Turi Create trains two small models and exports them; this package reads the exported files. What
differs on purpose (the README's migration table) is asserted as the relation that it documents.
Skipped, with the reason, where Turi Create cannot run.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics
from turi_fixtures import awkward_sessions, require_turi

from activity_detector_utils import turi
from activity_detector_utils.activity_classifier import create, load_model, util
from activity_detector_utils.base.errors import ToolkitError
from activity_detector_utils.export.coreml.proto import parse_model
from activity_detector_utils.turi.process import TuriProcess

WINDOW = 5
CHUNK = 20 * WINDOW  # samples
# Below, at and above a window and a chunk, and more than two chunks; in no particular order.
LENGTHS = [
    *(CHUNK + 1, 1, 2 * CHUNK + WINDOW + 3, WINDOW, CHUNK, WINDOW - 1),
    *(CHUNK - WINDOW, CHUNK - 1, WINDOW + 1),
]
CASES = {
    "int labels": ((-3, 9, 10), ["f0", "f1"]),
    "text labels, one feature": (("no", "yes"), ["f1"]),
}


class Oracle(NamedTuple):
    """One model twice, the sessions to try it on, and what Turi Create says about them."""

    theirs: turi.TuriModel
    ours: object
    file: object
    frame: pd.DataFrame
    probabilities: np.ndarray
    evaluated: dict


@pytest.fixture(scope="session")
def process():
    require_turi()
    with TuriProcess() as running:
        yield running


@pytest.fixture(scope="session", params=CASES)
def oracle(request, process, tmp_path_factory):
    labels, features = CASES[request.param]
    train = sessions(1, labels)
    fields = process.call(
        "create", dataset=train[[*features, "session", "label"]], session_id="session",
        target="label", prediction_window=WINDOW, validation_set=None, max_iterations=5,
        batch_size=3, random_seed=1, verbose=False,
    )  # fmt: skip
    theirs = turi.TuriModel(process, fields)
    file = tmp_path_factory.mktemp("oracle") / "theirs.mlmodel"
    theirs.export_coreml(file)
    frame = sessions(2, labels)
    frame.index = frame.index[::-1] + 7
    probabilities = theirs.predict(frame, "probability_vector")
    return Oracle(theirs, load_model(file), file, frame, probabilities, theirs.evaluate(frame))


def sessions(seed, labels):
    return awkward_sessions(seed, labels, LENGTHS)


def test_same_weights_same_probabilities(oracle):
    ours = np.stack(oracle.ours.predict(oracle.frame, "probability_vector"))
    np.testing.assert_allclose(ours, oracle.probabilities, rtol=0, atol=1e-5)
    # The oracle would notice: probabilities differ, and so would a state that is carried on.
    assert oracle.probabilities.std(axis=0).min() > 0.01
    carried = oracle.ours.predict(oracle.frame, "probability_vector", carry_state=True)
    assert np.abs(np.stack(carried) - oracle.probabilities).max() > 1e-3


def test_same_windows(oracle):
    arguments = (oracle.frame, "probability_vector", "per_window")
    ours, theirs = oracle.ours.predict(*arguments), oracle.theirs.predict(*arguments)
    assert list(ours) == list(theirs)
    assert ours["session"].tolist() == theirs["session"].tolist()
    # Documented: Turi Create numbers the chunk, this package the window.
    assert (ours["prediction_id"] // 20).tolist() == theirs["prediction_id"].tolist()
    expected = [-(-length // WINDOW) for length in LENGTHS]
    assert theirs.groupby("session", sort=False).size().tolist() == expected
    vectors = [np.stack(windows["probability_vector"]) for windows in (ours, theirs)]
    np.testing.assert_allclose(*vectors, rtol=0, atol=1e-5)


@pytest.mark.parametrize("frequency", ["per_row", "per_window"])
def test_same_classes(oracle, frequency):
    ours = oracle.ours.classify(oracle.frame, frequency)
    theirs = oracle.theirs.classify(oracle.frame, frequency)
    if frequency == "per_window":
        numbers = theirs.groupby("session", sort=False).cumcount()
        theirs = theirs.assign(prediction_id=numbers)
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False, rtol=0, atol=1e-5)
    labels = oracle.ours.predict(oracle.frame, "class", frequency)
    assert (labels if frequency == "per_row" else labels["class"]).equals(ours["class"])
    assert oracle.ours.classes == oracle.theirs.classes


@pytest.mark.parametrize(
    ("frequency", "output_type", "number"),
    [("per_row", "probability", "row_id"), ("per_window", "rank", "session")],
)
def test_same_best_classes(oracle, frequency, output_type, number):
    ours = oracle.ours.predict_topk(oracle.frame, output_type, 2, frequency)
    theirs = oracle.theirs.predict_topk(oracle.frame, output_type, 2, frequency)
    assert list(ours) == list(theirs)
    assert ours[number].tolist() == theirs[number].tolist()
    assert ours["class"].tolist() == theirs["class"].tolist()
    if output_type == "probability":
        np.testing.assert_allclose(ours["probability"], theirs["probability"], rtol=0, atol=1e-5)
    else:  # Documented: Turi Create's rank is the position among the classes.
        assert theirs["rank"].tolist() == [oracle.ours.classes.index(c) for c in ours["class"]]
        assert ours["rank"].tolist() == [0, 1] * (len(ours) // 2)


def check_counting_metrics(ours, theirs):
    """What both define alike: accuracy, log loss and the counts of the confusion matrix."""
    assert ours["accuracy"] == pytest.approx(theirs["accuracy"], abs=1e-12)
    assert ours["log_loss"] == pytest.approx(theirs["log_loss"], abs=1e-5)
    counts = theirs["confusion_matrix"].set_axis(
        ["target_label", "predicted_label", "count"], axis=1
    )
    pd.testing.assert_frame_equal(ours["confusion_matrix"], counts, check_dtype=False)


def test_same_accuracy_log_loss_and_confusion(oracle):
    ours, theirs = oracle.ours.evaluate(oracle.frame), oracle.evaluated
    check_counting_metrics(ours, theirs)
    assert set(ours) == set(theirs)


def test_the_other_metrics_are_scikit_learns_of_the_same_predictions(oracle):
    ours, theirs = oracle.ours.evaluate(oracle.frame), oracle.evaluated
    truth, classes = oracle.frame["label"], oracle.theirs.classes
    predicted = np.array(classes)[oracle.probabilities.argmax(axis=1)]
    scores = {
        "precision": metrics.precision_score,
        "recall": metrics.recall_score,
        "f1_score": metrics.f1_score,
    }
    binary = {"average": "binary", "pos_label": classes[-1]}
    for name, score in scores.items():
        mean = score(truth, predicted, average="macro")
        assert ours[name] == pytest.approx(mean)
        # Documented: with two labels Turi Create reports the larger one alone.
        wanted = score(truth, predicted, **binary) if len(classes) == 2 else mean
        assert theirs[name] == pytest.approx(wanted)
    areas = [
        metrics.roc_auc_score(truth == label, column)
        for label, column in zip(classes, oracle.probabilities.T, strict=True)
    ]
    assert ours["auc"] == pytest.approx(np.mean(areas), abs=1e-5)
    # Documented: Turi Create counts in 1000 bins of probability.
    assert theirs["auc"] == pytest.approx(np.mean(areas), abs=0.005)


@pytest.mark.filterwarnings("ignore::UserWarning")  # those beside the one that is looked for
def test_labels_that_are_missing_or_unknown_count_alike(oracle):
    known = oracle.frame[oracle.frame["label"] != oracle.theirs.classes[0]]
    unknown = oracle.frame.assign(
        label=oracle.frame["label"].replace(
            {oracle.theirs.classes[0]: type(oracle.theirs.classes[0])(77)}
        )
    )
    for frame, remark in ((known, "no rows of class"), (unknown, "unknown to the model")):
        with pytest.warns(UserWarning, match=remark):
            ours = oracle.ours.evaluate(frame)
        check_counting_metrics(ours, oracle.theirs.evaluate(frame))


def test_a_session_that_reappears_is_a_new_one_in_turi_create_only(oracle):
    swapped = pd.concat([oracle.frame[250:], oracle.frame[:250]])  # the third session is cut in two
    runs = swapped.assign(session=(swapped["session"] != swapped["session"].shift()).cumsum())
    theirs = oracle.theirs.predict(swapped, "probability_vector")
    of_runs = np.stack(oracle.ours.predict(runs, "probability_vector"))
    of_sessions = np.stack(oracle.ours.predict(swapped, "probability_vector"))
    np.testing.assert_allclose(of_runs, theirs, rtol=0, atol=1e-5)
    assert np.abs(of_sessions - theirs).max() > 1e-3


def test_missing_values_are_zeros_in_turi_create_and_an_error_here(oracle):
    feature = oracle.ours.features[0]
    holed = oracle.frame.astype({feature: object})
    holed.iloc[[0, 150], holed.columns.get_loc(feature)] = None
    zeros = oracle.frame.copy()
    zeros.iloc[[0, 150], zeros.columns.get_loc(feature)] = 0.0
    np.testing.assert_allclose(
        np.stack(oracle.ours.predict(zeros, "probability_vector")),
        oracle.theirs.predict(holed, "probability_vector"),
        atol=1e-5,
    )
    with pytest.raises(ToolkitError, match=f"'{feature}' .* nan in row 0 \\(2 such rows\\)"):
        oracle.ours.predict(holed)


def test_same_refusals_of_predictions(oracle):
    frame, feature = oracle.frame, oracle.ours.features[0]
    requests = [
        ("predict", (frame.drop(columns=feature),)),
        ("predict", (frame.drop(columns="session"),)),
        ("predict", (frame, "probability")),
        ("predict", (frame, "class", "hourly")),
        ("classify", (frame, "hourly")),
        ("predict_topk", (frame, "foo")),
        ("predict_topk", (frame, "rank", 0)),
        ("evaluate", (frame, "foo")),
        ("evaluate", (frame.drop(columns="label"),)),
    ]
    for name, arguments in requests:
        for model in oracle.theirs, oracle.ours:
            with pytest.raises(ToolkitError):
                getattr(model, name)(*arguments)


# The exported file.

OUR_ENTRIES = {"class_type", "written_by"}
OTHER_ENTRIES = {"com.github.apple.turicreate.version", "com.github.apple.os.platform"}


def fields_of(message, path=""):
    """Every field that is set in a protobuf message: path -> value, lists of numbers as one."""
    found = {}
    for field, value in message.ListFields():
        name = f"{path}{field.name}"
        if field.message_type and field.message_type.GetOptions().map_entry:
            found |= {f"{name}[{key}]": each for key, each in value.items()}
        elif field.type == field.TYPE_MESSAGE:
            is_list = hasattr(value, "__len__")
            found |= {name: len(value) if is_list else "set"}
            for number, each in enumerate(value if is_list else [value]):
                found |= fields_of(each, f"{name}{number if is_list else ''}.")
        else:
            found[name] = tuple(value) if hasattr(value, "__len__") else value
    return found


def test_same_exported_file_field_by_field(oracle, tmp_path):
    oracle.ours.export_coreml(tmp_path / "ours.mlmodel")
    theirs = fields_of(parse_model(oracle.file))
    ours = fields_of(parse_model(tmp_path / "ours.mlmodel"))
    assert len(theirs) > 100
    (bias,) = (name for name in theirs if name.endswith("convolution.bias.floatValue"))
    assert len(theirs[bias]) == 64  # weights are among what is compared
    different = {name for name in ours | theirs if ours.get(name) != theirs.get(name)}
    entry = "description.metadata.userDefined[{}]".format
    assert different == {
        "description.metadata.license",  # 'not stated'
        *map(entry, OUR_ENTRIES | OTHER_ENTRIES),
    }
    assert not any(entry(name) in theirs for name in OUR_ENTRIES)
    assert all(entry(name) in ours for name in OTHER_ENTRIES)


# Training: what may be asked for, and what the model says about it.


def test_same_fields_and_summary(oracle):
    labels, features = oracle.ours.classes, oracle.ours.features
    arguments = {
        "session_id": "session", "target": "label", "features": features, "validation_set": None,
        "prediction_window": WINDOW, "max_iterations": 1, "batch_size": 3, "verbose": False,
        "random_seed": 1,
    }  # fmt: skip
    ours = create(sessions(1, labels), **arguments)
    assert ours._list_fields() == sorted(oracle.theirs.fields)
    settled = (
        "classes features num_classes num_examples num_features num_sessions prediction_window "
        "random_seed session_id target batch_size"
    )
    for field in settled.split():
        assert ours._get(field) == oracle.theirs.fields[field]
    theirs = oracle.theirs.process.call("method", name="summary", output="dict")
    labels_of = [[label for label, _ in section] for section in theirs["sections"]]
    mine = ours.summary("dict")
    assert mine["section_titles"] == theirs["section_titles"]
    assert [[label for label, _ in section] for section in mine["sections"]] == labels_of
    assert mine["sections"][0] == [tuple(pair) for pair in theirs["sections"][0]]


FRAME = awkward_sessions(1, lengths=[4, 11])
HOLED = FRAME.astype({"f0": object})
HOLED.loc[3, "f0"] = None
REQUEST = {
    "dataset": FRAME, "session_id": "session", "target": "label", "features": ["f0", "f1"],
    "prediction_window": 5, "validation_set": None, "max_iterations": 1, "batch_size": 1,
    "random_seed": 1, "verbose": False,
}  # fmt: skip
REFUSED = {
    "no rows": {"dataset": FRAME.iloc[:0]},
    "target no text": {"target": 3},
    "session_id no text": {"session_id": 3},
    "target absent": {"target": "zz"},
    "target a float": {"target": "f1", "features": ["f0"]},
    "target is a feature": {"features": ["f0", "label"]},
    "session_id is a feature": {"features": ["f0", "session"]},
    "target is session_id": {"target": "session"},
    "feature absent": {"features": ["zz"]},
    "feature twice": {"features": ["f0", "f0"]},
    "feature no text": {"features": [1]},
    "no features": {"features": []},
    "features a str": {"features": "f0"},
    "value missing": {"dataset": HOLED},
    "window 0": {"prediction_window": 0},
    "window 401": {"prediction_window": 401},
    "window 5.5": {"prediction_window": 5.5},
    "window a str": {"prediction_window": "5"},
    "iterations 0": {"max_iterations": 0},
    "iterations 1.5": {"max_iterations": 1.5},
    "batch 0": {"batch_size": 0},
    "batch a str": {"batch_size": "1"},
    "seed too large": {"random_seed": 2**31},
    "validation empty": {"validation_set": FRAME.iloc[:0]},
    "validation without feature": {"validation_set": FRAME.drop(columns="f0")},
    "validation without target": {"validation_set": FRAME.drop(columns="label")},
    "validation with missing value": {"validation_set": HOLED},
    "validation with unknown label": {"validation_set": FRAME.assign(label=77)},
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED.keys())
def test_what_turi_create_refuses_to_train_is_refused_here(process, change):
    with pytest.raises(ToolkitError):
        process.call("create", **(REQUEST | change))
    with pytest.raises((ToolkitError, TypeError, ValueError)) as refused:
        create(**(REQUEST | change))
    assert "Traceback" not in str(refused.value)
    assert len(str(refused.value)) > 20  # says what came and what was wanted


# The split by session.


@pytest.fixture(params=["Turi Create", "ours"])
def split(request, process):
    """The same call to either; checked to give back whole rows in their order."""

    def split(frame, fraction, seed):
        if request.param == "ours":
            return util.random_split_by_session(frame, "id", fraction, seed)
        halves = process.call(
            "random_split", dataset=frame[["id", "row"]], session_id="id", fraction=fraction,
            seed=seed,
        )  # fmt: skip
        return [frame.iloc[half["row"].to_numpy(dtype=int)] for half in halves]

    return split


@pytest.mark.parametrize("kind", [str, int])
def test_the_split_keeps_sessions_whole_and_rows_in_order(split, kind):
    ids = np.random.default_rng(0).permutation(np.repeat(np.arange(1000), 3))
    frame = pd.DataFrame({"id": [kind(each) for each in ids], "row": np.arange(3000)})
    for fraction in (0.3, 0.9):
        first, second = split(frame, fraction, 5)
        assert not set(first["id"]) & set(second["id"])
        assert pd.concat([first, second]).sort_index().equals(frame)
        assert first["row"].is_monotonic_increasing
        assert second["row"].is_monotonic_increasing
        deviation = np.sqrt(fraction * (1 - fraction) / 1000)  # each session is drawn on its own
        assert abs(first["id"].nunique() / 1000 - fraction) < 4 * deviation
        again, _ = split(frame, fraction, 5)
        other, _ = split(frame, fraction, 6)
        assert again.equals(first)
        assert not other.equals(first)
        # The draw belongs to the id: other recordings beside it change nothing.
        part, _ = split(frame.iloc[:100].assign(row=np.arange(100)), fraction, 5)
        assert part["id"].tolist() == [each for each in frame["id"][:100] if each in set(first.id)]


def test_the_split_has_turis_extremes_and_refusals(split):
    frame = pd.DataFrame({"id": list("abcab"), "row": range(5)})
    for fraction, sizes in ((0.0, [0, 5]), (1.0, [5, 0])):
        assert [len(half) for half in split(frame, fraction, 1)] == sizes
    for fraction, seed in ((1.5, 1), (-0.1, 1), (1, 1), (0.5, 1.0)):
        with pytest.raises((ToolkitError, TypeError)):
            split(frame, fraction, seed)
