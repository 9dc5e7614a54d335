"""Who trains and who tests: people where there are enough of them, else sessions."""

import numpy as np

from ..base.errors import ToolkitError
from ..splits import (
    Split,
    random_split_by_session,
    split_by_source,
    stratified_session_split,
)
from .console import listed

MIN_PEOPLE = 3  # with fewer, nobody is left to train on who could be compared
MIN_PEOPLE_TO_WATCH = 5  # with fewer, a person who only validates is better used for training
FRACTIONS = (0.6, 0.2, 0.2)
MIN_SESSIONS_TO_WATCH = 10
WATCHED_SHARE = 0.1
N_TRIES = 100


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
        If a person is unknown, there are too few people or sessions, or nobody who trains recorded
        an activity that is validated.
    """
    split, by = _divide(recordings, test, validation, seed)
    if split.train.empty or split.test.empty:
        raise ToolkitError("nobody is left to train on; name fewer people")
    missing = set(split.validation["activity"]) - set(split.train["activity"])
    if missing:
        raise ToolkitError(
            f"nobody who trains recorded {listed(sorted(missing))}; choose other people with "
            "--validation-people and --test-people"
        )
    return split, by


def wrong_split(split, seed=0):
    """Divide the same recordings at random by session, in parts as large: what not to do.

    Returns
    -------
    Split
    """
    import pandas as pd

    sizes = [part["sessionId"].nunique() for part in split]
    everything = pd.concat(split)
    rest, test = split_sessions(everything, 1 - sizes[2] / sum(sizes), seed)
    if not sizes[1]:
        return Split(rest, rest.iloc[:0], test)
    train, validation = split_sessions(rest, sizes[0] / (sizes[0] + sizes[1]), seed + N_TRIES)
    return Split(train, validation, test)


def split_sessions(frame, fraction, seed):
    """Split at random by session; both parts have sessions, the first has every activity.

    Raises
    ------
    ToolkitError
        If that cannot be had.
    """
    activities = set(frame["activity"])
    for number in range(seed, seed + N_TRIES):
        first, second = random_split_by_session(frame, "sessionId", float(fraction), number)
        if len(second) and set(first["activity"]) == activities:
            return first, second
    sessions = frame.groupby("activity")["sessionId"].nunique()
    raise ToolkitError(
        "too few sessions to hold some out and still train on every activity; sessions of each: "
        + listed(f"{activity} {n}" for activity, n in sessions.items())
    )


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
    """Say who is where, in lines of text."""
    sizes = [part["sessionId"].nunique() for part in split]
    if by == "session":
        return [
            "Fewer than three people: only sessions can be held out, so the test people trained "
            "the model too, and the scores say little about new people.",
            "Sessions at random: {} to train, {} to watch, {} to test.".format(*sizes),
        ]
    train, validation, test = (np.unique(part["userId"]) for part in split)
    watched = f"validate on {listed(validation)}"
    if not sizes[1]:
        watched = "nothing to validate on (fewer than ten sessions)"
    elif set(validation) <= set(train):
        watched = f"validate on {sizes[1]} more of their sessions"
    return [f"Train on {listed(train)}; {watched}; test on {listed(test)}."]
