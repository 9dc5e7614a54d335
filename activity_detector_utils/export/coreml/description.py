"""Write what a Core ML file says besides its network: inputs, outputs, metadata."""

from ...networks.lstm import N_UNITS, STATE_SIZE
from ..contract import as_strings, facts, writer

OWN_KEYS = ("sampling_rate", "units", "written_by")


def write_description(proto, model, layout, double=True):
    """Fill in inputs, outputs and metadata of a Core ML model.

    Parameters
    ----------
    proto : Model
        Changed in place.
    model : ActivityClassifier
    layout : {'turi6', 'turi5'}
    double : bool
        Declare arrays as double, as Turi Create does, or as float32, as ML programs need.
    """
    description = proto.description
    {"turi6": _write_turi6_ports, "turi5": _write_turi5_ports}[layout](description, model, double)
    description.predictedFeatureName = model.target
    description.predictedProbabilitiesName = f"{model.target}Probability"
    known = facts(model)
    description.metadata.shortDescription = known["description"]
    description.metadata.author = known.get("author", "")
    description.metadata.license = known["license"]
    description.metadata.userDefined.update(_turi_metadata(model, layout))
    strings = as_strings(known)
    own = {key: strings[key] for key in OWN_KEYS if key in strings}
    own["class_type"] = "int" if isinstance(model.classes[0], int) else "str"
    description.metadata.userDefined.update(own)


def _write_turi6_ports(description, model, double):
    window = (model.prediction_window,)
    for name in model.features:
        text = f"{name} window input" + (f", {model.units[name]}" if name in model.units else "")
        _add_array(description.input, name, window, text, double)
    _add_array(description.input, "stateIn", (STATE_SIZE,), "LSTM state input", double)
    _add_probability(description, model.target)
    _add_label(description, model.target)
    _add_array(description.output, "stateOut", (STATE_SIZE,), "LSTM state output", double)


def _write_turi5_ports(description, model, double):
    shape = (1, model.prediction_window, len(model.features))
    text = f"Window \u00d7 [{', '.join(_with_unit(model, name) for name in model.features)}]"
    _add_array(description.input, "features", shape, text, double)
    vector = (N_UNITS,)
    for name, text in (
        ("hiddenIn", "LSTM hidden state input"),
        ("cellIn", "LSTM cell state input"),
    ):
        _add_array(description.input, name, vector, text, double, optional=True)
    _add_probability(description, model.target)
    _add_array(description.output, "hiddenOut", vector, "LSTM hidden state output", double)
    _add_array(description.output, "cellOut", vector, "LSTM cell state output", double)
    _add_label(description, model.target)


def _with_unit(model, feature):
    return f"{feature} ({model.units[feature]})" if feature in model.units else feature


def _add_array(ports, name, shape, text, double, optional=False):
    port = ports.add(name=name, shortDescription=text)
    array = port.type.multiArrayType
    array.shape.extend(shape)
    array.dataType = array.DOUBLE if double else array.FLOAT32
    port.type.isOptional = optional


def _add_probability(description, target):
    port = description.output.add(name=f"{target}Probability")
    port.shortDescription = "Activity prediction probabilities"
    port.type.dictionaryType.stringKeyType.SetInParent()


def _add_label(description, target):
    port = description.output.add(name=target, shortDescription="Class label of top prediction")
    port.type.stringType.SetInParent()


def _turi_metadata(model, layout):
    shared = {
        "features": ",".join(model.features),
        "max_iterations": str(model.fields.get("max_iterations", "unknown")),
        "prediction_window": str(model.prediction_window),
        "session_id": model.session_id,
        "target": model.target,
        "version": "2",
    }
    if layout == "turi5":
        made_by = f"layout of 5.0, written by {writer()}"
        return {**shared, "type": "ActivityClassifier", "turicreate_version": made_by}
    return {
        **shared,
        "type": "activity_classifier",
        "com.github.apple.turicreate.version": f"layout of 6.4.1, written by {writer()}",
        # Turi Create states the training machine; here the same model gives the same bytes.
        "com.github.apple.os.platform": "not recorded",
    }
