"""Labels as people write them: names of activities, blanks around them, near-equal spellings."""

import re
import unicodedata
import warnings
from collections.abc import Mapping

from ..base.errors import ToolkitError, WrongType
from .sessions import id_text

SPELLED = ("activity", "userId")  # the columns that people write by hand
# Letters of other alphabets that look like Latin ones.
_LOOK_ALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb"  # Cyrillic
    "\u03bf\u03bd\u03c1\u03b1",  # Greek
    "aeopcyxijsdhovpa",
)
_BETWEEN_WORDS = re.compile(r"(?<=\w)[\s_\-\u2010-\u2015]+(?=\w)")


def activity_names(activities):
    """Label in a file -> activity: those given, and the activities' own names.

    Parameters
    ----------
    activities : mapping
        What a label stands for is said here and nowhere else: an activity's own name is
        understood only if it is not one of the labels, so that labels can be exchanged.

    Raises
    ------
    ToolkitError
        If a label is there twice, as the number 1 and the text 1, or a name is empty.
    """
    if not isinstance(activities, Mapping):
        raise WrongType(f"activities must map labels to names or be None, not {activities!r}")
    names = {}
    for label, name in activities.items():
        label, name = id_text(label).strip(), "" if name is None else id_text(name).strip()
        if not name or label in names:
            wrong = "has no name" if not name else "is there twice"
            raise ToolkitError(f"activities: the label {label!r} {wrong}; it has {activities}")
        names[label] = name
    return {name: name for name in names.values()} | names


def trim_labels(frame):
    """Remove blanks around activities and people, and warn with the number of rows changed.

    Returns
    -------
    DataFrame
        The frame itself where there are none. What was only blanks is missing.
    """
    changed = {}
    for column in SPELLED:
        if column not in frame:
            continue
        labels = frame[column].dropna().unique()
        trimmed = {label: label.strip() or None for label in labels if isinstance(label, str)}
        trimmed = {label: new for label, new in trimmed.items() if new != label}
        if trimmed:
            rows = frame[column].isin(list(trimmed))
            plain = frame[column].astype(object)
            changed[column] = plain.mask(rows, plain.map(trimmed))
            warn_trimmed({column: int(rows.sum())})
    return frame.assign(**changed)


def warn_trimmed(counts):
    """Say in how many rows blanks were removed; `counts` is rows by column."""
    for column, n in counts.items():
        if n:
            warnings.warn(f"removed blanks around {column} in {n:,} rows", stacklevel=4)


def near_equal(values):
    """Find labels that differ only in ways that people do not mean.

    These are capitals, blanks, hyphens and underscores between words, invisible characters, and
    characters that look alike.

    Parameters
    ----------
    values : Series
        A label for every row.

    Returns
    -------
    list of dict
        Label -> rows, the most frequent first, for each group of near-equal labels.
    """
    groups = {}
    for label, n in values.astype(object).value_counts(sort=True).items():
        groups.setdefault(_plain(label), {})[label] = n
    return [group for group in groups.values() if len(group) > 1]


def _plain(label):
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", id_text(label)).casefold())
    visible = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return _BETWEEN_WORDS.sub(" ", visible.strip()).translate(_LOOK_ALIKES)


def in_words(label, n):
    """A label and its rows; signs that are no plain letters are spelled out, so that they show."""
    return f"{label!a} ({n:,} rows)"


def warn_near_equal(frame):
    """Warn of near-equal activities and people, and say how to make them one."""
    for column in SPELLED:
        if column not in frame:
            continue
        for group in near_equal(frame[column]):
            most, *others = group
            spelled = ", ".join(f"{label!a}: {most!a}" for label in others)
            warnings.warn(
                f"near-equal labels in {column}: "
                + ", ".join(in_words(label, n) for label, n in group.items())
                + f"; if they are one, frame.replace({{{column!r}: {{{spelled}}}}}) makes them so",
                stacklevel=4,
            )
