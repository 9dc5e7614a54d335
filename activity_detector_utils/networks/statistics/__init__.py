"""The network ``statistics``: numbers of a window and of its look-back, a linear head, a filter.

    look-back and window -> signals -> numbers -> scaled -> scores, softmax -> filter over time

Predicts with numpy and trains with scipy, in seconds; the same recordings give the same network.
``signals`` derives what does not depend on how the device hangs, ``numbers`` holds the table of
all numbers, ``lookback`` the samples before a window, ``filtering`` what follows from the windows
before; ``network`` puts them behind the contract of all networks, ``fitting`` trains and chooses.

``create()`` does not offer it yet, and no file format holds it: call :func:`fit_statistics`.
"""

from .fitting import fit_statistics
from .network import StatisticsNetwork

__all__ = ["StatisticsNetwork", "fit_statistics"]
