"""Build the layers of a ``.mlmodel``: a neuralNetworkClassifier as Turi Create writes it.

Two layouts. ``turi6``: one input a feature, the state as one vector of 400. ``turi5``: one matrix
of features, hidden and cell vectors apart. The network between is the same under other names.
"""

import numpy as np

from ...networks.lstm import BATCH_NORM_EPSILON, GATE_ORDERS
from .proto import messages

SPECIFICATION = 1  # iOS 11
CELL_CLIP = 50000
GATE_NAMES = {"i": "inputGate", "f": "forgetGate", "c": "blockInput", "o": "outputGate"}
GATES = [GATE_NAMES[gate] for gate in GATE_ORDERS["keras"]]
PLAIN = ("conv", "relu1", "lstm", "dense0", "bn", "relu6", "dense1")
NAMES = {  # layer -> its name and its output
    "turi6": {name: (name, name) for name in PLAIN},
    "turi5": {
        "conv": ("conv_layer", "relu0_in"),
        "relu1": ("relu_layer0", "lstm_in"),
        "lstm": ("lstm_layer", "dense0_in"),
        "dense0": ("dense_layer", "bn_in"),
        "bn": ("bn_layer", "relu1_in"),
        "relu6": ("relu_layer1", "dense1_in"),
        "dense1": ("dense_layer1", "softmax_in"),
    },
}
TAKEN = {  # names that a column cannot have
    "turi6": {*NAMES["turi6"], "features", "reshape", "stateIn", "stateOut"}
    | {"hiddenIn", "cellIn", "hiddenOut", "cellOut"},
    "turi5": {output for _, output in NAMES["turi5"].values()}
    | {"features", "conv_in", "hiddenIn", "cellIn", "hiddenOut", "cellOut"},
}


def build_network(weights, features, classes, target, layout):
    """Core ML model that holds the network only; the description is added by the caller.

    Parameters
    ----------
    weights : dict of str to ndarray
        As ``network.weight_shapes`` names them.
    features : list of str
    classes : list of str or list of int
        Written as text, in this order, as Turi Create does.
    target : str
    layout : {'turi6', 'turi5'}

    Returns
    -------
    Model
    """
    proto = messages("Model").Model(specificationVersion=SPECIFICATION)
    classifier = proto.neuralNetworkClassifier
    classifier.stringClassLabels.vector.extend(str(label) for label in classes)
    classifier.labelProbabilityLayerName = f"{target}Probability"
    layers = _Layers(classifier, NAMES[layout], weights)
    if layout == "turi6":
        window = _turi6_front(layers, features)
        with_bias = bool(weights["output_bias"].any())
    else:
        window = "conv_in"
        layers.add("permute_layer", "permute", ["features"], [window]).axis.extend([0, 3, 1, 2])
        with_bias = True
    _convolution(layers, window)
    if layout == "turi6":
        _slice_state(layers)
    _lstm(layers)
    if layout == "turi6":
        layers.add("stateOut", "concat", ["hiddenOut", "cellOut"], ["stateOut"]).SetInParent()
    _classifier(layers, with_bias, f"{target}Probability")
    return proto


class _Layers:
    """The layers so far, how they are called, and the weights that fill them."""

    def __init__(self, classifier, names, weights):
        self.classifier = classifier
        self.names = names
        self.weights = weights

    def add(self, name, kind, inputs, outputs):
        """Add a layer; return the message of its parameters."""
        layer = self.classifier.layers.add(name=name, input=inputs, output=outputs)
        return getattr(layer, kind)

    def add_named(self, layer, kind, inputs, more_outputs=()):
        name, output = self.names[layer]
        return self.add(name, kind, inputs, [output, *more_outputs])

    def output(self, layer):
        return self.names[layer][1]


def _turi6_front(layers, features):
    window = features[0]
    if len(features) > 1:
        window = "features"
        layers.add(window, "concat", features, [window]).SetInParent()
    reshape = layers.add("reshape", "reshape", [window], ["reshape"])
    n_samples = layers.weights["conv_kernel"].shape[0]
    reshape.targetShape.extend([1, len(features), 1, n_samples])
    return "reshape"


def _convolution(layers, window):
    kernel = layers.weights["conv_kernel"]  # (samples, features, filters)
    n_samples, n_features, n_filters = kernel.shape
    conv = layers.add_named("conv", "convolution", [window])
    conv.outputChannels, conv.kernelChannels, conv.nGroups = n_filters, n_features, 1
    conv.kernelSize.extend([1, n_samples])
    conv.stride.extend([1, n_samples])
    conv.dilationFactor.extend([1, 1])
    for _ in range(2):
        conv.valid.paddingAmounts.borderAmounts.add()
    conv.hasBias = True
    _fill(conv.weights, kernel.transpose(2, 1, 0))
    _fill(conv.bias, layers.weights["conv_bias"])
    layers.add_named("relu1", "activation", [layers.output("conv")]).ReLU.SetInParent()


def _slice_state(layers):
    n_units = layers.weights["lstm_recurrent_kernel"].shape[0]
    for number, name in enumerate(("hiddenIn", "cellIn")):
        part = layers.add(name, "slice", ["stateIn"], [name])
        part.startIndex, part.endIndex, part.stride = number * n_units, (number + 1) * n_units, 1


def _lstm(layers):
    w = layers.weights
    inputs = [layers.output("relu1"), "hiddenIn", "cellIn"]
    lstm = layers.add_named("lstm", "uniDirectionalLSTM", inputs, ["hiddenOut", "cellOut"])
    lstm.inputVectorSize = w["lstm_kernel"].shape[0]
    lstm.outputVectorSize = w["lstm_recurrent_kernel"].shape[0]
    for activation in ("sigmoid", "tanh", "tanh"):
        getattr(lstm.activations.add(), activation).SetInParent()
    lstm.params.hasBiasVectors = True
    lstm.params.cellClipThreshold = CELL_CLIP
    for kind, name in (
        ("WeightMatrix", "lstm_kernel"),
        ("RecursionMatrix", "lstm_recurrent_kernel"),
        ("BiasVector", "lstm_bias"),
    ):
        for gate, part in zip(GATES, np.split(w[name], len(GATES), axis=-1), strict=True):
            _fill(getattr(lstm.weightParams, gate + kind), part.T)


def _classifier(layers, with_bias, probability):
    w = layers.weights
    _dense(layers, "dense0", layers.output("lstm"), w["dense_kernel"], w["dense_bias"])
    norm = layers.add_named("bn", "batchnorm", [layers.output("dense0")])
    norm.channels, norm.epsilon = len(w["norm_gamma"]), BATCH_NORM_EPSILON
    for name in ("gamma", "beta", "mean", "variance"):
        _fill(getattr(norm, name), w[f"norm_{name}"])
    layers.add_named("relu6", "activation", [layers.output("bn")]).ReLU.SetInParent()
    bias = w["output_bias"] if with_bias else None
    _dense(layers, "dense1", layers.output("relu6"), w["output_kernel"], bias)
    layers.add(probability, "softmax", [layers.output("dense1")], [probability]).SetInParent()


def _dense(layers, layer, source, kernel, bias):
    dense = layers.add_named(layer, "innerProduct", [source])
    dense.inputChannels, dense.outputChannels = kernel.shape
    _fill(dense.weights, kernel.T)
    if bias is not None:
        dense.hasBias = True
        _fill(dense.bias, bias)


def _fill(params, array):
    params.floatValue.extend(array.ravel().tolist())
