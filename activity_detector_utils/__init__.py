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


def __getattr__(name):
    if name in _MODULES:
        return import_module(_MODULES[name], __name__)
    if name in _HOMES:
        return getattr(import_module(_HOMES[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {__all__}")


def __dir__():
    return __all__
