"""Every pytest run is a fast one, unless COURSE_FAST=0 asks for the full course."""

import os

os.environ.setdefault("COURSE_FAST", "1")
