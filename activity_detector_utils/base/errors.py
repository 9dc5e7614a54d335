"""Errors that speak to the user: what came, what was wanted, what exists, what to do.

All of them are a :class:`ToolkitError`, so one ``except`` clause catches what a user can mend; any
other exception is a bug of ours and keeps its traceback. Each is also the Python error of its kind,
so that code written for those goes on working.
"""


class ToolkitError(ValueError, RuntimeError):
    """Something that the user can mend.

    In Turi Create this name is a RuntimeError: ``except`` clauses of its users still work.
    """


class WrongType(ToolkitError, TypeError):
    """An argument is of another type than the function takes."""


class MissingFile(ToolkitError, FileNotFoundError):
    """There is no such file."""


class CannotWrite(ToolkitError, OSError):
    """A file or folder cannot be written; what was there is there still."""


class MissingPackage(ToolkitError, ImportError):
    """A package that this part needs is not installed."""
