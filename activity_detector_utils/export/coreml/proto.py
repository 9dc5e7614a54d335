"""Core ML's protobuf classes, without what ``import coremltools`` does besides.

Importing coremltools takes seconds, loads TensorFlow and scikit-learn where they are installed,
and, off macOS, logs one warning for each of Apple's libraries that it cannot load. The generated
classes in its ``proto`` folder need none of that, so they are imported from there directly.
"""

import importlib
import importlib.util
import math
import sys
from functools import cache
from pathlib import Path

import numpy as np

from ...base.errors import MissingFile, MissingPackage, ToolkitError
from ..libraries import missing_message
from ..reading import parse_message, read_model_file

PRIVATE_NAME = f"{__package__}.apple_proto"


@cache
def messages(name):
    """Module of generated classes: 'Model', 'MIL', 'NeuralNetwork' or 'FeatureTypes'.

    Raises
    ------
    MissingPackage
        If coremltools is not installed.
    """
    if "coremltools" not in sys.modules and PRIVATE_NAME not in sys.modules:
        _import_proto_folder()
    package = PRIVATE_NAME if PRIVATE_NAME in sys.modules else "coremltools.proto"
    return importlib.import_module(f"{package}.{name}_pb2")


def parse_model(path):
    """Read a ``.mlmodel`` file, or the model inside a ``.mlpackage`` folder.

    Returns
    -------
    Model
        The protobuf message.

    Raises
    ------
    MissingFile
        If nothing is there.
    ToolkitError
        If it is no Core ML file or is cut short.
    """
    path = Path(path)
    file = path / "Data/com.apple.CoreML/model.mlmodel" if path.is_dir() else path
    try:
        data = read_model_file(file)
    except MissingFile as error:
        if file == path:
            raise
        raise ToolkitError(f"'{path}' is no Core ML package: it holds no '{file.name}'") from error
    model = parse_message(path, messages("Model").Model, data)
    if model.WhichOneof("Type") is None or not model.description.input:
        raise ToolkitError(f"'{path}' holds no Core ML model: it is cut short or another file")
    return model


def floats(values, shape):
    """Numbers of a protobuf field as a float32 array of the given shape."""
    if len(values) != math.prod(shape):
        raise ToolkitError(f"{len(values)} weights where {tuple(shape)} were announced")
    return np.fromiter(values, np.float32, len(values)).reshape(shape)


def _import_proto_folder():
    found = importlib.util.find_spec("coremltools")  # locates, does not import
    if found is None:
        raise MissingPackage(missing_message("coremltools"))
    folder = Path(found.submodule_search_locations[0]) / "proto"
    spec = importlib.util.spec_from_file_location(
        PRIVATE_NAME, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[PRIVATE_NAME] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[PRIVATE_NAME]
        raise
