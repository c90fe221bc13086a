# Two commands do everything: `make demo` shows the main job, `make test` proves that it works.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO ?=
PYTEST ?=

.PHONY: help demo test deep lint format clean
help: ## This list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

demo: $(VENV)/.ready ## Sample wave, profile, dashboard, workbook; then serves them
	@$(BIN)/corus demo $(DEMO)

test: $(VENV)/.ready-dev ## Everything: style, types, floors, tests
	@sh tests/system_packages.sh
	@$(BIN)/ruff check --quiet corus tests
	@$(BIN)/ruff format --quiet --check corus tests
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > .import-linter.txt || { cat .import-linter.txt; exit 1; }
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST)

deep: $(VENV)/.ready-dev ## The long runs too: kill rounds, a million answers
	@$(BIN)/python -m pytest -m deep $(PYTEST)

format: $(VENV)/.ready-dev ## Put the code in its usual form
	@$(BIN)/ruff check --quiet --fix corus tests; $(BIN)/ruff format --quiet corus tests

clean: ## Remove what make built (never your data in instance/)
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Corus needs Python 3.11 or newer; this is `$(PYTHON) --version`. Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python cannot make a virtual environment here. Install it with: sudo apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV) && touch $@

$(VENV)/.ready: $(VENV)/.made requirements.lock pyproject.toml
	@echo "Installing Corus in $(VENV) (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	@echo "Installing what the tests need (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
