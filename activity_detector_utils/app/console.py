"""Words on the terminal: readable without colour, in a narrow window and in a pipe."""

import functools
import sys
from numbers import Integral

import typer

WIDE = 200  # columns in a pipe, where nothing needs to be folded


def say(text="", style=None):
    """Print one paragraph as it is; `style` (such as "bold") shows on a terminal only."""
    _console().print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def heading(text):
    """Print a line that starts a new part."""
    say(f"\n{text}", style="bold")


def complain(text):
    """Print to the error stream."""
    typer.echo(text, err=True)


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
    for name, *values in zip(columns, *rows, strict=True):
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
        return value
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
