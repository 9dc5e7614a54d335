"""Libraries and files that exports need: one clear error when something is missing or damaged."""

import importlib
from contextlib import contextmanager

from ..base.errors import MissingPackage, ToolkitError


def need(module):
    """Import an optional library, or say which extra of this package brings it.

    Raises
    ------
    MissingPackage
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingPackage(missing_message(module.partition(".")[0])) from error


def missing_message(package):
    """The one sentence for a library that is not installed."""
    return (
        f"{package} is needed for this file format and cannot be imported; "
        "install it with: pip install 'activity-detector-utils[export]'"
    )


@contextmanager
def clear_errors(path):
    """Turn whatever goes wrong while a file is read or tried into one ToolkitError.

    A damaged file can fail anywhere: as text that is no UTF-8, a name that nothing bears, a shape
    that does not fit.
    """
    try:
        yield
    except (ToolkitError, ImportError, FileNotFoundError):
        raise
    except Exception as error:
        raise ToolkitError(
            f"'{path}' is damaged or of an unknown kind: {type(error).__name__}: {error}"
        ) from error
