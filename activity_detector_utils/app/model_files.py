"""``activity-detector export``, ``verify`` and ``describe``: model files for apps."""

from pathlib import Path
from typing import Annotated

import typer

from .console import heading, say, table
from .scoring import Model, load_model_and_frame
from .train import Activities, Data

FORMATS = (".mlmodel", ".mlpackage", ".onnx", ".tflite")
LAYOUTS = ("turi6", "turi5")
File = Annotated[Path, typer.Argument(metavar="FILE", help=f"A {', '.join(FORMATS)} file.")]


def add_commands(app):
    """Add the commands of this module."""
    app.command()(export)
    app.command()(verify)
    app.command()(describe)


def export(
    model: Model,
    output: Annotated[
        Path, typer.Option(metavar="FILE", help=f"The file to write: {', '.join(FORMATS)}.")
    ],
    layout: Annotated[
        str | None,
        typer.Option(metavar="turi5", help="Core ML inputs as Turi Create 5 wrote them."),
    ] = None,
    int8: Annotated[bool, typer.Option("--int8", help="Weights in 8 bits (.tflite).")] = False,
):
    """Write a model as a file for iOS, Android or the web."""
    suffix = output.suffix.lower()
    if suffix not in FORMATS:
        raise typer.BadParameter(f"--output must end in one of {', '.join(FORMATS)}: {output}")
    if layout is not None and (suffix not in FORMATS[:2] or layout not in LAYOUTS):
        raise typer.BadParameter(f"--layout is turi6 or turi5, for {' and '.join(FORMATS[:2])}")
    if int8 and suffix != ".tflite":
        raise typer.BadParameter("--int8 is for .tflite files")
    from ..activity_classifier import load_model
    from ..activity_classifier.saved import MODEL_FILES
    from ..base.places import refuse_inputs

    refuse_inputs(output, *([model / name for name in MODEL_FILES] if model.is_dir() else [model]))
    classifier = load_model(model)
    if suffix in FORMATS[:2]:
        classifier.export_coreml(output, layout=layout or LAYOUTS[0])
    elif suffix == ".onnx":
        classifier.export_onnx(output)
    else:
        classifier.export_litert(output, quantize=int8)
    say(f"Written: {output}")
    say(f"To check it: activity-detector verify {output} --model {model} --data ...")


def verify(file: File, model: Model, data: Data, activities: Activities = None):
    """Run an exported file and compare it with its model."""
    from ..export.replay import replay

    classifier, title, frame = load_model_and_frame(model, data, activities)
    result = replay(file, classifier, frame)
    sessions = frame[classifier.session_id].nunique()
    heading(f"{file} against {model}, on {sessions} sessions of {title}, with the state carried on")
    for engine in result.summary.to_dict("records"):
        rows = [
            ["windows", f"{engine['n_windows']:,}"],
            ["largest difference of a probability", f"{engine['largest_difference']:.1e}"],
            ["accuracy of the model", _percent(engine["accuracy_model"])],
            ["accuracy of the file", _percent(engine["accuracy_file"])],
            ["time per window (median)", f"{engine['microseconds_per_window']:.0f} microseconds"],
        ]
        table(["", f"by {engine['engine']}"], rows)
    verdict = "The file behaves like its model" if result.agrees else "THE FILE DIFFERS"
    say(f"{verdict}: differences up to {result.tolerance:.0e} are to be expected.")
    if not result.agrees:
        raise typer.Exit(1)


def describe(file: File):
    """Show the inputs, outputs and facts of a model file."""
    from ..export.describe import describe as read_tables

    tables = read_tables(file)
    say(f"{file}: {tables.format}", style="bold")
    rows = [
        [port.kind, port.name, port.type, _shape(port.shape), "yes" if port.optional else ""]
        for port in tables.ports.itertuples()
    ]
    _section("Inputs and outputs", ["", "name", "type", "shape", "optional"], rows)
    _section("Features, in this order", ["feature", "unit"], tables.features.to_numpy().tolist())
    _section("Facts", ["", ""], tables.facts.astype(str).to_numpy().tolist())
    _section("Metadata", ["key", "value"], [[k, _short(v)] for k, v in tables.metadata.to_numpy()])


def _section(title, columns, rows):
    heading(title)
    if rows:
        table(columns, rows)
    else:
        say("none")


def _shape(shape):
    return " x ".join(map(str, shape)) or "one value"


def _short(value, width=100):
    text = " ".join(str(value).split())
    return text if len(text) <= width else f"{text[: width - 3]}..."


def _percent(share):
    return "no labels" if share != share else f"{share:.2%}"
