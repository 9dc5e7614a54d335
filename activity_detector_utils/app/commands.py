"""The group of all commands: what a user can mend ends in one line, a bug in its traceback."""

import warnings

import typer
from typer.core import TyperGroup

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
    """Whether an error speaks to the user: a file's, or one that this package raised itself.

    A ValueError or TypeError that Python or a library raises inside of us is a bug of ours, and
    the traceback is what its report needs.
    """
    if isinstance(error, OSError):
        return not isinstance(error, BrokenPipeError)  # the reader of our output left: no error
    return isinstance(error, (ValueError, TypeError, ImportError)) and _raised_on_purpose(error)


def _raised_on_purpose(error):
    import dis

    traceback = error.__traceback__
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    frame = traceback.tb_frame
    if frame.f_globals.get("__name__", "").partition(".")[0] != __name__.partition(".")[0]:
        return False
    return frame.f_code.co_code[traceback.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def _message(error):
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _show_warning(message, category, filename, lineno, file=None, line=None):
    """Our warnings are for the user; those of libraries about their future are not."""
    if category is UserWarning:
        complain(f"Note: {message}")
