# `make` lists the verbs. The first one that needs the environment builds it; later ones reuse it.
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The first Python on the path that the course supports.
PYTHON ?= $(shell for p in python3.12 python3.11 python3.13 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
UV_PIN := $(shell grep '^uv==' requirements.txt)
# Strict: every stored output that is not marked as run-dependent must come out the same.
NBVAL := -p no:python --nbval --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg \
	--nbval-cell-timeout 300 -n 2 --dist loadscope --durations 10

.DEFAULT_GOAL := help
.PHONY: help setup train test test-full lab run format check data pretrained results offline-kit pins

help:  ## list these verbs
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: $(READY)  ## build the environment in .venv (every other verb does it when needed)

$(READY): requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; found none on the path."; \
		echo "Install one, or name it: make setup PYTHON=/path/to/python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet $(UV_PIN)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --requirement requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $(READY)

train: $(READY)  ## train on the shoulder exercises, hold people out, print the scorecard
	$(BIN)/activity-detector train --data shoulder-exercises --output models/shoulder-exercises

test: $(READY)  ## test the package and run every chapter in fast mode, comparing outputs
	$(BIN)/python -m pytest tests
	COURSE_FAST=1 $(BIN)/python -m pytest $(NBVAL) notebooks

test-full: $(READY)  ## the same with every chapter in full mode (before a release)
	$(BIN)/python -m pytest tests
	COURSE_FAST=0 $(BIN)/python -m pytest $(NBVAL) --nbval-cell-timeout 1200 notebooks

lab: $(READY)  ## open JupyterLab on the chapters
	$(BIN)/jupyter lab notebooks

run: $(READY)  ## execute a chapter in full mode and keep its outputs: make run NB=03
	@test -n "$(NB)" || { echo "Say which chapter: make run NB=03"; exit 1; }
	for notebook in notebooks/$(NB)*.ipynb notebooks/solutions/$(NB)*.ipynb; do \
		test ! -e $$notebook || COURSE_FAST=0 $(BIN)/jupyter execute --inplace \
		--kernel_name=python3 --timeout=1200 $$notebook || exit 1; done
	$(MAKE) --no-print-directory normalise

.PHONY: normalise
normalise: $(READY)
	for notebook in notebooks/*.ipynb notebooks/solutions/*.ipynb; do \
		$(BIN)/python -m tools.notebook_figures $$notebook || exit 1; done
	$(BIN)/nbstripout --keep-output --keep-count --extra-keys "metadata.language_info.version" \
		notebooks/*.ipynb notebooks/solutions/*.ipynb

format: $(READY)  ## tidy code and notebooks
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .
	$(MAKE) --no-print-directory normalise

check: $(READY)  ## the same, changing nothing
	$(BIN)/ruff check . && $(BIN)/ruff format --check . || { echo "To mend: make format"; exit 1; }
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest tests/test_notebook_format.py tests/test_house.py

data: $(READY)  ## fetch every data set of the course
	$(BIN)/activity-detector data fetch all

pretrained: $(READY)  ## train and export the models of pre-trained/ anew
	$(BIN)/python -m tools.pretrained

results: $(READY)  ## train what pre-trained/results lacks, hours; delete a file to redo it
	$(BIN)/activity-course compare imdb --repeats 3
	$(BIN)/activity-course compare uci-har --repeats 10
	$(BIN)/activity-course compare shoulder --repeats 5

offline-kit: $(READY)  ## collect what installs the course without internet, for a stick
	$(BIN)/python -m tools.offline_kit

pins: $(READY)  ## work out requirements.txt anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
		--all-extras --upgrade pyproject.toml --output-file requirements.txt
