"""Networks with random weights: enough to test everything but learning."""

import numpy as np

from activity_detector_utils.activity_classifier import ActivityClassifier
from activity_detector_utils.networks.lstm import Network, weight_shapes


def random_network(prediction_window=5, n_features=3, n_classes=4, seed=0):
    rng = np.random.default_rng(seed)
    shapes = weight_shapes(prediction_window, n_features, n_classes)
    weights = {name: rng.normal(0, 0.2, shape) for name, shape in shapes.items()}
    weights["norm_variance"] = rng.uniform(0.1, 2, shapes["norm_variance"])
    return Network(weights)


def random_model(prediction_window=5, features=("x", "y", "z"), classes=("a", "b", "c"), seed=0):
    return ActivityClassifier(
        random_network(prediction_window, len(features), len(classes), seed),
        list(features),
        list(classes),
        session_id="session",
        target="label",
    )
