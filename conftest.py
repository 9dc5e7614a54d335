"""Every pytest run is a fast one, unless COURSE_FAST=0 asks for the full course."""

import os
import sys

import pytest
from hypothesis import settings

os.environ.setdefault("COURSE_FAST", "1")
# Timings are no business of tests: on a busy machine Hypothesis' deadline of 200 ms is luck.
settings.register_profile("course", deadline=None)
settings.load_profile("course")


@pytest.fixture(autouse=True)
def close_figures():
    """Close what a test has drawn: open figures pile up, and matplotlib warns."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
