"""Recorded results: one CSV per comparison, one row per finished training."""

import platform
from datetime import date

import pandas as pd

from ...base import settings
from ...base.errors import ToolkitError
from ...base.locks import locked
from ...base.writing import replacing

COLUMNS = [
    "model",
    "seed",
    "score",  # test accuracy in percent, after the last epoch
    "epochs",  # 0 where a solver decides by itself
    "seconds",  # of one processor in training, whatever else the machine did; empty if unknown
    "parameters",
    "versions",
    "machine",
    "date",
]
KEY = ["model", "seed"]
NUMBERS = ["seed", "score", "epochs", "seconds", "parameters"]


def results_file(name):
    """Where the results of a comparison are kept."""
    return settings.pretrained_folder() / "results" / f"{name}.csv"


def read_results(path):
    """Read recorded results; an empty table where nothing is recorded yet.

    Raises
    ------
    ToolkitError
        If the file lacks a column.
    """
    if not path.exists():
        return pd.DataFrame(columns=COLUMNS)
    try:
        results = pd.read_csv(path, encoding="utf-8")
    except ValueError as problem:  # empty, not UTF-8, or no table
        raise ToolkitError(
            f"{path} holds no recorded results: {problem}; move it away to start anew"
        ) from problem
    missing = [column for column in COLUMNS if column not in results]
    if missing:
        raise ToolkitError(f"{path} lacks the columns {missing}; move it away to start anew")
    text = [name for name in NUMBERS if not pd.api.types.is_numeric_dtype(results[name])]
    if text and len(results):
        raise ToolkitError(f"{path} holds text in {text}, where numbers belong; mend or move it")
    return results[COLUMNS]


def add_result(path, row):
    """Add one row, or replace that of the same model and seed; the file is never half-written.

    Others who add rows at the same time wait for their turn: no row is lost.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path.with_name(f".{path.name}.lock")):
        results = read_results(path)
        same = (results["model"] == row["model"]) & (results["seed"] == row["seed"])
        new = pd.DataFrame([row], columns=COLUMNS)
        kept = results[~same]
        results = new if kept.empty else pd.concat([kept, new])
        with replacing(path) as new:
            results.sort_values(KEY).to_csv(new, index=False)


def provenance():
    """Versions, machine and date, as they stand in every row."""
    versions = settings.versions("tensorflow", "keras", "numpy")
    return {
        "versions": " ".join(f"{name} {version}" for name, version in versions.items()),
        "machine": f"{platform.machine()} {platform.system()} Python {platform.python_version()}",
        "date": date.today().isoformat(),
    }


def summarise(results):
    """Mean and standard deviation of the score, and median seconds, of each model.

    Returns
    -------
    DataFrame
        ``runs, mean, deviation, seconds, parameters``, a row for each model; the deviation (n - 1
        in its denominator) is NaN for a single run.
    """
    return results.groupby("model", sort=False).agg(
        runs=("score", "size"),
        mean=("score", "mean"),
        deviation=("score", "std"),
        seconds=("seconds", "median"),
        parameters=("parameters", "first"),
    )
