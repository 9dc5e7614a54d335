"""``activity-course compare``: models of a comparison, trained repeatedly and recorded."""

from pathlib import Path
from typing import Annotated

import typer

from ...app.console import say, split_names, table


def add_commands(app):
    """Add the commands of this module."""
    app.command()(compare)


def compare(
    name: Annotated[
        str, typer.Argument(metavar="imdb|uci-har|shoulder", help="What to compare on.")
    ],
    models: Annotated[
        str | None, typer.Option(metavar="M,M", help="Names of models; all if not given.")
    ] = None,
    repeats: Annotated[
        int, typer.Option(min=1, help="Trainings of each, from seeds 0, 1, ...")
    ] = 3,
    jobs: Annotated[int, typer.Option(min=1, help="Trainings at a time, a thread each.")] = 2,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV to continue; pre-trained/results/ if not given."),
    ] = None,
):
    """Train the models of a comparison and record scores.

    What is recorded already is not trained again: Ctrl-C loses only what is in training.
    """
    from ..experiments import records
    from ..experiments import running as trainings
    from ..experiments.comparisons import choose_models

    chosen = choose_models(name, split_names(models) if models else None)
    path = output or records.results_file(name)
    missing = len(trainings.missing_pairs(chosen, repeats, path))
    say(f"{missing} of {len(chosen) * repeats} trainings to do; results go to {path}")
    if missing:
        rows = trainings.record_repeats(name, chosen, repeats, path, jobs)
        for number, row in enumerate(rows, 1):
            say(
                f"{number} of {missing}: {row['model']}, seed {row['seed']}: "
                f"{row['score']:.2f} % in {row['seconds']:.0f} s of a processor"
            )
    results = records.read_results(path)
    _print_table(name, records.summarise(results[results["model"].isin(chosen)]))


def _print_table(name, summary):
    from ..experiments.comparisons import MODELS

    rows = [
        [
            model,
            int(row["runs"]),
            _mean_and_deviation(row["mean"], row["deviation"]),
            _mean_and_deviation(*(MODELS[name][model].published or (None, None))),
            int(row["parameters"]),
            f"{row['seconds']:.0f}",
        ]
        for model, row in summary.iterrows()
    ]
    say()
    table(["model", "runs", "test accuracy", "published", "parameters", "seconds a run"], rows)


def _mean_and_deviation(mean, deviation):
    """A mean with its standard deviation, where there is one; a dash without a mean."""
    if mean is None:
        return "-"
    unknown = deviation is None or deviation != deviation  # NaN after a single run
    return f"{mean:.2f} %" if unknown else f"{mean:.2f} ± {deviation:.2f} %"
