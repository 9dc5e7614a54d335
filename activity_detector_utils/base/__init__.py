"""What everything else stands on: errors, settings, checks at the door, whole files.

May import nothing of the package.
"""
