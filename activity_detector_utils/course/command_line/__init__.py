"""The course's own commands, ``activity-course``: recorded comparisons, and series on disk."""

import typer

from ...app.commands import Commands, run
from . import compare, waves

app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Train the course's comparisons again; write the series of chapter 7.",
)
for module in (compare, waves):
    module.add_commands(app)


def main():
    """Run the command named on the command line; ends in its exit code."""
    run(app, "activity-course")
