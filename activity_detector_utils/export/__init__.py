"""Model files for apps: write them, read them back, run them, describe them.

Every format holds the same step: one window and the LSTM's state in, class probabilities and the
new state out. Importing this package loads none of the formats' libraries.

May import ``base``, ``windows`` and ``networks``.
"""

from .runners import open_exported

__all__ = ["open_exported"]
