# make demo     - see it work, offline, in half a minute
# make test     - lint, types, import contracts, tests
# make test-all - the same with the tests that take long
# make faults   - the daemon under kills and faults, at length
# make month    - 200 feeds for a month, with an injected clock
# make pythons  - both in bare Debian 12 and 13, as root
# make run      - the daemon on config.toml

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: demo run test long test-all compiled parts pythons faults month lint types contracts bench lock clean

demo: $(VENV)/.runtime
	@$(BIN)/monitor demo

run: $(VENV)/.runtime
	@$(BIN)/monitor run --config config.toml

# Many tests wait for a daemon or a server, so there is work for two more than there are processors. All need the tests
# and the program compiled, so that is done once, before. COVERAGE=yes shows what they cover; on Python 3.11 that takes
# as much processor again as the tests themselves.
WORKERS ?= $(shell expr $$(nproc) + 2)
COVERAGE ?= no
TESTS = $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal \
	$(if $(filter yes,$(COVERAGE)),--cov=monitor --cov-report=term:skip-covered)
test long: export PYTHONDONTWRITEBYTECODE :=
test:
	$(MAKE) --no-print-directory --jobs=2 --output-sync lint types contracts compiled
	$(TESTS) -m "not long"

long: compiled
	$(TESTS) -m long --hypothesis-profile=patient

test-all: test long

compiled: $(VENV)/.dev
	@$(BIN)/python -m pytest --collect-only -qq >/dev/null || true  # what is wrong there is told by the tests

# What depends most on the Python that runs it, without the rest: make parts VENV=.venv-own PYTHON=/usr/bin/python3
PARTS ?= tests/text tests/feeds tests/matching
parts: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto -m "not long" $(PARTS)

# Both commands in bare Debian 12 and 13, each with its own Python. What, where and as whom can be chosen:
# make pythons SUITES=trixie WHO=user RUN="make parts PARTS=tests/text"
pythons:
	tools/pythons

# The daemon killed again and again while its servers misbehave; FAULT_ROUNDS=100 for a night.
FAULT_ROUNDS ?= 20
faults: $(VENV)/.dev
	FAULT_ROUNDS=$(FAULT_ROUNDS) $(BIN)/python -m pytest -n auto tests/system/test_faults.py

# 200 feeds for 30 days with every trouble of the catalogue; takes up to half an hour.
month: $(VENV)/.dev
	MONTH_FEEDS=200 MONTH_DAYS=30 MONTH_SEEDS=1 $(BIN)/python -m pytest tests/pipeline/test_month.py

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m bench.matching
	$(BIN)/python -m bench.quality
	$(BIN)/python -m bench.polling
	$(BIN)/python -m bench.pacing
	$(BIN)/python -m bench.latency
	$(BIN)/python -m bench.backtest
	$(BIN)/python -m bench.hostile

# All files are pinned with hashes and name no index: pip uses the one it is set up for.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
lock:
	$(LOCK) --extra build pyproject.toml -o requirements.txt
	$(LOCK) --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	echo pip | $(LOCK) - -o requirements-pip.txt

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# That of Debian 12 (23.0) does not find "coverage[toml]" among what is pinned.
$(VENV)/.pip: $(VENV)/bin/python requirements-pip.txt
	$(PIP) --require-hashes -r requirements-pip.txt
	@touch $@

$(VENV)/.runtime: $(VENV)/.pip requirements.txt pyproject.toml
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
