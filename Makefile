# Everything runs in .venv, which the first target that needs it creates.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test soak lint example bench

demo: $(VENV)/installed  ## run real experiments into a journal in demo/ and render it
	rm -rf demo
	$(BIN)/glj demo demo

test: $(VENV)/installed
	$(BIN)/python -m pytest -n 2 --dist loadfile

soak: $(VENV)/installed  ## a thousand kills, full disks, crowds of writers, damaged files: an hour
	$(BIN)/python -m pytest -n 2 -m soak
	$(BIN)/python -m pip install --quiet --editable '.[soak]'
	for target in page cover tree trailers record; do \
		$(BIN)/python tests/fuzz/guided.py $$target -atheris_runs=100000 || exit 1; \
	done

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

example: $(VENV)/installed  ## make example-journal/ anew by running its experiments
	$(BIN)/python example-journal/make.py

bench: $(VENV)/installed
	for script in record fingerprint commands; do $(BIN)/python benchmarks/$$script.py; done

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[keras,pandas,dev]'
	touch $@
