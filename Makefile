# make demo  - see it work, offline, in half a minute
# make test  - lint, types, import contracts, tests
# make faults - the daemon under kills and faults, at length
# make month  - 200 feeds for a month, with an injected clock
# make run   - the daemon on config.toml

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: demo run test faults month lint types contracts bench lock clean

demo: $(VENV)/.runtime
	@$(BIN)/monitor demo

run: $(VENV)/.runtime
	@$(BIN)/monitor run --config config.toml

# Many tests wait for a daemon or a server, so there is work for two more than there are processors.
# They start the program some hundred times: a tenth sooner where its modules are kept compiled, whatever else is wanted.
WORKERS ?= $(shell expr $$(nproc) + 2)
test: export PYTHONDONTWRITEBYTECODE :=
test: lint types contracts
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --cov=monitor --cov-report=term:skip-covered

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

# Both files are pinned with hashes and name no index: pip uses the one it is set up for.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
lock:
	$(LOCK) --extra build pyproject.toml -o requirements.txt
	$(LOCK) --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/bin/python requirements.txt pyproject.toml
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
