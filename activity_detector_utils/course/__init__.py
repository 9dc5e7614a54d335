"""What only the chapters need: self-checks, figures, experiments and small labs.

May import the whole product and ``app``, for its figures and its console; nothing imports it.
"""
