"""What only the chapters need: self-checks, figures, experiments and small labs.

May import the whole product; nothing of the product imports it.
"""
