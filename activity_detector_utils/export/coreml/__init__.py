"""Core ML files: write ``.mlmodel`` and ``.mlpackage``, read what Turi Create wrote.

Only coremltools' file format classes are used; see :mod:`.proto`.
"""

from ...base.errors import ToolkitError
from ...base.writing import write_file, write_folder
from ..contract import check_path

LAYOUTS = ("turi6", "turi5")


def write(model, path, layout="turi6"):
    """Write a Core ML file of one step: a window and the state in, probabilities and state out.

    Parameters
    ----------
    model : ActivityClassifier
        ``model.fields`` may hold ``description``, ``author`` and ``license`` for the file.
    path : str or Path
        ``.mlmodel`` (iOS 11 and later) or ``.mlpackage`` (an ML program, iOS 15 and later).
    layout : {'turi6', 'turi5'}
        ``turi6``: one input a feature, ``stateIn`` and ``stateOut``. ``turi5``, for ``.mlmodel``
        only: ``features``, ``hiddenIn``, ``cellIn``, ``hiddenOut``, ``cellOut``.

    Raises
    ------
    ToolkitError
        If the suffix, the layout, a column's name or the place is not possible.
    ImportError
        If coremltools is not installed.
    """
    from .description import write_description
    from .names import check_names
    from .neural_network import TAKEN, build_network

    path = check_path(path, ".mlmodel", ".mlpackage")
    if layout not in LAYOUTS:
        raise ToolkitError(f"layout {layout!r} is none of {', '.join(LAYOUTS)}")
    if path.suffix.lower() == ".mlpackage":
        if layout != "turi6":
            raise ToolkitError(f"an .mlpackage has layout 'turi6'; for {layout!r} write .mlmodel")
        from .program import build_package

        write_folder(path, build_package(model))
        return
    # layout turi5 has one input for all features: their names are metadata only
    check_names(model, TAKEN[layout], inputs=layout == "turi6")
    weights = model.network.weights
    proto = build_network(weights, model.features, model.classes, model.target, layout)
    write_description(proto, model, layout)
    write_file(path, proto.SerializeToString(deterministic=True))


def read(path):
    """Read a ``.mlmodel`` that Turi Create 5.x or 6.x, or this package, wrote.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Description
        With ``weights``. Turi Create does not state sampling rate and units. It writes int labels
        as text: labels that are numbers in numeric order come back as int.

    Raises
    ------
    FileNotFoundError
        If nothing is there.
    ToolkitError
        If it is no Core ML file, is cut short, or holds another model or other layers.
    ImportError
        If coremltools is not installed.
    """
    from .reading import layout_of
    from .weights import read_weights

    description, proto = read_checked(path)
    if proto.WhichOneof("Type") != "neuralNetworkClassifier":
        raise ToolkitError(
            f"'{path}' holds a {proto.WhichOneof('Type')}; only a neuralNetworkClassifier, the "
            ".mlmodel of Turi Create and of this package, can be read as a model"
        )
    description.weights = read_weights(path, proto, description, layout_of(path, proto))
    return description


def read_checked(path):
    """Read a Core ML file without running it.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    description : Description
    proto : Model
        Its layers or operations are those that Turi Create or this package writes.

    Raises
    ------
    MissingFile, ToolkitError, MissingPackage
        As :func:`read`.
    """
    from .layers import check_layers
    from .program import check_program
    from .proto import parse_model
    from .reading import layout_of, read_description

    proto = parse_model(path)
    description = read_description(path, proto)
    if proto.WhichOneof("Type") == "neuralNetworkClassifier":
        check_layers(path, proto, description, layout_of(path, proto))
    else:
        check_program(path, proto, description)
    return description, proto


def runner(path, engine="numpy"):
    """Open a Core ML file for running it; see :func:`export.runners.open_exported`.

    Parameters
    ----------
    path : str or Path
    engine : {'numpy', 'Core ML'}
        'Core ML', the system's own, exists on macOS only.

    Returns
    -------
    Runner
    """
    from .network_runner import NetworkRunner
    from .program_runner import ProgramRunner
    from .system_runner import SystemRunner

    description, proto = read_checked(path)
    if engine == "Core ML":
        return SystemRunner(path, description)
    kind = NetworkRunner if proto.WhichOneof("Type").startswith("neural") else ProgramRunner
    return kind(path, proto, description)
