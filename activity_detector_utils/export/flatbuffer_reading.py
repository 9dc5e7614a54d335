"""Read a LiteRT flatbuffer by holding it against the one that this package would write.

Only what is expected is looked at, so a file can neither point out of itself nor grow; the numbers
of its weights are taken over.
"""

import struct

import numpy as np

from ..base.errors import ToolkitError
from .flatbuffer import IDENTIFIER

NUMBERS = ("data", "scale")  # attributes that may differ: of weights, and of their rounding
FREE = ("description",)  # attributes that nothing depends on


def take_numbers(path, schema, model, data):
    """Put the numbers of a file into the model that it must be.

    Parameters
    ----------
    path : str or Path
        For errors.
    schema : module
        The generated classes of the file format.
    model : ModelT
        What :class:`.flatbuffer.Graph` makes of weights of the same sizes; changed in place.
    data : bytes
        Content of the file.

    Raises
    ------
    ToolkitError
        If the file holds any other graph, or a weight is not finite.
    """
    try:
        if data[4:8] != IDENTIFIER:
            raise _Differs("it does not begin as one")
        constants = {number: bytes(_data(model, number)) for number in _exact(schema, model)}
        _compare(schema, model, schema.Model.GetRootAs(data), "model")
        for number, content in constants.items():
            if bytes(_data(model, number)) != content:
                raise _Differs(f"buffers[{number}]")
        _check_finite(schema, model)
    except _Differs as error:
        raise ToolkitError(
            f"'{path}' holds another graph than export_litert writes, or is damaged; the first "
            f"difference: {error}. It is not run; export the model again"
        ) from error


class _Differs(Exception):
    """Where a file is not what it must be."""


def _compare(schema, wanted, table, where):
    """Compare an object with a table of the file, attribute by attribute."""
    for name, value in vars(wanted).items():
        place = f"{where}.{name}"
        if name in FREE:
            continue
        if value is None:
            _check_absent(table, name, place)
        elif isinstance(value, np.ndarray):
            _compare_vector(wanted, name, table, place)
        elif isinstance(value, list):
            if _get(table, name, place, "Length") != len(value):
                raise _Differs(place)
            for number, each in enumerate(value):
                item = _get(table, name, place, "", number)
                _compare(schema, each, item, f"{place}[{number}]")
        elif hasattr(value, "Pack"):
            _compare(schema, value, _table(schema, value, table, name, place), place)
        else:
            found = _get(table, name, place)
            if found != (value.encode() if isinstance(value, str) else value):
                raise _Differs(place)


def _get(table, name, place, suffix="", *arguments):
    """What a method of a generated class gives; a file can make it fail in any of these ways."""
    try:
        return getattr(table, f"{name[0].upper()}{name[1:]}{suffix}")(*arguments)
    except (struct.error, ValueError, TypeError, IndexError, OverflowError) as error:
        raise _Differs(f"{place}: {error}") from error


def _check_absent(table, name, place):
    method = f"{name[0].upper()}{name[1:]}IsNone"
    if hasattr(table, method):
        absent = _get(table, name, place, "IsNone")
    else:
        absent = _get(table, name, place) is None
    if not absent:
        raise _Differs(place)


def _compare_vector(wanted, name, table, place):
    value = getattr(wanted, name)
    if len(value) != _get(table, name, place, "Length"):
        raise _Differs(place)
    if not len(value):
        return  # of a single number: it has no axes
    found = _get(table, name, place, "AsNumpy")
    if name in NUMBERS:
        setattr(wanted, name, found)
    elif not np.array_equal(found, value):
        raise _Differs(place)


def _table(schema, value, table, name, place):
    """The table inside a table; of a union, by the class that it must be."""
    found = _get(table, name, place)
    if found is None:
        raise _Differs(place)
    kind = type(value).__name__.removesuffix("T")
    inner = getattr(schema, kind)()
    inside = getattr(found, "_tab", found)
    inner.Init(inside.Bytes, inside.Pos)
    return inner


def _data(model, number):
    return model.buffers[number].data


def _exact(schema, model):
    """Buffers whose content must be as written: shapes, axes, the version of the runtime."""
    kinds = {t.buffer: t.type for t in model.subgraphs[0].tensors}
    weights = (schema.TensorType.FLOAT32, schema.TensorType.INT8)
    return [n for n in range(1, len(model.buffers)) if kinds.get(n) not in weights]


def _check_finite(schema, model):
    for tensor in model.subgraphs[0].tensors:
        numbers = np.zeros(0, np.float32)
        if tensor.buffer and tensor.type == schema.TensorType.FLOAT32:
            numbers = np.frombuffer(bytes(_data(model, tensor.buffer)), "<f4")
        if tensor.quantization is not None:
            numbers = tensor.quantization.scale
        if not np.isfinite(numbers).all():
            raise _Differs(f"{tensor.name} holds numbers that are not finite")
