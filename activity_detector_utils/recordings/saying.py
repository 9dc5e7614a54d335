"""What is known about columns, and what was guessed and why, in lines for people."""

from .facts import Facts, facts_of
from .lengths import typical_length, with_measured

_GRAVITY = {True: ", gravity included", False: ", without gravity", None: ""}


def describe_columns(frame, names=None, guesses_only=False, session_id="sessionId"):
    """Say what sensors columns are axes of, one line a sensor.

    Parameters
    ----------
    frame : DataFrame
    names : list of str, optional
        These columns only.
    guesses_only : bool
        Leave out what the file, the data set or the user stated.

    Returns
    -------
    list of str
    """
    facts = facts_of(frame)
    stated = facts.columns
    wanted = {name: stated[name] for name in stated if names is None or name in names}
    known = with_measured(frame, Facts(wanted, facts.rate), session_id)
    lines = []
    for group in known.groups().values():
        column, before = known.columns[group[0]], stated[group[0]]
        if guesses_only and not column.guessed and column.gravity == before.gravity:
            continue
        measured = column.gravity != before.gravity or column.unit != before.unit
        typical = typical_length(frame, group, session_id) if measured else None
        length = f"; median length {typical:.3g}" if measured else ""
        unit = column.unit or f"unit unknown (--units {_key(column, group)}=... says it)"
        article = f"in {unit}" if column.unit else unit
        gravity = _GRAVITY[column.gravity]
        lines.append(
            f"{', '.join(group)}: {column.sensor} {article}{gravity} (by {before.source}{length})"
        )
    return lines


def _key(column, group):
    return {"gyroscope": "rot", "accelerometer": "accel", "gravity": "grav"}.get(
        column.sensor, column.group or group[0]
    )
