"""``activity-detector evaluate`` and ``predict``: a saved model on recordings."""

from pathlib import Path
from typing import Annotated

import typer

from ..base.errors import ToolkitError
from .console import complain, heading, listed, say, split_names, table
from .train import Activities, Data, Resample, Units

Model = Annotated[Path, typer.Option(metavar="FOLDER", help="A saved model, or a .mlmodel file.")]
MOST_MISTAKES = 5


def add_commands(app):
    """Add the commands of this module."""
    app.command()(evaluate)
    app.command()(predict)


def evaluate(
    model: Model,
    data: Data,
    people: Annotated[
        str | None, typer.Option(metavar="P,P", help="Only these people's recordings.")
    ] = None,
    activities: Activities = None,
    units: Units = None,
    resample: Resample = None,
):
    """Score a model on labelled recordings."""
    people = split_names(people)
    from .printed_scorecard import print_people
    from .reporting import score

    classifier, title, frame = load_model_and_frame(
        model, data, activities, people, units, resample
    )
    if classifier.target not in frame:
        raise ToolkitError(f"{data} has no column activity to compare predictions with")
    warn_about_people_met(classifier, frame)
    result = score(classifier, frame)
    sessions = frame[classifier.session_id].nunique()
    heading(f"{model} on {title}: {sessions} sessions, {len(frame):,} samples")
    names = ("accuracy", "f1_score", "log_loss", "precision", "recall", "auc")
    columns = ["accuracy", "macro F1", "log loss", "precision", "recall", "auc"]
    table(columns, [[result.metrics[name] for name in names]])
    if result.by_person is not None:
        print_people(result.by_person.to_dict("records"))
    _print_mistakes(result.metrics["confusion_matrix"])


def predict(
    model: Model,
    data: Data,
    output: Annotated[Path, typer.Option(metavar="FILE.csv", help="The file to write.")],
    per_window: Annotated[
        bool, typer.Option("--per-window", help="One line a window instead of one a sample.")
    ] = False,
    activities: Activities = None,
    units: Units = None,
    resample: Resample = None,
):
    """Predict activities, into a CSV file; every row gets an answer."""
    from ..base.places import refuse_inputs
    from ..base.writing import replacing

    refuse_inputs(output, data, model)
    classifier, recordings, theirs = load_model_and_recordings(model, data, activities, units)
    good = fitting(classifier, recordings, resample, needed=["sessionId"])
    everything = (good if resample else recordings.frame).rename(columns=theirs)
    good, title = good.rename(columns=theirs), recordings.title
    if per_window:
        predicted = classifier.classify(good, "per_window")
    else:
        known = [name for name in ("userId", classifier.session_id) if name in everything]
        answers = _for_every_row(classifier.classify(good), everything[classifier.session_id])
        predicted = everything[known].join(answers).rename_axis("row").reset_index()
    with replacing(output) as temporary:
        predicted.to_csv(temporary, index=False, float_format="%.6f")
    unit = "windows" if per_window else "samples"
    say(f"{len(predicted):,} {unit} of {title} predicted: {output}")
    shares = predicted["class"].value_counts(normalize=True)
    say(", ".join(f"{activity} {share:.0%}" for activity, share in shares.items()))


def _for_every_row(answers, sessions):
    """Give rows that were left out the answer of the row before them in their session.

    A stream does the same: what cannot be used changes nothing. The first rows of a session get
    the answer of the first that has one; a session without any is unknown.
    """
    if len(answers) == len(sessions):
        return answers
    from ..streaming import UNKNOWN

    say("Rows left out have the answer of the row before them in their session.")
    answers = answers.astype({"class": object}).reindex(sessions.index)
    keys = sessions.to_numpy()
    answers = answers.groupby(keys, sort=False, dropna=False).ffill()
    answers = answers.groupby(keys, sort=False, dropna=False).bfill()
    return answers.fillna({"class": UNKNOWN})


def load_model_and_frame(model, data, activities=None, people=None, units=None, resample=None):
    """Load a model, and recordings with the column names that it knows, without bad rows.

    Parameters
    ----------
    model : Path
    data, activities : str
        As on the command line.
    people : list of str, optional
        Whose recordings; everybody's by default.
    units, resample
        As on the command line.

    Returns
    -------
    classifier : ActivityClassifier
    title : str
        The recordings' name.
    frame : DataFrame
    """
    from .holding_out import known_people

    classifier, recordings, theirs = load_model_and_recordings(model, data, activities, units)
    frame = fitting(classifier, recordings, resample)
    if people is not None:
        if "userId" not in frame:
            raise ToolkitError(f"--people: {data} has no column userId")
        frame = frame[frame["userId"].isin(known_people(frame["userId"].unique(), people))]
    return classifier, recordings.title, frame.rename(columns=theirs)


def fitting(classifier, recordings, resample=None, needed=("userId", "sessionId", "activity")):
    """The rows that a model can read, at its rate; refuses recordings of other units or rates.

    Parameters
    ----------
    classifier : ActivityClassifier
    recordings : Recordings
    resample : float, optional
        Hz to resample to.
    needed : sequence of str
        Which of session, activity and person must be known.

    Returns
    -------
    DataFrame
    """
    from ..activity_classifier.meaning import refuse_other_recordings
    from .loading import at_one_rate, without_bad_rows

    good = without_bad_rows(recordings, classifier.features, needed)
    frame = at_one_rate(good, resample_to=resample).frame if resample else good.frame
    refuse_other_recordings(classifier, frame)
    return frame


def load_model_and_recordings(model, data, activities=None, units=None):
    """Load a model and recordings.

    Parameters
    ----------
    model : Path
    data, activities, units : str
        As on the command line.

    Returns
    -------
    classifier : ActivityClassifier
    recordings : Recordings
    theirs : dict of str to str
        Our name of a column -> the model's.
    """
    from ..activity_classifier import load_model
    from ..recordings.units import parse_units
    from .loading import load_recordings, parse_activities

    classifier = load_model(model)
    ours = {classifier.session_id: "sessionId", classifier.target: "activity"}
    recordings = load_recordings(
        data, parse_activities(activities), columns=ours, units=parse_units(units)
    )
    return classifier, recordings, {our: name for name, our in ours.items()}


def warn_about_people_met(classifier, frame):
    """Say so if the scores to come are those of people that the model was trained on."""
    trained = set(map(str, classifier.fields.get("train_people", ())))
    met = sorted(trained & set(map(str, frame["userId"]))) if "userId" in frame else []
    if met:
        complain(
            f"Note: the model was trained on {listed(met)}; their scores say little about new "
            "people."
        )


def _print_mistakes(confusion):
    wrong = confusion[confusion["target_label"] != confusion["predicted_label"]]
    worst = wrong.sort_values("count", ascending=False, kind="stable").head(MOST_MISTAKES)
    if worst.empty:
        return
    heading("Most frequent mistakes")
    rows = [[str(true), str(named), n] for true, named, n in worst.itertuples(index=False)]
    table(["activity", "taken for", "samples"], rows)
