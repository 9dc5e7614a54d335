"""Recordings before they are split: read, described, cleaned, resampled, kept on disk (chapter 1).

May import ``base``.
"""

from .cleaning import clean
from .columns import GESTURES, MOTION_FEATURES, RECORDER_COLUMNS
from .folder import read_recordings
from .frame_files import load_frame, save_frame
from .resampling import resample
from .summary import RecordingReport, report
from .units import convert_units

__all__ = [
    "GESTURES",
    "MOTION_FEATURES",
    "RECORDER_COLUMNS",
    "RecordingReport",
    "clean",
    "convert_units",
    "load_frame",
    "read_recordings",
    "report",
    "resample",
    "save_frame",
]
