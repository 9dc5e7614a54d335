"""``activity-detector train``: from recordings to a model, a report and a scorecard."""

from pathlib import Path
from typing import Annotated

import typer

from .commands import INTERRUPTED
from .console import complain, split_names

DEFAULT_ITERATIONS = 150
DEFAULT_WINDOW = 50  # samples

Data = Annotated[
    str,
    typer.Option(
        metavar="WHAT", help="shoulder-exercises, a folder of recorder CSVs, or a Parquet file."
    ),
]
Activities = Annotated[
    str | None,
    typer.Option(metavar="0=a,1=b", help="Names for the labels in the CSV files."),
]
Rate = Annotated[
    float | None, typer.Option(min=0.001, metavar="HZ", help="Samples a second, if known.")
]
Units = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN=UNIT",
        help="What columns are in, converted to g, rad/s, s: accel=m/s^2,rot=deg/s,time=ms.",
    ),
]
Resample = Annotated[
    float | None,
    typer.Option(min=0.001, metavar="HZ", help="Bring to this rate; needs times."),
]


def add_commands(app):
    """Add the command of this module."""
    app.command()(train)


def train(
    data: Data,
    output: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Model folder; models/NAME if left out.")
    ] = None,
    window: Annotated[
        int, typer.Option(min=1, max=400, help="Samples in a window; each gets one prediction.")
    ] = DEFAULT_WINDOW,
    iterations: Annotated[
        int, typer.Option(min=1, help="Passes over the training recordings.")
    ] = DEFAULT_ITERATIONS,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Repeats a run exactly.")] = 0,
    features: Annotated[
        str | None, typer.Option(metavar="A,B,C", help="Columns to learn from.")
    ] = None,
    test_people: Annotated[
        str | None, typer.Option(metavar="P,P", help="People held out for the scorecard.")
    ] = None,
    validation_people: Annotated[
        str | None, typer.Option(metavar="P,P", help="People watched while training.")
    ] = None,
    rate: Rate = None,
    units: Units = None,
    resample: Resample = None,
    activities: Activities = None,
    patience: Annotated[
        int | None,
        typer.Option(min=1, help="Stop when validation has not improved for so many iterations."),
    ] = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Chunks of 20 windows in a step.")] = 32,
    augment: Annotated[
        bool, typer.Option(help="Train on changed copies: other wrists, arms, speeds.")
    ] = True,
    wrong_split: Annotated[
        bool, typer.Option(help="Train again on a wrong split, for comparison.")
    ] = True,
):
    """Train on recordings, and test on people held out."""
    wanted, people = (
        split_names(features),
        [split_names(test_people), split_names(validation_people)],
    )
    from ..recordings.units import parse_units
    from . import holding_out, loading, training_run

    recordings = loading.load_recordings(
        data, loading.parse_activities(activities), units=parse_units(units)
    )
    wanted = loading.choose_features(recordings.frame, wanted)
    recordings = loading.without_bad_rows(recordings, wanted)
    recordings = loading.at_one_rate(recordings, rate, resample)
    output = output or Path("models", recordings.name)
    training_run.check_output(output)
    division = holding_out.hold_out(recordings, people[0], people[1], seed)
    settings = {
        "features": wanted,
        "prediction_window": window,
        "max_iterations": iterations,
        "batch_size": batch_size,
        "random_seed": seed,
        "patience": patience,
        "use_data_augmentation": augment,
        "sampling_rate": recordings.rate,
    }
    training_run.say_found(recordings, division, settings)
    model, interrupted = training_run.train(recordings, division, settings)
    place = training_run.keep(output, model, interrupted)
    try:
        wrong_split = wrong_split and not interrupted
        result = training_run.judge(model, recordings, division, settings, wrong_split)
        reported = training_run.write_report(place, result)
    except BaseException:
        complain(f"The model is saved: {place}")
        raise
    training_run.say_outcome(place, result, reported)
    if interrupted:
        raise typer.Exit(INTERRUPTED)
    if place != output:
        raise typer.Exit(1)
