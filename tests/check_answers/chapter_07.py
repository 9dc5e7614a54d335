"""Chapter 7; the last score was measured as in its solutions."""

import numpy as np

from activity_detector_utils import waves

X, y = waves.generate(1000, seed=2)
FIRST = (X * np.where(np.arange(1000) % 2, -1, 1)[:, np.newaxis])[:, 0]

ANSWERS = {
    "numbers_of_the_wrong_type": (
        lambda: np.frombuffer(waves.make_wave("sine", 0.1).tobytes(), "<f4").size,
        [128, 1024, 64, 100],
    ),
    "shortcut_of_turned_waves": (
        lambda: ((np.abs(FIRST) > 0.5) == y).sum(),
        [lambda: ((FIRST > 0.5) == y).sum(), 1.0, 500, 950, 0],
    ),
    "waves_without_beginning": (0.875, [87.5, 0.96, 1.0, 0.5, 0.7]),
}
