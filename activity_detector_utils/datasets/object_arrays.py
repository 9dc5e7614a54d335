"""Pickled NumPy arrays, read without the power of pickle to run code."""

import pickle

import numpy as np

from ..base.errors import ToolkitError


def read_object_array(stream):
    """Read a pickled ``.npy`` stream that may rebuild NumPy arrays and plain values, nothing else.

    Parameters
    ----------
    stream : binary file
        At the start of the ``.npy`` magic.

    Returns
    -------
    ndarray of object

    Raises
    ------
    ToolkitError
        If the stream is no such array or asks for anything else.
    """
    try:
        version = np.lib.format.read_magic(stream)
        if version != (1, 0):
            raise ToolkitError(f"its .npy version is {version}, wanted (1, 0)")
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
        if dtype.kind != "O":
            raise ToolkitError(f"it holds {dtype}, not Python objects")
        return _NumbersOnly(stream).load().reshape(shape)
    except (pickle.UnpicklingError, EOFError) as problem:
        raise ToolkitError(f"it cannot be unpickled: {problem}") from problem


class _NumbersOnly(pickle.Unpickler):
    """Unpickler for NumPy arrays of plain values."""

    def find_class(self, module, name):
        if name == "_reconstruct" and module in ("numpy.core.multiarray", "numpy._core.multiarray"):
            return np._core.multiarray._reconstruct
        if (module, name) in (("numpy", "ndarray"), ("numpy", "dtype")):
            return getattr(np, name)
        if (module, name) == ("_codecs", "encode"):
            return super().find_class(module, name)  # how the oldest protocols carry bytes
        raise pickle.UnpicklingError(f"it asks for {module}.{name}")
