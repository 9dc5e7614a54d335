"""The figures of a report, as PNG."""

import io

import numpy as np
import pandas as pd

from ...splits import count_samples
from .. import figures

MOST_COLUMNS = 20  # of a readable table of counts
RESOLUTION = 144  # dots an inch: sharp on a projector, small enough to mail


def draw_figures(result):
    """Draw every figure of a training run.

    Parameters
    ----------
    result : TrainingResult

    Returns
    -------
    dict of str to (bytes, str)
        File name -> the PNG, and a caption for it.
    """
    drawn = {
        "training_history.png": _history(result),
        "confusion_matrix.png": _confusion(result),
        "session_timeline.png": _timeline(result),
        "roc_curves.png": _roc(result),
        "sample_counts.png": _counts(result),
    }
    return {name: (_png(axes), caption) for name, (axes, caption) in drawn.items()}


def _history(result):
    history = result.model.history
    axes = figures.training_history(history, best=_kept_iteration(result))
    if "validation_loss" not in history:
        return axes, "Accuracy and loss on the training recordings; nobody was set aside to watch."
    return axes, (
        "Accuracy and loss after every iteration. Where the validation curve stays behind, the "
        "model knows the people it trains on better than others."
    )


def _kept_iteration(result):
    """The iteration whose weights the model has, where that need not be the last."""
    history, settings = result.model.history, result.settings
    as_planned = len(history) == settings.get("max_iterations") and not settings.get("patience")
    if as_planned or "validation_loss" not in history:
        return None
    return int(history["iteration"][history["validation_loss"].idxmin()])


def _confusion(result):
    table, classes = result.test.metrics["confusion_matrix"], result.model.classes
    wrong = table[table["target_label"] != table["predicted_label"]]
    axes = figures.confusion_matrix(table, classes, title="What was taken for what")
    caption = "Each row is a true activity; its shares add up to 100 %."
    if len(wrong):
        worst = wrong.loc[wrong["count"].idxmax()]
        caption += (
            f" The most frequent mistake: {worst.target_label} taken for {worst.predicted_label} "
            f"({worst['count']:,} samples)."
        )
    return axes, caption


def _roc(result):
    table, classes = result.test.metrics["roc_curve"], result.model.classes
    axes = figures.roc_curves(table, classes, title="Each activity against the rest")
    return axes, (
        "How many samples of an activity are found (upwards) at the price of how many false "
        "alarms (to the right), for every threshold of its probability."
    )


def _counts(result):
    target = result.model.target
    parts = {name: part for name, part in result.split._asdict().items() if not part.empty}
    everything = pd.concat(part.assign(part=name) for name, part in parts.items())
    columns = _people_columns(parts) if result.by == "person" else None
    if columns is None or len(columns) > MOST_COLUMNS:
        table = count_samples(everything, (target, "part")).reindex(columns=list(parts))
    else:
        table = count_samples(everything, (target, "userId")).rename(columns=columns)
        table = table[list(columns.values())].rename_axis(columns="person")
    axes = figures.sample_counts(table, title="Samples of each activity")
    return axes, (
        "Activities that are rare, or missing for somebody, are learned and judged on little."
    )


def _people_columns(parts):
    """Person -> heading: who does not train is marked; in the order train, validation, test."""
    headings = {}
    for name, part in parts.items():
        for person in sorted(part["userId"].unique()):
            headings.setdefault(person, str(person) if name == "train" else f"{person} ({name})")
    return headings


def _timeline(result):
    """The session that went worst, of the person who did worst."""
    test, model = result.test, result.model
    sessions, who = test.by_session, ""
    if test.by_person is not None:
        person = test.by_person["userId"].iloc[0]
        theirs = test.frame.loc[test.frame["userId"] == person, model.session_id].unique()
        sessions, who = sessions[sessions[model.session_id].isin(theirs)], f" of {person}"
    session = sessions[model.session_id].iloc[0]
    rows = (test.frame[model.session_id] == session).to_numpy()
    right = f"{sessions['accuracy'].iloc[0]:.0%} of its samples right"
    axes = figures.session_timeline(
        test.frame[rows],
        test.predicted[rows],
        model.classes,
        features=model.features,
        rate=result.rate,
        target=model.target,
        title=f"Session {figures.label(session)}: {right}",
    )
    return axes, (
        f"The worst session{who}, window by window. Long runs of one mistake call for other "
        "training recordings; flicker can be smoothed away."
    )


def _png(axes):
    import matplotlib.pyplot as plt

    figure = np.atleast_1d(np.asarray(axes, dtype=object)).flat[0].figure
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=RESOLUTION, bbox_inches="tight")
    plt.close(figure)
    return image.getvalue()
