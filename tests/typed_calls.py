"""Read by the type checker in ``make check``, never run: what a caller's editor is told."""

from pathlib import Path
from typing import assert_type

import numpy as np
import pandas as pd

import activity_detector_utils as adu
from activity_detector_utils import ActivityClassifier
from activity_detector_utils.datasets import ImdbReviews, UciHar, imdb_word_index
from activity_detector_utils.evaluation import Baseline
from activity_detector_utils.export import open_exported
from activity_detector_utils.export.base_runner import Runner
from activity_detector_utils.export.replay import replay
from activity_detector_utils.recordings import save_frame
from activity_detector_utils.splits import Split
from activity_detector_utils.streaming import Prediction, Smoother


def names_are_visible() -> None:
    """Each lazily loaded name has its class, not Any."""
    assert_type(ActivityClassifier, type[ActivityClassifier])
    assert_type(adu.load_uci_har(), UciHar)
    assert_type(adu.load_imdb(), ImdbReviews)
    assert_type(imdb_word_index(), dict[str, int])


def results_have_types(model: ActivityClassifier) -> None:
    """Shapes stay in the docstrings."""
    frame = adu.read_recordings(Path("folder"), activities=None)
    save_frame(frame, "frame.parquet")
    found = replay("model.onnx", model, frame)
    assert_type(found.agrees, bool)
    assert_type(open_exported("model.onnx"), Runner)
    assert_type(adu.windows.find_sessions(["a", "a"]).lengths, np.ndarray)
    smoother = Smoother(["walk", "run"], smoothing=0.5, hold=2)
    assert_type(smoother.reset(), None)


def training_and_judging_have_types(frame: pd.DataFrame, model: ActivityClassifier) -> None:
    """The way from recordings to a score."""
    parts = adu.split_by_source(frame, test=["p09"])
    assert_type(parts, Split)
    assert_type(adu.create(parts.train, "sessionId", "activity"), ActivityClassifier)
    assert_type(adu.load_model("folder"), ActivityClassifier)
    assert_type(model.classify(frame), pd.DataFrame)
    assert_type(adu.evaluation.majority_baseline(["a"], ["a"]), Baseline)
    assert_type(adu.StreamingClassifier(model).feed([0.0] * 6), list[Prediction])
