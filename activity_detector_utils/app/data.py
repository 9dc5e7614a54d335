"""``activity-detector data``: the course's data sets, and your own brought into its form."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from .console import heading, listed, say, split_names, table
from .train import Activities, Rate, Resample, Units

Output = Annotated[Path, typer.Option(metavar="FILE.parquet", help="The file to write.")]


def add_commands(app):
    """Add the group of this module's commands."""
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="List and fetch data sets; import and convert your own.",
    )
    group.command("list")(list_sets)
    group.command()(fetch)
    group.command("import")(import_folder)
    group.command()(convert)
    app.add_typer(group, name="data")


def list_sets():
    """Say which data sets there are, and which are here."""
    from ..datasets import dataset_status

    rows = [
        [
            found.name,
            in_megabytes(found.size) if found.present else "not here",
            found.licence,
            str(found.where) if found.present else found.how,
        ]
        for found in dataset_status()
    ]
    table(["data set", "size", "licence", "where, or how to get it"], rows)


def fetch(
    name: Annotated[str, typer.Argument(help="A name of `data list`, or all.")],
):
    """Download a data set, or all, and check it."""
    from .. import datasets

    names = [found.name for found in datasets.dataset_status()] if name == "all" else [name]
    for number, each in enumerate(names, 1):
        say(f"[{number}/{len(names)}] {each}: {datasets.fetch(each)}")


def import_folder(
    folder: Annotated[Path, typer.Argument(help="A folder of recorder CSV files.")],
    output: Output,
    activities: Activities = None,
    acceleration: Annotated[
        str | None, typer.Option(metavar="m/s^2", help="Unit of accelerations, if not g.")
    ] = None,
    rotation: Annotated[
        str | None, typer.Option(metavar="deg/s", help="Unit of rotation rates, if not rad/s.")
    ] = None,
    attitude: Annotated[
        str | None, typer.Option(metavar="deg", help="Unit of roll, pitch, yaw, if not rad.")
    ] = None,
    time: Annotated[
        str | None, typer.Option(metavar="ms", help="Unit of column timestamp, if not s.")
    ] = None,
    rate: Rate = None,
    units: Units = None,
    resample: Resample = None,
    drop_sessions: Annotated[
        str | None, typer.Option(metavar="S,S", help="Sessions to leave out.")
    ] = None,
):
    """Read a folder of CSVs, report what looks wrong, drop bad rows, save as Parquet."""
    drop_sessions = split_names(drop_sessions)
    if output.suffix.lower() != ".parquet":
        raise typer.BadParameter(f"--output must end in .parquet: {output}")
    from .. import recordings
    from ..recordings.facts import state
    from ..recordings.units import parse_units, use_units
    from .loading import parse_activities, say_dropped

    frame = recordings.read_recordings(folder, parse_activities(activities))
    said = {"acceleration": acceleration, "rotation": rotation, "attitude": attitude, "time": time}
    said = {name: unit for name, unit in said.items() if unit} | parse_units(units)
    frame = use_units(frame, said)
    heading(f"Found in {folder}")
    found = recordings.report(frame, rate)
    say(str(found))
    if found.rate > 0 and "rate" not in set(found.findings["problem"]):
        frame = state(frame, rate=found.rate)
    if empty := [name for name in frame if frame[name].isna().all()]:
        say(f"Left out, without a value in any row: {listed(empty)}")
        frame = frame.drop(columns=empty)
    cleaned, log = recordings.clean(frame, drop_sessions or ())
    heading("Dropped" if len(cleaned) < len(frame) else "Nothing dropped")
    say_dropped(log)
    if resample is not None:
        cleaned = recordings.resample(cleaned, resample)
    recordings.save_frame(cleaned.reset_index(drop=True), output)
    heading(f"Written: {output}")
    say(f"{cleaned['sessionId'].nunique()} sessions, {len(cleaned):,} samples")


def convert(
    folder: Annotated[Path, typer.Argument(help="What Turi Create saved: an SFrame or a model.")],
    output: Annotated[
        Path,
        typer.Option(
            metavar="PATH", help=".parquet for an SFrame; .mlmodel or a folder for a model."
        ),
    ],
):
    """Bring an SFrame, or a model that Turi Create saved, into today's formats."""
    from .. import turi
    from ..base.errors import ToolkitError
    from ..base.places import refuse_inputs
    from ..recordings import save_frame

    refuse_inputs(output, folder)
    try:
        if output.suffix == ".parquet":
            frame = turi.sframe_to_frame(folder)
            save_frame(frame, output)
            say(f"{len(frame):,} rows: {', '.join(frame.columns)}")
        elif output.suffix == ".mlmodel":
            turi.export_coreml(folder, output)
        else:
            _convert_model(folder, output)
    except turi.TuriUnavailable as reason:
        raise ToolkitError(f"converting needs genuine Turi Create: {reason}") from reason
    say(f"Written: {output}")


def _convert_model(folder, output):
    """Turi Create's model -> Core ML -> a model folder of ours."""
    from .. import turi
    from ..activity_classifier import load_model

    with tempfile.TemporaryDirectory() as between:
        file = Path(between, "model.mlmodel")
        turi.export_coreml(folder, file)
        load_model(file).save(output)


def in_megabytes(size):
    """Write a size in bytes for people."""
    return f"{size / 1e6:.1f} MB"
