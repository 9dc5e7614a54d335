"""The numbers of a training run: on whom it was tested, and what to compare them with."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ...base import settings
from ...evaluation import evaluate, evaluate_by, majority_baseline
from ...splits import Split, audit

SCALARS = ("accuracy", "f1_score", "log_loss", "precision", "recall", "auc")
PACKAGES = ("activity-detector-utils", "keras", "tensorflow", "numpy", "pandas")


@dataclass(frozen=True)
class Score:
    """How a model does on recordings.

    Attributes
    ----------
    frame : DataFrame
        The recordings, with their labels.
    predicted : ndarray of shape (n_rows,)
        The most probable activity of each row.
    metrics : dict
        As :func:`activity_detector_utils.evaluation.evaluate` gives for 'report'.
    by_person : DataFrame or None
        Worst first; None where nobody is named.
    by_session : DataFrame
        Worst first.
    """

    frame: pd.DataFrame
    predicted: np.ndarray
    metrics: dict
    by_person: pd.DataFrame | None
    by_session: pd.DataFrame


def score(model, frame, source="userId"):
    """Score a model on labelled recordings, in all and by person and session.

    Parameters
    ----------
    model : ActivityClassifier
    frame : DataFrame
        With the model's feature, session and target columns.
    source : str
        Column that names the person; may be missing.

    Returns
    -------
    Score
    """
    labels, probabilities = model.labelled_probabilities(frame)
    classes = np.array(model.classes, dtype=object)
    facts = (labels, probabilities, model.classes)
    return Score(
        frame=frame,
        predicted=classes[probabilities.argmax(axis=1)],
        metrics=evaluate(*facts, metric="report"),
        by_person=evaluate_by(frame[source], *facts) if source in frame else None,
        by_session=evaluate_by(frame[model.session_id], *facts),
    )


@dataclass(frozen=True)
class TrainingResult:
    """A model that was trained and tested once, and all that its report says.

    Attributes
    ----------
    data : str
        What it was trained on, for people; says so if that was simulated.
    model : ActivityClassifier
    split : Split
        `validation` may have no rows.
    by : {'person', 'session'}
        What was held out.
    test : Score
        On ``split.test``.
    wrong_split : Split, optional
        The same recordings divided at random by session.
    wrong_test : Score, optional
        Of a second model, with the same settings, trained and tested on `wrong_split`.
    rate : float, optional
        Samples a second (Hz).
    settings : dict
        The training settings, for the record.
    """

    data: str
    model: Any
    split: Split
    by: str
    test: Score
    wrong_split: Split | None = None
    wrong_test: Score | None = None
    rate: float | None = None
    settings: dict = field(default_factory=dict)


def make_scorecard(result):
    """Put the numbers of a training run into what JSON can hold.

    Parameters
    ----------
    result : TrainingResult

    Returns
    -------
    dict
        ``data, held_out, parts, settings, test, baseline, wrong_split`` (None where it was left
        out)``, by_person, by_activity, by_session, versions``. Tables are lists of records, the
        worst first.
    """
    test, target = result.test, result.model.target
    by_activity = test.metrics["report_by_class"].sort_values("recall", kind="stable")
    card = {
        "data": result.data,
        "held_out": result.by,
        "parts": {name: _part(part) for name, part in result.split._asdict().items()},
        "settings": result.settings,
        "test": {name: test.metrics[name] for name in SCALARS},
        "baseline": _baseline(result.split.train[target], test.frame[target], result.model.classes),
        "wrong_split": _wrong(result),
        "by_person": _records(test.by_person),
        "by_activity": _records(by_activity),
        "by_session": _records(test.by_session),
        "versions": settings.versions(*PACKAGES),
    }
    return _plain(card)


def _part(frame):
    people = sorted(frame["userId"].unique().tolist()) if "userId" in frame else None
    return {"people": people, "sessions": frame["sessionId"].nunique(), "samples": len(frame)}


def _baseline(train_labels, test_labels, classes):
    """What always naming the most frequent activity of the training part is worth."""
    label, accuracy = majority_baseline(train_labels, test_labels)
    always = np.tile([float(name == label) for name in classes], (len(test_labels), 1))
    f1 = evaluate(test_labels.to_numpy(), always, classes, "f1_score")["f1_score"]
    return {"label": label, "accuracy": accuracy, "f1_score": f1}


def _wrong(result):
    if result.wrong_test is None:
        return None
    wrong, metrics = result.wrong_split, result.wrong_test.metrics
    shared = None
    if "userId" in wrong.train:
        on_both_sides = audit(train=wrong.train, test=wrong.test, session=None)
        shared = len(on_both_sides)
    return {
        **{name: metrics[name] for name in SCALARS},
        "sessions": wrong.test["sessionId"].nunique(),
        "people_on_both_sides": shared,
        "excess_accuracy": metrics["accuracy"] - result.test.metrics["accuracy"],
    }


def _records(table):
    return None if table is None else table.to_dict("records")


def _plain(value):
    """Plain Python values; what is not a number becomes None, which JSON has."""
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
