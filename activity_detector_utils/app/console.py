"""Words on the terminal: readable without colour, in a narrow window and in a pipe."""

import functools
import io
import os
import re
import sys
from numbers import Integral

import typer

WIDE = 200  # columns in a pipe, where nothing needs to be folded
# What a terminal obeys instead of showing it, and what turns the direction of writing.
_CONTROLS = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def ready_streams():
    """Make the standard streams fit for whatever is printed, and for readers who leave.

    Characters that the stream's encoding lacks are written as escapes. A stream that was closed
    prints nowhere, and so does one whose reader has gone: the command does its work to the end.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:  # or the next file opened gets it,
        pass  # and all that libraries print goes into that file
    os.close(descriptor)
    for number, name in ((1, "stdout"), (2, "stderr")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif stream.isatty():
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.flush()
            bytes_out = io.BufferedWriter(_Pipe(number, "wb", closefd=False))
            text = io.TextIOWrapper(
                bytes_out, stream.encoding, "backslashreplace", line_buffering=True
            )
            setattr(sys, name, text)


class _Pipe(io.FileIO):
    """A stream that prints nowhere once its reader has gone."""

    def write(self, data):
        try:
            return super().write(data)
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return len(data)


def visible(text):
    """The text with control characters written as escapes, so that a terminal shows them."""
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)


def say(text="", style=None):
    """Print one paragraph as it is; `style` (such as "bold") shows on a terminal only."""
    _console().print(visible(text), style=style, markup=False, highlight=False, soft_wrap=True)


def heading(text):
    """Print a line that starts a new part."""
    say(f"\n{text}", style="bold")


def complain(text):
    """Print to the error stream."""
    typer.echo(visible(text), err=True)


def table(columns, rows):
    """Print a table: text to the left, numbers to the right; without headings if all are empty.

    Parameters
    ----------
    columns : list of str
    rows : list of lists
        Whole numbers are printed with thousands separated, others with three decimals.
    """
    from rich.table import Table

    drawn = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    drawn.show_header = any(columns)
    for name, *values in zip(map(_in_words, columns), *rows, strict=True):
        is_text = any(isinstance(value, str) for value in values)
        drawn.add_column(name, justify="left" if is_text else "right", overflow="fold")
    for row in rows:
        drawn.add_row(*map(_in_words, row))
    with _console().capture() as captured:
        _console().print(drawn, markup=False, highlight=False)
    for line in captured.get().splitlines():
        typer.echo(line.rstrip())


def _in_words(value):
    if isinstance(value, str):
        return visible(value).replace("\n", "\\n")
    if value is None or value != value:
        return ""
    return f"{value:,}" if isinstance(value, Integral) else f"{value:.3f}"


def listed(names):
    """Names in a line, the first dozen of them."""
    names = [str(name) for name in names]
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return ", ".join(names[:12]) + more


def split_names(text):
    """``"p09, p10"`` -> ``["p09", "p10"]``; None stays None."""
    if text is None:
        return None
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise typer.BadParameter(f"{text!r} names nothing; separate names by commas: a,b,c")
    return names


@functools.cache
def _console():
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else WIDE, emoji=False)
