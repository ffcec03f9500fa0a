# The commands of this project. `make demo` shows it, `make test` guards it; `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
HISTORIES ?= 1000
FIRST_HISTORY ?=
SYSTEM_TESTS := tests/guards tests/catalog/database/test_engine.py tests/catalog/database/test_arrays.py \
  tests/catalog/projection tests/catalog/lineage tests/catalog/reading tests/catalog/test_search.py tests/graphql \
  tests/ingestors/crawlers/postgres
EXPLORER_SOURCES := $(shell find web/explorer -type f -not -path '*/node_modules/*' -not -path '*/test-results/*' 2>/dev/null)
STATIC := web/headwater_web/static/index.html

# Programs of this project are started hundreds of times in a run of the tests: where an environment forbids bytecode,
# each would be compiled each time.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help install demo serve test lint types mypy pyright arrows collect unit unit-system test-deep test-integrations bench docs lock clean chromium mariadb explorer-test

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 20

$(BIN)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(VENV)/.demo: $(BIN)/uv pyproject.toml constraints.txt
	@echo "installing Headwater into $(VENV) …"
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -c constraints.txt -e '.[demo,build]'
	@touch $@

$(VENV)/.dev: $(BIN)/uv pyproject.toml constraints.txt
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.demo

$(STATIC): $(EXPLORER_SOURCES) web/build_explorer.py | $(VENV)/.demo
	@echo "building the explorer …"
	$(BIN)/python web/build_explorer.py
	@touch $@

install: $(VENV)/.dev $(STATIC) ## everything a developer needs, into .venv

demo: $(VENV)/.demo $(STATIC) ## a living catalog: real jobs run and report; serves until Ctrl-C (ARGS=--exit: summary, then stop)
	$(BIN)/headwater demo $(ARGS)

serve: $(VENV)/.demo $(STATIC) ## the service on your data directory
	$(BIN)/headwater serve $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: mypy pyright

mypy: $(VENV)/.dev
	$(BIN)/mypy

pyright: $(VENV)/.dev
	$(BIN)/pyright --warnings

arrows: $(VENV)/.dev
	$(BIN)/lint-imports

chromium:
	@command -v chromium >/dev/null || tests/browser/install-chromium || true

mariadb:
	@tests/support/install-mariadb || true

# That tests can be collected; leaves bytecode of the program and of rewritten tests, which each process makes otherwise.
collect: $(VENV)/.dev
	@set -o pipefail; $(BIN)/python -m pytest -q --collect-only -m 'not deep and not integration' | grep -v ::

# Three processes on two cores: a fifth of the time tests wait, for servers, for sources that are slow, for retries.
unit: $(VENV)/.dev $(STATIC) chromium mariadb
	$(BIN)/python -m pytest -q -m 'not deep and not integration' -n 3 --dist loadgroup $(ARGS)

# The same on the oldest PostgreSQL that is supported, where the system has one or may get it.
unit-system: $(VENV)/.dev
	@if tests/support/install-postgresql; then \
	  HEADWATER_TEST_DATABASE=system $(BIN)/python -m pytest -q -m 'not deep and not slow' -n 3 $(SYSTEM_TESTS); \
	else echo "unit-system: left out, no PostgreSQL of the system"; fi

explorer-test: $(STATIC)
	$(BIN)/python web/build_explorer.py test

# What is read alone goes side by side, what runs servers does not; the machine has two cores.
test: install ## everything that guards the project
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target collect mypy pyright explorer-test lint arrows
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory unit-system

test-deep: $(VENV)/.dev ## the properties again, with thousands of cases (HISTORIES=20000: so many against the reference; FIRST_HISTORY=5000: go on from there)
	HEADWATER_HISTORIES=$(HISTORIES) HEADWATER_FIRST_HISTORY=$(FIRST_HISTORY) $(BIN)/python -m pytest -q -m deep -n 2 $(ARGS)

test-integrations: $(VENV)/.dev ## with programs of others, really run: Kafka, dbt, Airflow, Spark …
	$(BIN)/python -m pytest -q -m integration -rs $(ARGS)

bench: $(VENV)/.dev ## the gates: ratios measured in one run
	$(BIN)/python -m tests.bench $(ARGS)

docs: $(VENV)/.dev ## write docs/reference anew from the program
	$(BIN)/python docs/reference/generate.py

lock: $(BIN)/uv ## write constraints.txt anew
	$(BIN)/uv pip compile --quiet --upgrade --all-extras --no-emit-index-url --no-annotate --no-header --universal --python-version 3.11 pyproject.toml -o constraints.txt

clean: ## forget the virtual environment and what was built
	rm -rf $(VENV) web/headwater_web/static web/explorer/node_modules
