"""One training run: train, test once, train again on a wrong split, save."""

import os
import warnings

from ..activity_classifier import create
from ..activity_classifier.saved import check_replaceable, write_model
from ..base.errors import ToolkitError
from ..base.writing import replacing_folder
from ..recordings.facts import facts_of
from ..recordings.saying import describe_columns
from .console import complain, listed, say
from .holding_out import describe_split, wrong_split
from .reporting import TrainingResult, make_scorecard, report_files, score
from .scorecard import print_scorecard


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


def train_and_test(recordings, division, settings, with_wrong_split=True):
    """Train and test once; where people were held out, do it again on a wrong split.

    Parameters
    ----------
    recordings : Recordings
    division : (Split, str)
        As `hold_out` gives it.
    settings : dict
        Arguments of `create`.
    with_wrong_split : bool

    Returns
    -------
    result : TrainingResult
    interrupted : bool
        Whether Ctrl-C ended the training before its last iteration.
    """
    split, by = division
    model = _train(split, settings, verbose=True)
    model.fields |= _provenance(recordings, division)
    interrupted = was_interrupted(model, settings)
    seconds = float(model.history["seconds"].iloc[-1])
    wrong = None, None
    if with_wrong_split and by == "person" and not interrupted:
        wrong = _train_on_wrong_split(split, settings, seconds)
    result = TrainingResult(
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
    return result, interrupted


def was_interrupted(model, settings):
    """Whether training stopped for another reason than its last iteration or its patience."""
    done, patience = len(model.history), settings["patience"]
    if done == settings["max_iterations"]:
        return False
    best = model.history["validation_loss"].argmin() + 1 if patience else done
    return patience is None or done - best < patience


def save_run(output, result):
    """Write model and report as one folder, complete or not at all."""
    import matplotlib

    matplotlib.use("agg")  # figures go into files: no window, no display needed
    with replacing_folder(output) as folder:
        write_model(result.model, folder)
        (folder / "report").mkdir()
        for name, data in report_files(result).items():
            (folder / "report" / name).write_bytes(data)


def say_outcome(output, result):
    """Print the scorecard, and what was written where."""
    print_scorecard(make_scorecard(result))
    say()
    say(f"Model:   {output}")
    say(f"Report:  {output / 'report' / 'index.html'}")


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
