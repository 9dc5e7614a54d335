"""Self-checks: every exercise of the course ends in ``check.<exercise>(answer)``.

A wrong answer gets a hint, never an error. Each chapter has a module of its own here,
``chapter_NN.py``; all its checks are found and offered under ``check``, so adding a chapter is
adding a file.
"""

from importlib import import_module
from pkgutil import iter_modules

from .grading import Check, Verdict
from .puzzles import damaged_recordings, mystery_sessions


def _checks():
    """Name -> check, over all chapters."""
    found = {}
    for module in sorted(info.name for info in iter_modules(__path__)):
        if module.startswith("chapter_"):
            for name, value in vars(import_module(f".{module}", __name__)).items():
                if isinstance(value, Check):
                    if name in found:
                        raise ImportError(f"two chapters have an exercise {name!r}")
                    found[name] = value
    return found


CHECKS = _checks()
__all__ = ["Check", "Verdict", "damaged_recordings", "mystery_sessions", *sorted(CHECKS)]


def __getattr__(name):
    if name in CHECKS:
        return CHECKS[name]
    raise AttributeError(f"there is no exercise {name!r}; there are {', '.join(sorted(CHECKS))}")


def __dir__():
    return __all__
