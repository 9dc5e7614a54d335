"""The group of all commands: what a user can mend ends in one line, a bug in its traceback."""

import warnings

import typer
from typer.core import TyperGroup

from ..base.errors import ToolkitError
from .console import complain

INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended


class Commands(TyperGroup):
    """Runs a command; wrong data is exit code 1, wrong usage 2, Ctrl-C 130."""

    def invoke(self, ctx):
        """Run the command named on the command line."""
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            try:
                return super().invoke(ctx)
            except KeyboardInterrupt:
                complain("\nInterrupted; nothing half-written is left.")
                raise typer.Exit(INTERRUPTED) from None
            except Exception as error:
                if not is_users_to_mend(error):
                    raise
                complain(f"Error: {_message(error)}")
                raise typer.Exit(1) from None


def is_users_to_mend(error):
    """Whether an error speaks to the user: one of ours, or the system's about a file.

    Any other exception is a bug of ours, and the traceback is what its report needs.
    """
    if isinstance(error, BrokenPipeError):
        return False  # the reader of our output left: no error
    return isinstance(error, (ToolkitError, OSError))


def _message(error):
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _show_warning(message, category, filename, lineno, file=None, line=None):
    """Our warnings are for the user; those of libraries about their future are not."""
    if category is UserWarning:
        complain(f"Note: {message}")
