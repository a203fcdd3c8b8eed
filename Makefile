.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --upgrade pyproject.toml

help:  ## what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' Makefile

demo: install speech  ## a demo school with telephone and texts in the browser; Ctrl-C ends it (PORT=8000)
	@$(BIN)/absence-line demo --port $(PORT)

install: .venv/installed  ## the environment alone, in .venv

speech: .venv/speech  ## what turns voicemail into text on this machine

test: .venv/tested  ## the whole test suite
	$(BIN)/pytest -n auto

lint: .venv/tested  ## formatter check, linter, types, import rules, translations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m flows.catalogue

bench: .venv/tested  ## the benchmarks, printing figures
	$(BIN)/python -m tests.bench

prove: .venv/tested  ## mornings with real processes and real faults, and a table of what was lost
	$(BIN)/python -m tests.prove
	$(BIN)/pytest -q -n auto -m prove

audit: .venv/tested  ## look the pinned dependencies up among the known vulnerabilities
	$(BIN)/uvx pip-audit@2.10.1 --strict --disable-pip --require-hashes \
		-r requirements.lock -r recordings/requirements.lock

lock: .venv/tested  ## write the lock files anew from pyproject.toml
	$(COMPILE) --extra build -o requirements.lock
	$(COMPILE) --extra speech --extra objects -c requirements.lock -o recordings/requirements.lock
	$(COMPILE) --extra build --extra speech --extra objects --extra test \
		-c requirements.lock -c recordings/requirements.lock -o tests/requirements.lock

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing the pinned dependencies into .venv ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Without it everything works but this: a machine for which there is none is no reason to stop.
.venv/speech: recordings/requirements.lock .venv/installed
	@echo "Installing speech recognition into .venv ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $< && touch $@ \
		|| echo "It cannot be installed here: voicemail will not be transcribed, and staff listen."

.venv/tested: tests/requirements.lock .venv/installed
	@echo "Installing the test tools into .venv ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.lock
	@touch $@

.PHONY: help demo install speech test lint bench prove audit lock
