"""The command line: ``activity-detector``.

A module for each family of commands, which add themselves to the list below; what they share is in
``console`` (words on the terminal), ``commands`` (errors), ``loading`` (``--data``) and
``holding_out`` (who tests). Nothing heavy is imported before a command runs, so that ``--help`` is
there at once.
"""

import typer

from . import data, doctor, model_files, scoring, train
from .commands import Commands, run

app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Train, judge and ship activity classifiers.",
)
for module in (train, scoring, model_files, data, doctor):
    module.add_commands(app)


def main():
    """Run the command named on the command line; ends in its exit code."""
    run(app, "activity-detector")
