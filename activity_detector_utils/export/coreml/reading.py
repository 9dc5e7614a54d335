"""Read what a Core ML file says besides its network: inputs, outputs, classes, metadata."""

import re
import reprlib

from ...base.errors import ToolkitError
from ...networks.lstm import N_UNITS, STATE_SIZE
from ..contract import Port, from_facts, parse_facts
from .mil import last_operation

WHOLE_NUMBER = "-?[0-9]{1,18}"


def read_description(path, proto):
    """What a Core ML model says about itself.

    Parameters
    ----------
    path : str or Path
        For errors.
    proto : Model

    Returns
    -------
    Description
        Without weights.

    Raises
    ------
    ToolkitError
        If its inputs are not those of an activity classifier.
    """
    entries = dict(proto.description.metadata.userDefined)
    layout = layout_of(path, proto)
    features, window = _read_inputs(path, proto.description.input, layout, entries)
    kind = "neural network" if proto.WhichOneof("Type").startswith("neural") else "ML program"
    optional = {key: entries[key] for key in ("sampling_rate", "units") if key in entries}
    stated = _stated(proto.description.metadata)
    known = {
        **parse_facts(path, optional),
        **stated,
        "features": features,
        "classes": _restore_type(class_labels(path, proto), entries.get("class_type")),
        "prediction_window": window,
        "session_id": entries["session_id"],
        "target": proto.description.predictedFeatureName,
    }
    if re.fullmatch(WHOLE_NUMBER, entries.get("max_iterations", "")):
        known["max_iterations"] = int(entries["max_iterations"])
    format = (
        f"Core ML {kind}, specification {proto.specificationVersion}, "
        f"layout of Turi Create {layout[-1]}"
    )
    description = from_facts(path, format, known, metadata={**entries, **stated})
    description.ports = _read_ports(proto.description)
    return description


def layout_of(path, proto):
    """'turi6' or 'turi5', by the names and shapes of the inputs."""
    shapes = {port.name: _shape(port) for port in proto.description.input}
    entries = proto.description.metadata.userDefined
    if "session_id" in entries and proto.description.predictedFeatureName:
        windows = {shape for name, shape in shapes.items() if name != "stateIn"}
        if shapes.get("stateIn") == (STATE_SIZE,) and len(windows) == 1 and len(windows.pop()) == 1:
            return "turi6"
        states = {shapes.get("hiddenIn"), shapes.get("cellIn")}
        if len(shapes) == 3 and states == {(N_UNITS,)} and len(shapes.get("features", ())) == 3:
            return "turi5"
    found = reprlib.repr(shapes)
    raise ToolkitError(
        f"'{path}' is a Core ML model, but no activity classifier: its inputs are {found}; "
        "Turi Create 6 has one input a feature and stateIn, Turi Create 5 has features, hiddenIn, "
        "cellIn, and both state session_id in the metadata"
    )


def class_labels(path, proto):
    """Class labels of a Core ML classifier, as the file holds them (str or int)."""
    kind = proto.WhichOneof("Type")
    if kind == "neuralNetworkClassifier":
        labels = getattr(proto.neuralNetworkClassifier, _which(proto.neuralNetworkClassifier))
        return list(labels.vector)
    if kind == "mlProgram":
        last = last_operation(path, proto.mlProgram)
        if "classes" in last.inputs and last.inputs["classes"].arguments:
            labels = last.inputs["classes"].arguments[0].value.immediateValue.list.values
            texts = [list(label.immediateValue.tensor.strings.values) for label in labels]
            return [text[0] if len(text) == 1 else "" for text in texts]  # "" is refused later
    raise ToolkitError(f"'{path}' holds a {kind}, not a classifier of activities")


def _which(classifier):
    return classifier.WhichOneof("ClassLabels") or "stringClassLabels"


def _restore_type(labels, class_type):
    """Undo Turi Create's habit of writing int labels as text, in numeric order.

    Files of Turi Create do not say which they were: labels that are numbers in numeric order are
    taken for int.
    """
    if class_type == "str" or not all(re.fullmatch(WHOLE_NUMBER, str(n)) for n in labels):
        return labels
    numbers = [int(label) for label in labels]
    exact = [str(number) for number in numbers] == [str(label) for label in labels]
    return numbers if exact and numbers == sorted(numbers) else labels


def _read_inputs(path, inputs, layout, entries):
    """Features in the order in which the model takes them, and samples in a window."""
    if layout == "turi6":
        features = [port.name for port in inputs if port.name != "stateIn"]
        return features, next(_shape(port)[0] for port in inputs if port.name == features[0])
    _, window, n_features = next(_shape(port) for port in inputs if port.name == "features")
    features = entries.get("features", "").split(",")
    if len(features) != n_features:
        raise ToolkitError(
            f"'{path}' takes {n_features} features, its metadata name {reprlib.repr(features)}"
        )
    return features, window


def _stated(metadata):
    texts = {
        "description": metadata.shortDescription,
        "author": metadata.author,
        "license": metadata.license,
    }
    return {key: text for key, text in texts.items() if text}


def _read_ports(description):
    pairs = [("input", port) for port in description.input]
    pairs += [("output", port) for port in description.output]
    return [
        Port(
            kind,
            port.name,
            _type_name(port),
            _shape(port),
            port.type.isOptional,
            port.shortDescription,
        )
        for kind, port in pairs
    ]


def _shape(port):
    return tuple(port.type.multiArrayType.shape)


def _type_name(port):
    kind = port.type.WhichOneof("Type")
    if kind == "multiArrayType":
        array = port.type.multiArrayType
        known = {number: name.lower() for name, number in array.ArrayDataType.items()}
        return known.get(array.dataType, f"unknown type {array.dataType}")
    return {"stringType": "string", "dictionaryType": "dictionary<string, double>"}.get(kind, kind)
