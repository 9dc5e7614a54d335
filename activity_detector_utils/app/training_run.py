"""One training run: train, save, test once, train again on a wrong split, report."""

import os
import tempfile
import warnings
from pathlib import Path

from ..activity_classifier import create
from ..activity_classifier.saved import REPORT, check_replaceable
from ..base.errors import CannotWrite, ToolkitError
from ..base.writing import write_folder
from ..recordings.facts import facts_of
from ..recordings.saying import describe_columns
from .console import complain, listed, say
from .holding_out import describe_split, wrong_split
from .printed_scorecard import print_scorecard
from .reporting import TrainingResult, make_scorecard, report_files, score


def check_output(output):
    """Raise ToolkitError, before any time is spent, if a model cannot be written there."""
    check_replaceable(output)
    parent = output.absolute().parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise ToolkitError(f"--output {output}: cannot write into {parent}")


def say_found(recordings, division, settings):
    """Print what was loaded, and who trains and tests."""
    frame, (split, by) = recordings.frame, division
    people = f"{frame['userId'].nunique()} people, " if "userId" in frame else ""
    size = f"{people}{frame['sessionId'].nunique()} sessions, {len(frame):,} samples"
    rate, window = recordings.rate, settings["prediction_window"]
    if rate:
        size += f", {len(frame) / rate / 60:.1f} minutes at {rate:g} Hz"
    say(f"{recordings.title}: {size}")
    activities = sorted(frame["activity"].unique())
    say(f"Activities: {listed(activities)}")
    if all(str(activity).isdigit() for activity in activities):
        say("These are the labels as written; --activities 0=name,1=name names them.")
    for line in describe_columns(frame, settings["features"], guesses_only=True):
        say(f"Taken for: {line}")
    units = facts_of(frame).units(settings["features"])
    features = [
        f"{name} ({units[name]})" if name in units else name for name in settings["features"]
    ]
    seconds = f" ({window / rate:g} s)" if rate else ""
    say(f"Features: {listed(features)}; window: {window} samples{seconds}")
    for line in describe_split(split, by):
        say(line)


def train(recordings, division, settings):
    """Train on the part for training.

    Parameters
    ----------
    recordings : Recordings
    division : (Split, str)
        As `hold_out` gives it.
    settings : dict
        Arguments of `create`.

    Returns
    -------
    model : ActivityClassifier
    interrupted : bool
        Whether Ctrl-C ended the training before its last iteration.
    """
    model = _train(division[0], settings, verbose=True)
    model.fields |= _provenance(recordings, division)
    return model, was_interrupted(model, settings)


def keep(output, model, interrupted):
    """Save a model before anything else can go wrong; return where.

    A training that was interrupted replaces no model. Where the place cannot be written to any
    more, the model goes to the folder for temporary files.

    Returns
    -------
    Path
    """
    if interrupted and output.exists():
        output = _free_place_beside(output)
        complain("Interrupted: the model that was there before is kept; this one lies beside it.")
    try:
        model.save(output)
    except CannotWrite as reason:
        output = Path(tempfile.mkdtemp(prefix="activity-detector-"), output.name)
        model.save(output)
        complain(f"Error: {reason}. The model is saved in {output} instead; move it from there.")
    return output


def judge(model, recordings, division, settings, with_wrong_split):
    """Test a model once; where people were held out, train and test again on a wrong split.

    Parameters
    ----------
    model : ActivityClassifier
    recordings, division, settings
        As in :func:`train`.
    with_wrong_split : bool

    Returns
    -------
    TrainingResult
    """
    split, by = division
    seconds = float(model.history["seconds"].iloc[-1])
    wrong = None, None
    if with_wrong_split and by == "person":
        wrong = _train_on_wrong_split(split, settings, seconds)
    return TrainingResult(
        data=recordings.title,
        model=model,
        split=split,
        by=by,
        test=score(model, split.test),
        wrong_split=wrong[0],
        wrong_test=wrong[1],
        rate=recordings.rate,
        settings=settings
        | {"training_iterations": len(model.history), "training_seconds": round(seconds, 1)},
    )


def was_interrupted(model, settings):
    """Whether training stopped for another reason than its last iteration or its patience."""
    done, patience = len(model.history), settings["patience"]
    if done == settings["max_iterations"]:
        return False
    best = model.history["validation_loss"].argmin() + 1 if patience else done
    return patience is None or done - best < patience


def write_report(output, result):
    """Write the report into the model's folder, whole or not at all; return whether it is there.

    The model is what counts: whatever fails here is a warning.
    """
    import matplotlib

    matplotlib.use("agg")  # figures go into files: no window, no display needed
    try:
        write_folder(output / REPORT, report_files(result))
    except Exception as reason:
        kind = "" if isinstance(reason, ToolkitError) else f"{type(reason).__name__}: "
        complain(f"Note: the model is saved, but there is no report: {kind}{reason}")
        return False
    return True


def say_outcome(output, result, reported):
    """Print the scorecard, and what was written where."""
    print_scorecard(make_scorecard(result))
    say()
    say(f"Model:   {output}")
    if reported:
        say(f"Report:  {output / REPORT / 'index.html'}")


def _free_place_beside(output):
    number, place = 1, output.with_name(f"{output.name}-interrupted")
    while place.exists():
        number += 1
        place = output.with_name(f"{output.name}-interrupted-{number}")
    return place


def _train(split, settings, verbose):
    validation = None if split.validation.empty else split.validation
    return create(
        split.train, "sessionId", "activity", validation_set=validation, verbose=verbose, **settings
    )


def _train_on_wrong_split(split, settings, seconds):
    """The wrong split and the score of a second model on it; two None where that is left out."""
    say(
        "Training once more, on a wrong split (sessions at random), for comparison: "
        f"about {seconds:.0f} s; Ctrl-C leaves it out."
    )
    try:
        wrong = wrong_split(split, settings["random_seed"])
        with warnings.catch_warnings(action="ignore"):  # said at the first training
            model = _train(wrong, settings, verbose=False)
    except KeyboardInterrupt:
        complain("Left out.")
    except ValueError as reason:  # the model that counts is trained: it must not be lost
        complain(f"Left out: {reason}")
    else:
        if not was_interrupted(model, settings):
            return wrong, score(model, wrong.test)
        complain("Left out.")
    return None, None


def _provenance(recordings, division):
    """What a model should know about its recordings, for `evaluate` and for exported files."""
    split, by = division
    found = {"data": recordings.title, "held_out": by}
    trained = f"{split.train['sessionId'].nunique()} sessions"
    if "userId" in split.train:
        for name in ("train", "test"):
            found[f"{name}_people"] = sorted(getattr(split, name)["userId"].unique().tolist())
        trained += f" of {len(found['train_people'])} people"
    found["description"] = f"Activity classifier trained on {recordings.title}: {trained}"
    return found
