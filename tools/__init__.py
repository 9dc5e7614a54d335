"""For maintainers, outside the wheel: shipped models, the offline kit, small notebook figures.

Each runs from the checkout, for example ``python -m tools.pretrained``; the Makefile has a verb
for each.
"""
