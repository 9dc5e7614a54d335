"""The command line: ``activity-detector``.

A module for each family of commands, which add themselves to the list below; what they share is in
``console`` (words on the terminal), ``commands`` (errors), ``loading`` (``--data``) and
``holding_out`` (who tests). Nothing heavy is imported before a command runs, so that ``--help`` is
there at once.
"""

from . import data, doctor, model_files, scoring, train
from .commands import make_app, run

app = make_app(
    "Train, judge and ship activity classifiers.", (train, scoring, model_files, data, doctor)
)


def main():
    """Run the command named on the command line; ends in its exit code."""
    run(app, "activity-detector")
