"""Data sets of the course: found on disk, downloaded once, checked, read.

Every loader looks in the folders of ``COURSE_DATA_DIR``, then in ``data/``, then downloads, unless
``COURSE_OFFLINE=1`` or ``COURSE_FAST=1``. In fast mode alone, UCI HAR and IMDB fall back to a
synthetic stand-in of the same format; it says so in one printed line and in its ``stand_in``.
Sources, licences and units are in ``data/README.md``.

Beside the loaders live the makers: simulated gestures and waves. May import ``base`` and
``recordings``.
"""

from .catalogue import DatasetStatus, dataset_status, fetch
from .digits import make_digit_folders
from .imdb import ImdbReviews, imdb_word_index, load_imdb
from .shoulder import SHOULDER_PEOPLE, SHOULDER_RATE, load_shoulder_exercises
from .uci_har import UCI_HAR_CHANNELS, UciHar, load_uci_har

__all__ = [
    "SHOULDER_PEOPLE",
    "SHOULDER_RATE",
    "UCI_HAR_CHANNELS",
    "DatasetStatus",
    "ImdbReviews",
    "UciHar",
    "dataset_status",
    "fetch",
    "imdb_word_index",
    "load_imdb",
    "load_shoulder_exercises",
    "load_uci_har",
    "make_digit_folders",
]
