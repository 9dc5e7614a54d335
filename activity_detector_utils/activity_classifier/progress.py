"""The table that grows while a classifier trains, in a terminal and in a notebook alike."""

import time

FIRST_ROWS = 5
SECONDS_BETWEEN_ROWS = 1.0


class ProgressTable:
    """Print a row an iteration: the first five, then about one a second, and the last.

    Parameters
    ----------
    verbose : bool
        False prints nothing.
    """

    def __init__(self, verbose=True):
        self.verbose = verbose
        self.columns = []
        self._last_printed = float("-inf")
        self._waiting = None

    def start(self, with_validation):
        """Print the head, with or without the validation columns."""
        validation = ["Validation Accuracy", "Validation Loss"] if with_validation else []
        self.columns = ["Iteration", "Train Accuracy", "Train Loss", *validation, "Elapsed Time"]
        self._line()
        self._row(self.columns)
        self._line()

    def add(self, row):
        """Show one iteration; ``row`` is a record of the history."""
        cells = [str(row["iteration"]), f"{row['training_accuracy']:.4f}"]
        cells.append(f"{row['training_loss']:.4f}")
        if "validation_accuracy" in row:
            cells += [f"{row['validation_accuracy']:.4f}", f"{row['validation_loss']:.4f}"]
        cells.append(format_seconds(row["seconds"]))
        now = time.monotonic()
        if row["iteration"] <= FIRST_ROWS or now - self._last_printed >= SECONDS_BETWEEN_ROWS:
            self._last_printed, self._waiting = now, None
            self._row(cells)
        else:
            self._waiting = cells

    def finish(self):
        """Print the last iteration, if it was held back, and close the table."""
        if self._waiting:
            self._row(self._waiting)
        self._line()

    def note(self, text):
        """Say one line outside the table."""
        if self.verbose:
            print(text, flush=True)

    def _row(self, cells):
        widths = [max(12, len(column)) for column in self.columns]
        padded = [f" {cell:<{width}} " for cell, width in zip(cells, widths, strict=True)]
        self.note("|" + "|".join(padded) + "|")

    def _line(self):
        self.note("+" + "+".join("-" * (max(12, len(column)) + 2) for column in self.columns) + "+")


def format_seconds(seconds):
    """Write a duration as ``16.87s`` or ``1m 40s``."""
    if seconds < 60:
        return f"{seconds:.2f}s"
    return f"{int(seconds) // 60}m {int(seconds) % 60}s"
