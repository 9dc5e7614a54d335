"""What tests with genuine Turi Create share: ``from turi_fixtures import require_turi``."""

import functools

import numpy as np
import pandas as pd
import pytest

from activity_detector_utils import turi
from activity_detector_utils.turi.process import TuriProcess

# One chunk is 100 rows at a window of 5: sessions below, at and above windows and chunks.
AWKWARD_LENGTHS = [1, 4, 5, 6, 99, 100, 101, 205, 1003]


def require_turi():
    """Skip, with the reason, where Turi Create cannot run; builds its environment if need be."""
    reason = _why_not()
    if reason:
        pytest.skip(reason)


@functools.cache
def _why_not():
    ok, reason = turi.available()
    if not ok:
        return reason
    try:
        with TuriProcess():
            return ""
    except turi.TuriUnavailable as error:
        return str(error)


def awkward_sessions(seed, labels=(2, 9, 10), lengths=AWKWARD_LENGTHS):
    """Simulated waves f0, f1 whose label changes inside sessions; columns session and label."""
    rng = np.random.default_rng(seed)
    parts = []
    for length in lengths:
        activity = np.repeat(rng.integers(0, len(labels), length), rng.integers(3, 40, length))
        activity = activity[:length]
        time = np.arange(length)
        part = pd.DataFrame({"session": f"s{length:04d}", "label": np.array(labels)[activity]})
        for number, feature in enumerate(["f0", "f1"]):
            wave = np.sin(time * (0.3 + activity * 0.7 + number)) + (activity - 1) * 0.5
            part[feature] = wave + rng.normal(0, 0.6, length)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
