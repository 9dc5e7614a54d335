"""The report of a training run: exact numbers, a page that needs nothing else, whole or absent."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from activity_detector_utils.app import reporting
from activity_detector_utils.splits import Split

CLASSES = ["rest", "run"]
# Person -> (session, true activities, predicted activities), a letter a sample.
TRAIN = {"ann": ("ann-1", "ttuuu", "ttuuu"), "bob": ("bob-1", "tttuu", "tttuu")}
TEST = {"cid": ("cid-1", "ttuu", "ttut"), "<dee>": ("dee-1", "tttuuu", "uuuuuu")}


def frame_of(people):
    rows = [
        {
            "userId": person,
            "sessionId": session,
            "activity": {"t": "rest", "u": "run"}[true],
            "rotX": float(guess == "u"),
        }
        for person, (session, truth, guesses) in people.items()
        for true, guess in zip(truth, guesses, strict=True)
    ]
    return pd.DataFrame(rows)


class RotationModel:
    """Says run, with probability 0.8, where rotX is 1, else rest."""

    classes, features, target, session_id = CLASSES, ["rotX"], "activity", "sessionId"
    history = pd.DataFrame(
        {
            "iteration": [1, 2, 3],
            "training_accuracy": [0.5, 0.6, 0.7],
            "training_loss": [0.9, 0.7, 0.6],
            "validation_accuracy": [0.5, 0.7, 0.6],
            "validation_loss": [0.9, 0.6, 0.8],
        }
    )

    def labelled_probabilities(self, frame):
        run = 0.2 + 0.6 * frame["rotX"].to_numpy()
        return frame["activity"].to_numpy(object), np.stack([1 - run, run], axis=1)


PIXEL = b"\x89PNG".ljust(16, b"-") + (30).to_bytes(4, "big")  # as much of a PNG as a page reads


@pytest.fixture
def no_figures(monkeypatch):
    """Drawing is tested once; elsewhere it would only take time."""
    parts = ("training_history", "confusion_matrix", "session_timeline", "roc_curves")
    names = [*parts, "sample_counts"]
    drawn = {f"{name}.png": (PIXEL, f"caption of {name}") for name in names}
    monkeypatch.setattr(
        "activity_detector_utils.app.reporting.drawing.draw_figures", lambda _: drawn
    )


@pytest.fixture
def result():
    model, train, test = RotationModel(), frame_of(TRAIN), frame_of(TEST)
    split = Split(train, train.iloc[:0], test)
    everything = pd.concat([train, test])
    shares = everything["sessionId"].isin(["ann-1", "dee-1"])
    # dee's two recordings were divided: that is what a random split by session does.
    wrong = Split(everything[~shares], train.iloc[:0], everything[shares].assign(userId="cid"))
    return reporting.TrainingResult(
        data="hand-made",
        model=model,
        split=split,
        by="person",
        test=reporting.score(model, test),
        wrong_split=wrong,
        wrong_test=reporting.score(model, wrong.test),
        rate=50.0,
        settings={"features": ["rotX"], "patience": 2},
    )


def test_scorecard_holds_the_numbers_worked_out_by_hand(result):
    card = reporting.make_scorecard(result)
    # cid: 3 of 4 right; dee: 3 of 6. rest: 2 of 5 found, all named right; run: 4 of 5, 4 of 8... .
    assert card["test"]["accuracy"] == pytest.approx(0.6)
    assert card["test"]["recall"] == pytest.approx((2 / 5 + 4 / 5) / 2)
    assert card["test"]["precision"] == pytest.approx((2 / 3 + 4 / 7) / 2)
    assert card["test"]["log_loss"] == pytest.approx(-(6 * np.log(0.8) + 4 * np.log(0.2)) / 10)
    # Five training samples each: the tie goes to the first, of which the test has five in ten.
    assert card["baseline"] == {
        "label": "rest",
        "accuracy": 0.5,
        "f1_score": pytest.approx((2 * 5 / 15) / 2),
    }
    assert [(row["userId"], row["accuracy"]) for row in card["by_person"]] == [
        ("<dee>", 0.5),
        ("cid", 0.75),
    ]
    assert [row["class"] for row in card["by_activity"]] == ["rest", "run"]
    assert card["parts"]["test"] == {"people": ["<dee>", "cid"], "sessions": 2, "samples": 10}
    assert card["parts"]["validation"] == {"people": [], "sessions": 0, "samples": 0}


def test_scorecard_says_how_much_the_wrong_split_flatters(result):
    wrong = reporting.make_scorecard(result)["wrong_split"]
    assert wrong["accuracy"] == pytest.approx(8 / 11)  # ann all 5, dee 3 of 6
    assert wrong["excess_accuracy"] == pytest.approx(8 / 11 - 0.6)
    assert wrong["people_on_both_sides"] == 1
    assert wrong["sessions"] == 2


@pytest.mark.filterwarnings("ignore:no rows of class")
def test_scorecard_is_strict_json_even_where_a_metric_is_undefined(result):
    one_class = result.test.frame[result.test.frame["activity"] == "run"]
    with pytest.warns(UserWarning, match="auc is nan"):
        test = reporting.score(result.model, one_class)
    with pytest.warns(UserWarning, match="no rows of class 'rest'"):
        card = reporting.make_scorecard(
            reporting.TrainingResult(
                "hand-made", result.model, result.split._replace(test=one_class), "person", test
            )
        )
    assert card["test"]["auc"] is None
    assert card["wrong_split"] is None
    assert json.loads(json.dumps(card, allow_nan=False)) == card


def test_page_needs_nothing_else_and_escapes_what_people_typed(result):
    files = reporting.report_files(result)
    page = files["index.html"].decode()
    assert page.count("data:image/png;base64,") == 5
    assert not re.search(r"(src|href)=['\"](?!data:)", page)
    assert "<dee>" not in page
    assert "&lt;dee&gt;" in page
    for words in ("60.0%", "12.7 points", "One person is then on both sides"):
        assert words in page
    images = {name: data for name, data in files.items() if name.endswith(".png")}
    assert sorted(images) == [
        "confusion_matrix.png",
        "roc_curves.png",
        "sample_counts.png",
        "session_timeline.png",
        "training_history.png",
    ]
    assert all(image.startswith(b"\x89PNG") for image in images.values())
    assert json.loads(files["scorecard.json"]) == reporting.make_scorecard(result)


def test_page_of_a_split_by_session_does_not_claim_new_people(result, no_figures):
    by_session = reporting.TrainingResult(
        "hand-made", result.model, result.split, "session", result.test
    )
    page = reporting.report_files(by_session)["index.html"].decode()
    assert "never met" not in page
    assert "expect new people to fare worse" in page


def test_a_simulated_set_says_so_on_the_page(result, no_figures):
    simulated = reporting.TrainingResult(
        "gestures (simulated, not recorded)", result.model, result.split, "person", result.test
    )
    page = reporting.report_files(simulated)["index.html"].decode()
    assert "<h1>Activity classifier: gestures (simulated, not recorded)</h1>" in page


def test_timeline_is_of_the_worst_session_of_the_worst_person(result, monkeypatch):
    from activity_detector_utils.app import figures
    from activity_detector_utils.app.reporting import drawing

    shown = {}
    monkeypatch.setattr(figures, "session_timeline", lambda *a, **k: shown.update(frame=a[0], **k))
    drawing._timeline(result)
    assert shown["frame"]["sessionId"].unique().tolist() == ["dee-1"]
    assert shown["title"] == "Session dee-1: 50% of its samples right"


def test_counts_mark_who_does_not_train_and_fall_back_to_parts_for_a_crowd(result, monkeypatch):
    from activity_detector_utils.app import figures
    from activity_detector_utils.app.reporting import drawing

    tables = []
    monkeypatch.setattr(figures, "sample_counts", lambda table, **_: tables.append(table))
    drawing._counts(result)
    monkeypatch.setattr(drawing, "MOST_COLUMNS", 3)
    drawing._counts(result)
    assert list(tables[0].columns) == ["ann", "bob", "<dee> (test)", "cid (test)"]
    assert tables[0].loc["rest"].tolist() == [2, 3, 3, 2]
    assert list(tables[1].columns) == ["train", "test"]
    assert tables[1].loc["rest"].tolist() == [5, 5]
