"""The group of all commands: what a user can mend ends in one line, a bug in its traceback."""

import signal
import warnings
from contextlib import contextmanager

import typer
from typer.core import TyperGroup

from ..base.errors import ToolkitError
from .console import complain, ready_streams

INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended
ENDINGS = ("SIGTERM", "SIGHUP")  # by the system, or by a terminal that is closed


def make_app(help, modules):
    """A command line of the commands that modules add to it.

    Parameters
    ----------
    help : str
        What ``--help`` says first.
    modules : iterable of modules
        Each has a function ``add_commands(app)``.

    Returns
    -------
    typer.Typer
    """
    app = typer.Typer(
        cls=Commands,
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help=help,
    )
    for module in modules:
        module.add_commands(app)
    return app


def run(app, name):
    """Run the command named on the command line; ends in its exit code."""
    ready_streams()
    app(prog_name=name)


class Commands(TyperGroup):
    """Runs a command; wrong data is exit code 1, wrong usage 2, Ctrl-C 130, SIGTERM 143."""

    def invoke(self, ctx):
        """Run the command named on the command line."""
        with warnings.catch_warnings(), signals_as_interrupts() as received:
            warnings.showwarning = _show_warning
            try:
                return super().invoke(ctx)
            except KeyboardInterrupt:
                complain("\nInterrupted; nothing half-written is left.")
                raise typer.Exit(128 + received[-1] if received else INTERRUPTED) from None
            except typer.Exit as end:
                if end.exit_code == INTERRUPTED and received:
                    raise typer.Exit(128 + received[-1]) from None
                raise
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


@contextmanager
def signals_as_interrupts():
    """Treat the system's wish to end as Ctrl-C, which keeps what was trained; list what came."""
    received, before = [], {}

    def interrupt(number, frame):
        received.append(number)
        raise KeyboardInterrupt

    try:
        for name in ENDINGS:
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            # Who ignores a signal (nohup) or handles it means to.
            if number is not None and signal.getsignal(number) == signal.SIG_DFL:
                before[number] = signal.signal(number, interrupt)
    except ValueError:  # not the main thread: signals are somebody else's
        pass
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _message(error):
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _show_warning(message, category, filename, lineno, file=None, line=None):
    """Our warnings are for the user; those of libraries about their future are not."""
    if category is UserWarning:
        complain(f"Note: {message}")
