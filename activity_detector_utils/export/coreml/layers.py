"""Hold the layers of a ``.mlmodel`` against those that Turi Create writes, before they are run."""

from ...base.errors import ToolkitError
from ..contract import empty_weights
from .neural_network import build_network

# Settings on which the sizes of arrays depend; others are compared by running the layers.
SIZES = {
    "batchnorm": ("channels",),
    "convolution": ("outputChannels", "kernelChannels", "kernelSize", "stride"),
    "innerProduct": ("inputChannels", "outputChannels"),
    "permute": ("axis",),
    "reshape": ("targetShape",),
    "slice": ("startIndex", "endIndex", "stride"),
    "uniDirectionalLSTM": ("inputVectorSize", "outputVectorSize"),
}
STATES = ("stateOut", "hiddenOut", "cellOut")  # outputs that the app asks for by name


def check_layers(path, proto, description, layout):
    """Raise ToolkitError unless the layers are those of a Turi Create activity classifier.

    The same types in the same order, connected in the same way, with arrays of the same sizes;
    layers may bear other names.

    Parameters
    ----------
    path : str or Path
        For errors.
    proto : Model
    description : Description
    layout : {'turi6', 'turi5'}
    """
    classifier = proto.neuralNetworkClassifier
    weights = empty_weights(path, description, proto.ByteSize())
    names = description.features, description.classes, description.target
    wanted = build_network(weights, *names, layout).neuralNetworkClassifier
    kinds, wanted_kinds = (
        [layer.WhichOneof("layer") or "unknown" for layer in each.layers]
        for each in (classifier, wanted)
    )
    if kinds != wanted_kinds:
        found = kinds if len(kinds) < 2 * len(wanted_kinds) else f"{len(kinds)} layers"
        raise ToolkitError(
            f"'{path}' has other layers than a Turi Create activity classifier: it has {found}; "
            f"expected {wanted_kinds}"
        )
    renamed = {port.name: port.name for port in proto.description.input}  # in the file -> here
    for layer, like in zip(classifier.layers, wanted.layers, strict=True):
        problem = _connection(renamed, layer, like) or _size(layer, like)
        if problem:
            raise ToolkitError(
                f"'{path}' has the layers of a Turi Create activity classifier, but connected or "
                f"configured in another way: layer '{layer.name}' has {problem}"
            )
    if classifier.labelProbabilityLayerName != classifier.layers[-1].output[0]:
        raise ToolkitError(f"'{path}' does not take its probabilities from its last layer")


def _connection(renamed, layer, like):
    """What is wrong with the inputs and outputs of a layer; None if nothing is."""
    if [renamed.get(name) for name in layer.input] != list(like.input):
        return f"inputs {list(layer.input)[:9]}"
    found, wanted = list(layer.output), list(like.output)
    kept = [name for name in wanted if name in STATES]
    if len(found) != len(wanted) or not set(kept) <= set(found) or renamed.keys() & set(found):
        return f"outputs {found[:9]}"
    renamed.update(zip(found, wanted, strict=True))
    return None


def _size(layer, like):
    kind = layer.WhichOneof("layer")
    for setting in SIZES.get(kind, ()):
        found, wanted = (getattr(getattr(each, kind), setting) for each in (layer, like))
        if found != wanted:
            return f"{setting} {str(found)[:80]}, not {wanted}"
    return None
