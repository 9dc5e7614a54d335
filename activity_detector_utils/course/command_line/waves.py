"""``activity-course waves``: the series of chapter 7, written to files and shown."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ...app.console import say, split_names, table

LEVELS = {True: "▁▂▃▄▅▆▇█", False: "_.-~=+*#"}  # whether the terminal can print the blocks


def add_commands(app):
    """Add the group of this module's commands."""
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Write sine and square series to files, and look at them.",
    )
    group.command()(generate)
    group.command()(show)
    app.add_typer(group, name="waves")


def generate(
    n: Annotated[int, typer.Argument(min=1, metavar="N", help="Pairs of files in each folder.")],
    output: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Gets Train and Test; data/waves if not given."),
    ] = None,
    classes: Annotated[
        str, typer.Option(metavar="C,C", help="Of sine, square, triangle, sawtooth.")
    ] = "sine,square",
    seed: Annotated[int, typer.Option(min=0, help="The same seed writes the same files.")] = 0,
):
    """Write N pairs X_<i>.dat, Y_<i>.dat to Train and N others to Test."""
    from ...datasets import waves

    names = split_names(classes)
    for name in names:
        waves.make_wave(name, 0.1)  # refuses what it does not know
    for part, folder in enumerate(("Train", "Test")):
        path = (output or _home()) / folder
        # No Train of one seed is the Test of another.
        waves.write_waves(path, *waves.generate(n, 2 * seed + part, names))
        say(f"Written: {path}: {n:,} pairs")


def show(
    folder: Annotated[
        Path | None,
        typer.Argument(help="A folder of pairs; data/waves/Train if not given."),
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="Series to show.")] = 8,
):
    """Count the classes of a folder and draw its first series as lines of text."""
    import numpy as np

    from ...datasets import waves

    folder = folder or _home() / "Train"
    X, y = waves.read_waves(folder)
    counts = ", ".join(f"{n:,} of class {label}" for label, n in enumerate(np.bincount(y)))
    say(f"{folder}: {len(X):,} series of {X.shape[1]} samples, {counts}")
    first = zip(X[:count], y[:count], strict=True)
    rows = [[f"X_{i}.dat", str(label), _drawn(x)] for i, (x, label) in enumerate(first, 1)]
    table(["file", "class", "every third sample"], rows)


def _home():
    from ...base import settings

    return settings.cache_folder() / "waves"


def _drawn(series):
    """One character for every third sample, higher for larger values."""
    import numpy as np

    levels = LEVELS[_can_print(LEVELS[True])]
    low, high = series.min(), series.max()
    parts = (series[::3] - low) / max(high - low, np.finfo(float).tiny)
    return "".join(levels[round(part * (len(levels) - 1))] for part in parts.tolist())


def _can_print(text):
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
