"""Session ids: one for each recording, all of one type."""

import pandas as pd

from ..base.errors import ToolkitError


def id_text(value):
    """An id or label as text: 7 and 7.0 are both ``"7"``."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def ids_as_text(ids):
    """A column of ids as text; missing ones stay missing.

    Raises
    ------
    ToolkitError
        If two ids would become one, as the number 7 and the text 7.
    """
    names = {value: id_text(value) for value in ids.dropna().unique()}
    by_name = {}
    for value, name in names.items():
        if name in by_name:
            raise ToolkitError(
                f"column {ids.name!r} holds {by_name[name]!r} and {value!r}, which are one id as "
                f"text; rename one, or make text of all: frame[{ids.name!r}].astype(str)"
            )
        by_name[name] = value
    return ids.astype(object).map(names).astype("str")


def free_name(wanted, taken):
    """The name wanted, or with the first number behind it that makes it free."""
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    return name


def own_sessions(sessions, owners):
    """Rename sessions whose id occurs for several owners: they are several recordings.

    Parameters
    ----------
    sessions, owners : Series of str
        Of every row; an owner is a file or a person.

    Returns
    -------
    Series of str
        ``<owner>-<session>`` where an id was shared; never an id that is there already.
    """
    pairs = pd.DataFrame({"owner": owners, "session": sessions}).drop_duplicates().dropna()
    shared = pairs["session"].duplicated(keep=False)
    if not shared.any():
        return sessions
    taken, names = set(pairs["session"]), {}
    for owner, session in pairs[shared].itertuples(index=False):
        names[owner, session] = free_name(f"{owner}-{session}", taken)
        taken.add(names[owner, session])
    new = [names.get(pair, pair[1]) for pair in zip(owners, sessions, strict=True)]
    return pd.Series(new, index=sessions.index, dtype="str")
