"""Who trains and who tests: people where there are enough of them, else sessions."""

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError
from ..splits import Split, split_by_source, stratified_session_split
from .console import listed

MIN_PEOPLE = 3  # with fewer, nobody is left to train on who could be compared
MIN_PEOPLE_TO_WATCH = 5  # with fewer, a person who only validates is better used for training
FRACTIONS = (0.6, 0.2, 0.2)
MIN_SESSIONS_TO_WATCH = 10
WATCHED_SHARE = 0.1


def hold_out(recordings, test=None, validation=None, seed=0):
    """Divide recordings into train, validation and test.

    Parameters
    ----------
    recordings : Recordings
    test, validation : list of str, optional
        People; without either, those fixed for the data set, else a stratified fifth of them.
    seed : int

    Returns
    -------
    split : Split
        `validation` may have no rows.
    by : {'person', 'session'}
        What was held out for the test.

    Raises
    ------
    ToolkitError
        If a person is unknown, there are too few people or sessions, nobody who trains recorded an
        activity that is validated, or the test would be of one activity.
    """
    everything = recordings.frame["activity"].unique()
    if len(everything) == 1:
        raise ToolkitError(
            f"all recordings are of one activity, {everything[0]}: there is nothing to tell apart; "
            "add recordings of another (it may be called rest)"
        )
    split, by = _divide(recordings, test, validation, seed)
    if split.train.empty or split.test.empty:
        raise ToolkitError("nobody is left to train on; name fewer people")
    missing = set(split.validation["activity"]) - set(split.train["activity"])
    if missing:
        raise ToolkitError(
            f"nobody who trains recorded {listed(sorted(missing))}; choose other people with "
            "--validation-people and --test-people"
        )
    tested = split.test["activity"].unique()
    if len(tested) == 1:
        raise ToolkitError(
            f"the test would be of one activity, {tested[0]}, and its score would say nothing; "
            + _more_to_test(split, by)
        )
    return split, by


def wrong_split(split, seed=0):
    """Divide the same recordings at random by session, in parts as large: what not to do.

    Returns
    -------
    Split
    """
    sizes = [part["sessionId"].nunique() for part in split]
    rest, test = split_sessions(pd.concat(split), 1 - sizes[2] / sum(sizes), seed)
    if not sizes[1]:
        return Split(rest, rest.iloc[:0], test)
    train, validation = split_sessions(rest, sizes[0] / (sizes[0] + sizes[1]), seed)
    return Split(train, validation, test)


def split_sessions(frame, fraction, seed):
    """Split at random by session; the first part has every activity, and so has the second.

    An activity with a single session is in the first part only.

    Raises
    ------
    ToolkitError
        If no activity has two sessions.
    """
    second = stratified_session_split(
        frame["sessionId"], frame["activity"], 1 - fraction, seed, every_class=True
    )
    if not second.any():
        raise ToolkitError(
            "too few sessions to hold some out and still train on every activity; sessions of "
            f"each: {_sessions_of_each(frame)}"
        )
    return frame[~second], frame[second]


def _more_to_test(split, by):
    """What to do about a test of one activity."""
    if by == "person":
        return "name other people with --test-people"
    together = pd.concat(split)
    return f"record two sessions of each at least; there are {_sessions_of_each(together)}"


def _sessions_of_each(frame):
    sessions = frame.groupby("activity", observed=True)["sessionId"].nunique()
    return listed(f"{activity} {n}" for activity, n in sessions.items())


def _divide(recordings, test, validation, seed):
    frame = recordings.frame
    people = frame["userId"].unique() if "userId" in frame else []
    named = test is not None or validation is not None
    if len(people) < MIN_PEOPLE and test is None:
        if named:
            raise ToolkitError("--validation-people needs three people, or --test-people as well")
        rest, held = split_sessions(frame, 0.8, seed)
        return _watch_sessions(rest, held, seed), "session"
    if named:
        return _named(
            frame, known_people(people, test), known_people(people, validation), seed
        ), "person"
    if recordings.people is not None:
        return split_by_source(frame, **recordings.people), "person"
    if len(people) >= MIN_PEOPLE_TO_WATCH:
        return split_by_source(frame, fractions=FRACTIONS, seed=seed), "person"
    split = split_by_source(frame, fractions=(1 - 1 / len(people), 0, 1 / len(people)), seed=seed)
    return _watch_sessions(split.train, split.test, seed), "person"


def _named(frame, test, validation, seed):
    """The people named test and validate; a part that was not named is drawn from the others."""
    if test is None:
        others = frame[~frame["userId"].isin(validation)]
        if others["userId"].nunique() < 2:
            raise ToolkitError("--validation-people leaves too few people to train and to test on")
        test = _draw(others, max(1, round(0.2 * frame["userId"].nunique())), seed)
    if validation is not None:
        return split_by_source(frame, validation=validation, test=test)
    others = frame[~frame["userId"].isin(test)]
    if others["userId"].nunique() >= MIN_PEOPLE_TO_WATCH - 1:
        watched = _draw(others, max(1, round(0.2 * frame["userId"].nunique())), seed)
        return split_by_source(frame, validation=watched, test=test)
    split = split_by_source(frame, test=test)
    return _watch_sessions(split.train, split.test, seed)


def _draw(frame, n_people, seed):
    """People chosen so that their activities are as frequent as everybody's."""
    share = n_people / frame["userId"].nunique()
    split = split_by_source(frame, fractions=(1 - share, 0, share), seed=seed)
    return split.test["userId"].unique().tolist()


def _watch_sessions(rest, test, seed):
    """Set a tenth of the remaining sessions aside to watch, where there are enough of them."""
    if rest["sessionId"].nunique() < MIN_SESSIONS_TO_WATCH:
        return Split(rest, rest.iloc[:0], test)
    watched = stratified_session_split(rest["sessionId"], rest["activity"], WATCHED_SHARE, seed)
    return Split(rest[~watched], rest[watched], test)


def known_people(people, names):
    """Find people by their names on the command line; in a file they may be numbers.

    Raises
    ------
    ToolkitError
        If one does not exist.
    """
    if names is None:
        return None
    by_name = {str(person): person for person in people}
    if unknown := [name for name in names if name not in by_name]:
        have = listed(by_name) or "no column userId"
        raise ToolkitError(f"unknown people: {listed(unknown)}; this data has {have}")
    return [by_name[name] for name in names]


def describe_split(split, by):
    """Say who is where, and what is not tested, in lines of text."""
    untested = set(split.train["activity"]) - set(split.test["activity"])
    lines = [_describe_people(split)] if by == "person" else _describe_sessions(split)
    if untested:
        lines.append(f"Not in the test, so that no score speaks of it: {listed(sorted(untested))}.")
    return lines


def _describe_sessions(split):
    sizes = [part["sessionId"].nunique() for part in split]
    return [
        "Fewer than three people: only sessions can be held out, so the test people trained "
        "the model too, and the scores say little about new people.",
        "Sessions at random: {} to train, {} to watch, {} to test.".format(*sizes),
    ]


def _describe_people(split):
    train, validation, test = (np.unique(part["userId"]) for part in split)
    n_watched = split.validation["sessionId"].nunique()
    watched = f"validate on {listed(validation)}"
    if not n_watched:
        watched = "nothing to validate on (fewer than ten sessions)"
    elif set(validation) <= set(train):
        watched = f"validate on {n_watched} more of their sessions"
    return f"Train on {listed(train)}; {watched}; test on {listed(test)}."
