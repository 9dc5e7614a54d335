"""What is inside a classifier: one step from a window and a state to probabilities and a state.

Plain arrays only: no frames, no files. May import ``base`` and ``windows``. The networks stand
apart from ``activity_classifier`` so that ``export`` reads their sizes and gate orders here, and
``activity_classifier`` can write exports, without a circle.
"""
