# `make demo` and `make test` set themselves up: Python 3.11 or newer and make are all they need.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo test mutants faults lint lock run clean setup screenshots

demo: setup
	$(BIN)/quoth demo

# Without compiled files every worker compiles all the tests anew, and every program they start the whole bot.
unexport PYTHONDONTWRITEBYTECODE

# Two workers a processor: half of the tests' time is spent waiting for sockets, disks and clocks.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')
test: setup
	$(BIN)/python -m pytest -n $(WORKERS)

# Changes small things and asks the tests to notice: EACH of a module (0: all there are), ONLY=rules,pick some modules.
mutants: setup
	$(BIN)/python scripts/mutants.py $(if $(EACH),--each $(EACH)) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY))

# The long runs of docs/reliability.md, half an hour; QUICK=1 takes minutes, ONLY=killed,burst runs some.
faults: setup
	$(BIN)/python -m benchmarks.faults $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY))

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/quoth check quotes

run: setup
	$(BIN)/quoth run

setup: $(READY)

$(READY): requirements/dev.txt requirements/newer.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Quoth needs Python 3.11 or newer; say which with: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt -r requirements/newer.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

# Compiles the hash-locked requirements. No index or download address is written into them.
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host
lock: setup
	$(LOCK) $(UPGRADE) --output-file requirements/run.txt requirements/run.in
	$(LOCK) $(UPGRADE) --output-file requirements/dev.txt requirements/dev.in
	$(LOCK) $(UPGRADE) --output-file requirements/build.txt requirements/build.in
	$(LOCK) $(UPGRADE) --output-file requirements/ci.txt requirements/ci.in
	$(LOCK) $(UPGRADE) --output-file requirements/screenshots.txt requirements/screenshots.in

# Draws the pictures of the README again. Needs Chromium (CHROMIUM says where).
CHROMIUM ?= /usr/bin/chromium
screenshots: setup
	$(PYTHON) -m venv build/screenshots
	build/screenshots/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/screenshots.txt
	build/screenshots/bin/python scripts/screenshots.py --chromium $(CHROMIUM)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache build dist
