"""The command line, ``activity-detector``, the reports that it writes, and their figures.

May import the whole product, and nothing imports it but ``course``.
"""
