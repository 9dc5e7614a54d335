"""The language of ML programs: values, constants and operations as protobuf, weights as blobs."""

import math
import reprlib
import struct

import numpy as np

from ...base.errors import ToolkitError
from .proto import floats, messages

OPERATION_SET = "CoreML5"  # iOS 15
WEIGHT_FILE = "@model_path/weights/weight.bin"
ALIGNMENT = 64
BLOB_SENTINEL = 0xDEADBEEF
BLOB_FLOAT32 = 2


class Program:
    """Operations so far and the blobs of their weights.

    Parameters
    ----------
    block : Block
        Filled with operations, in the order in which they are added.
    """

    def __init__(self, block):
        self.block = block
        self.blobs = BlobWriter()

    def add(self, kind, name, shapes, settings=None, **inputs):
        """Add an operation.

        Parameters
        ----------
        kind, name : str
            The name is also that of its output; of several outputs, ``name_0, name_1, ...``.
        shapes : list of tuple of int
            One a output, all float32.
        settings : dict, optional
            Input -> int, bool, str, float32, list of int or float32 array; each a constant.
        **inputs : str or list of str
            Input -> name of an earlier output.
        """
        settings = settings or {}
        constants = {key: self.constant(f"{name}_{key}", settings[key]) for key in settings}
        operation = self.block.operations.add(type=kind)
        for key, value in {**inputs, **constants}.items():
            for source in [value] if isinstance(value, str) else value:
                operation.inputs[key].arguments.add(name=source)
        many = len(shapes) > 1
        for number, shape in enumerate(shapes):
            output = operation.outputs.add(name=f"{name}_{number}" if many else name)
            set_type(output.type, "FLOAT32", shape)
        set_immediate(operation.attributes["name"], name)

    def constant(self, name, value):
        """Add a constant; return its name. Arrays of ten and more go into the blob file."""
        operation = self.block.operations.add(type="const")
        output, holder = operation.outputs.add(name=name), operation.attributes["val"]
        set_immediate(operation.attributes["name"], name)
        if np.size(value) >= 10:
            set_type(holder.type, "FLOAT32", value.shape)
            holder.blobFileValue.fileName = WEIGHT_FILE
            holder.blobFileValue.offset = self.blobs.add(value)
        else:
            set_immediate(holder, value)
        output.type.CopyFrom(holder.type)
        return name


def set_type(type_, data_type, shape=()):
    """Make a ValueType a tensor of the given element type, for example 'FLOAT32'."""
    tensor = type_.tensorType
    tensor.dataType = messages("MIL").DataType.Value(data_type)
    tensor.rank = len(shape)
    for size in shape:
        tensor.dimensions.add().constant.size = size


def set_immediate(holder, value):
    """Store an int, bool, str, float32 or a list of one of these in a Value."""
    many = np.ndim(value) > 0
    first = value[0] if many else value
    data_type, field = next(
        (data_type, field)
        for kind, data_type, field in (
            (bool, "BOOL", "bools"),
            (int, "INT32", "ints"),
            (str, "STRING", "strings"),
            (np.floating, "FLOAT32", "floats"),
        )
        if isinstance(first, kind)
    )
    set_type(holder.type, data_type, (len(value),) if many else ())
    getattr(holder.immediateValue.tensor, field).values.extend(value if many else [value])


def operations(path, program):
    """Operations of a program's only function.

    Raises
    ------
    ToolkitError
        If it has others, or is for another version of Core ML than this package writes.
    """
    functions = program.functions
    found = {name: function.opset for name, function in functions.items()}
    if found != {"main": OPERATION_SET} or OPERATION_SET not in (
        functions["main"].block_specializations
    ):
        raise ToolkitError(
            f"'{path}' has functions and operation sets {reprlib.repr(found)}; only a 'main' of "
            f"'{OPERATION_SET}' (iOS 15), as this package writes it, can be run here"
        )
    return functions["main"].block_specializations[OPERATION_SET].operations


def last_operation(path, program):
    """The operation that gives the label."""
    found = operations(path, program)
    if not found:
        raise ToolkitError(f"'{path}' holds a program without operations")
    return found[-1]


def read_value(path, value, blobs, shape):
    """Python value of a Value: int, bool, str, list of these or float32 array of the shape."""
    if value.WhichOneof("value") == "blobFileValue":
        return read_blob(path, blobs, value.blobFileValue.offset, shape)
    tensor = value.immediateValue.tensor
    kind = tensor.WhichOneof("value") or "ints"
    if kind == "floats":
        return floats(tensor.floats.values, shape)
    values = list(getattr(tensor, kind).values)
    return values if shape else values[0]


def shape_of(value):
    """Shape that a Value announces."""
    return tuple(dimension.constant.size for dimension in value.type.tensorType.dimensions)


class BlobWriter:
    """The weight file: a header, then each array with a header of its own, all 64 bytes apart."""

    def __init__(self):
        self.parts = []
        self.count = 0
        self.size = ALIGNMENT

    def add(self, array):
        """Append a float32 array; return the place of its header."""
        data = np.ascontiguousarray(array, dtype="<f4").tobytes()
        place, start = self.size, self.size + ALIGNMENT
        header = struct.pack("<IIQQ", BLOB_SENTINEL, BLOB_FLOAT32, len(data), start)
        padding = -len(data) % ALIGNMENT
        self.parts += [header.ljust(ALIGNMENT, b"\0"), data, bytes(padding)]
        self.size, self.count = start + len(data) + padding, self.count + 1
        return place

    def bytes(self):
        """The file's content."""
        return struct.pack("<II", self.count, 2).ljust(ALIGNMENT, b"\0") + b"".join(self.parts)


def read_blob(path, blobs, place, shape):
    """Float32 array whose header lies at ``place`` of a weight file."""
    size = 4 * math.prod(shape)
    if place + ALIGNMENT <= len(blobs):
        sentinel, kind, length, start = struct.unpack_from("<IIQQ", blobs, place)
        fits = start + length <= len(blobs)
        if (sentinel, kind, length) == (BLOB_SENTINEL, BLOB_FLOAT32, size) and fits:
            return np.frombuffer(blobs, "<f4", size // 4, start).reshape(shape)
    raise ToolkitError(f"'{path}': its weight file is cut short, damaged or not in float32")
