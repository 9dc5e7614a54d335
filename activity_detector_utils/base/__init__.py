"""What everything else stands on: errors, settings, and writing files whole.

May import nothing of the package.
"""
