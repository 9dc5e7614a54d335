"""Libraries that exports need: one clear error when one is missing."""

import importlib

from ..base.errors import MissingPackage


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
