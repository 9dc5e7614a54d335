"""What the features of a training mean: checked against the values, and kept with the model."""

from dataclasses import asdict, dataclass, replace

import pandas as pd

from ..base.errors import ToolkitError
from ..recordings.facts import Column, Facts, facts_of
from ..recordings.lengths import with_measured
from ..recordings.magnitudes import refuse_contradictions
from ..recordings.names import parse_unit
from ..recordings.rates import TOLERANCE, measured_rate, refuse_other_rate
from ..recordings.suspicions import refuse_suspicious, warn_about_clocks


@dataclass(frozen=True)
class Meaning:
    """What the features of a training mean.

    Attributes
    ----------
    columns : dict of str to Column
        Feature -> what it measures.
    units : dict of str to str
        Feature -> unit, where known.
    rate : float or None
        Samples a second (Hz): as said, else as measured, else as stated on the frame.
    """

    columns: dict
    units: dict
    rate: float | None

    def fields(self):
        """What a model keeps beside its units: feature -> sensor, axis, gravity, and the source."""
        known = {name: asdict(column) for name, column in self.columns.items() if column.sensor}
        kept = ("sensor", "axis", "gravity", "source")
        sensors = {name: {key: column[key] for key in kept} for name, column in known.items()}
        return {"sensors": sensors} if sensors else {}


def read_meaning(dataset, features, session_id, target, named=True, units=None, rate=None):
    """Read what the features of a frame mean, and refuse what its values contradict.

    Parameters
    ----------
    dataset : DataFrame
    features : list of str
    session_id, target : str
    named : bool
        Whether somebody named the features; if nobody did, a clock, counter, id or label among
        them is an error, else a clock or counter is a warning.
    units : dict of str to str, optional
        Feature -> unit, as the caller says.
    rate : float, optional
        Samples a second, as the caller says.

    Returns
    -------
    Meaning

    Raises
    ------
    ToolkitError
        If a column is no measurement, a unit is contradicted by the size of the values, or a rate
        by the times.
    """
    if named:
        warn_about_clocks(dataset, features, session_id)
    else:
        refuse_suspicious(dataset, features, session_id, target)
    facts = facts_of(dataset)
    columns = {name: facts.columns.get(name, Column()) for name in features}
    for name, unit in (units or {}).items():
        if name in columns:
            said = parse_unit(unit) or unit
            columns[name] = replace(columns[name], unit=said, source="the argument units")
    known = with_measured(dataset, Facts(columns, facts.rate), session_id)
    refuse_contradictions(dataset, features, known, session_id)
    measured = measured_rate(dataset, rate, session_id)
    return Meaning(
        known.columns, known.units(features) | (units or {}), rate or measured or facts.rate
    )


def refuse_other_meaning(frame, meaning, session_id, name="validation_set"):
    """Raise ToolkitError if recordings contradict what the training recordings mean.

    Parameters
    ----------
    frame : DataFrame
    meaning : Meaning
    session_id, name : str
    """
    if not isinstance(frame, pd.DataFrame) or session_id not in frame:
        return  # said elsewhere
    facts = Facts(meaning.columns)
    try:
        refuse_contradictions(frame, list(meaning.columns), facts, session_id)
        measured_rate(frame, meaning.rate, session_id)
    except ToolkitError as problem:
        raise ToolkitError(f"{name}: {problem}") from problem


def refuse_other_recordings(model, frame, session_id="sessionId"):
    """Raise ToolkitError if recordings are in other units than a model takes, or at another rate.

    Parameters
    ----------
    model : ActivityClassifier
    frame : DataFrame
        Its features, a session column and, if recorded, times.
    session_id : str

    Raises
    ------
    ToolkitError
        If units or rate are stated or measured to be others; says what to do.
    """
    facts = facts_of(frame)
    sensors = model.fields.get("sensors", {})
    claimed = {}
    for name in model.features:
        column = facts.columns.get(name)
        if column is None:
            continue  # said elsewhere
        unit = parse_unit(model.units.get(name, "")) or model.units.get(name)
        if unit and column.unit and column.unit != unit and not column.guessed:
            raise ToolkitError(
                f"the model takes {name!r} in {unit}, but the recordings have it in {column.unit} "
                f"({column.source}); convert_units or --units brings them to the units used here"
            )
        gravity = sensors.get(name, {}).get("gravity", column.gravity)
        claimed[name] = replace(column, unit=unit, gravity=gravity, source="the model's unit")
    refuse_contradictions(frame, list(claimed), Facts(claimed), session_id)
    rate = model.sampling_rate
    if rate and facts.rate and abs(facts.rate / rate - 1) > TOLERANCE:
        raise ToolkitError(
            f"the model was trained at {rate:g} samples a second; the recordings have "
            f"{facts.rate:g}: resample(frame, {rate:g}) brings them to it, if they have times"
        )
    refuse_other_rate(frame, rate, session_id)
