"""The course's own commands, ``activity-course``: recorded comparisons, and series on disk."""

from ...app.commands import make_app, run
from . import compare, waves

app = make_app(
    "Train the course's comparisons again; write the series of chapter 7.", (compare, waves)
)


def main():
    """Run the command named on the command line; ends in its exit code."""
    run(app, "activity-course")
