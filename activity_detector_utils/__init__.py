"""Train, judge, inspect and ship activity classifiers: the package the chapters share.

Words, used everywhere in code, prose and figures:

=========  ==================================================================================
sample     one row of a frame
session    one uninterrupted recording; its rows are in time order
source     who or what produced a session: a person, in the column ``userId``
activity   the label of a sample
features   the numeric columns used
window     ``prediction_window`` consecutive samples of one session, the unit of prediction
chunk      20 consecutive windows, the unit of training
state      the LSTM's hidden and cell vectors
=========  ==================================================================================

Columns: ``userId, sessionId, activity``, rotation rates ``rotX rotY rotZ`` in rad/s, accelerations
``accelX accelY accelZ`` in g, and where recorded ``roll pitch yaw`` in rad, ``gravX gravY gravZ``
in g. Arrays of windows have the shape ``(n_windows, prediction_window, n_features)``.

Importing the package loads none of its parts; each name below is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

# Public modules and names -> where they live; the rest of the house may be rebuilt.
_MODULES = {
    "activity_classifier": ".activity_classifier",
    "check": ".course.check",
    "datasets": ".datasets",
    "evaluation": ".evaluation",
    "export": ".export",
    "inspection": ".activity_classifier.inspection",
    "memory": ".course.memory",
    "plots": ".course.plots",
    "promises": ".course.promises",
    "recordings": ".recordings",
    "settings": ".base.settings",
    "simulate": ".datasets.simulate",
    "splits": ".splits",
    "stitching": ".course.stitching",
    "streaming": ".streaming",
    "turi": ".turi",
    "waves": ".datasets.waves",
    "windows": ".windows",
}
_HOMES = {
    "ActivityClassifier": ".activity_classifier",
    "StreamingClassifier": ".streaming",
    "create": ".activity_classifier",
    "load_imdb": ".datasets",
    "load_model": ".activity_classifier",
    "load_shoulder_exercises": ".datasets",
    "load_uci_har": ".datasets",
    "random_split_by_session": ".splits",
    "read_recordings": ".recordings",
    "simulate_gestures": ".datasets.simulate",
    "split_by_source": ".splits",
}

__all__ = sorted([*_HOMES, *_MODULES])

if TYPE_CHECKING:  # the same names for type checkers and editors, which run nothing
    from . import activity_classifier as activity_classifier
    from . import datasets as datasets
    from . import evaluation as evaluation
    from . import export as export
    from . import recordings as recordings
    from . import splits as splits
    from . import streaming as streaming
    from . import turi as turi
    from . import windows as windows
    from .activity_classifier import ActivityClassifier as ActivityClassifier
    from .activity_classifier import create as create
    from .activity_classifier import inspection as inspection
    from .activity_classifier import load_model as load_model
    from .base import settings as settings
    from .course import check as check
    from .course import memory as memory
    from .course import plots as plots
    from .course import promises as promises
    from .course import stitching as stitching
    from .datasets import load_imdb as load_imdb
    from .datasets import load_shoulder_exercises as load_shoulder_exercises
    from .datasets import load_uci_har as load_uci_har
    from .datasets import simulate as simulate
    from .datasets import waves as waves
    from .datasets.simulate import simulate_gestures as simulate_gestures
    from .recordings import read_recordings as read_recordings
    from .splits import random_split_by_session as random_split_by_session
    from .splits import split_by_source as split_by_source
    from .streaming import StreamingClassifier as StreamingClassifier
else:

    def __getattr__(name):
        if name in _MODULES:
            return import_module(_MODULES[name], __name__)
        if name in _HOMES:
            return getattr(import_module(_HOMES[name], __name__), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {__all__}")


def __dir__():
    return __all__
