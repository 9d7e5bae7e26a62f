# Everything here does its own set-up, and only what is missing. Needed beforehand: Python 3.11 or
# later, make, and a package index that pip is configured for. What is installed beyond .venv goes
# below GONOGO_HOME (the user's cache folder when not set).

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
VENV := .venv
PY := $(VENV)/bin/python
PYTEST := $(PY) -m pytest
UNATTENDED := not network and not examples
# A worker for each core, four at the most: each may start a browser. A file's tests share what they set up.
SIDE_BY_SIDE := --numprocesses auto --maxprocesses 4 --dist loadfile

# Without compiled modules every one of the hundreds of processes of a run compiles its imports again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup test test-fast test-slow check format demo examples truth bench bench-judging bench-security load-truth lock wheel clean
.NOTPARALLEL:
.DELETE_ON_ERROR:

help: ## what can be made (the default)
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 14

setup: $(VENV)/.project ## the environment, a browser and the reporting tools; a second time takes a moment
	@$(PY) -m gonogo.setup

test: setup check test-fast test-slow ## everything that has to hold before a change is kept

test-fast: setup ## the tests that start no browser, server or tool (but for those of make check)
	@$(PYTEST) $(SIDE_BY_SIDE) -m "not slow and $(UNATTENDED)" --ignore tests/architecture

test-slow: setup ## the tests that do; those that measure time come last, one at a time
	@$(PYTEST) $(SIDE_BY_SIDE) -m "slow and not alone and $(UNATTENDED)"
	@$(PYTEST) -m "slow and alone and $(UNATTENDED)"

check: setup ## the static part: linter, types, import directions
	@$(PY) -m ruff check
	@$(PY) -m mypy
	@$(PYTEST) -q tests/architecture

format: setup ## the formatter, over the whole tree
	@$(PY) -m ruff check --fix-only --quiet
	@$(PY) -m ruff format

demo: setup ## the whole job, against the demo vendor system
	@$(VENV)/bin/gonogo demo

examples: setup ## the packs under examples/, against real systems from the package index
	@$(PYTEST) -m examples

truth: setup ## how often the verdict is true, over builds whose faults are known; about 90 minutes
	@$(VENV)/bin/gonogo bench truth

bench-judging: setup ## how long judging takes for 1,000 to 100,000 observations
	@$(PY) -m benchmarks.judging_size

bench-security: setup ## twenty scans of one version against itself, then one of every seeded fault (an hour)
	@$(PY) -m benchmarks.security_alone same --within-s 3600
	@$(PY) -m benchmarks.security_alone faults

bench: setup ## how long a gate takes, against the same tools used plainly
	@$(PY) tools/bench.py

load-truth: setup ## how often the load stage is right, real runs; ONLY="tail +10" TIMES=3 BUDGET=600 for a part
	@$(PY) tools/load_truth.py $(if $(ONLY),--only $(ONLY)) $(if $(TIMES),--times $(TIMES)) $(if $(BUDGET),--budget $(BUDGET))

lock: setup ## every lock file afresh; needs uv and npm
	@$(PY) tools/lock.py

wheel: setup ## the package, as dist/*.whl
	@$(PY) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

clean: ## what can be made again, but for the environment and the run folders
	@rm -rf build dist test-results allure-results .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.requirements: requirements/dev.txt
	@test -n "$(PYTHON)" || { echo "gonogo needs Python 3.11 or later: install it, or name it: make PYTHON=/path/to/python" >&2; exit 2; }
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "installing $$(grep -c '==' requirements/dev.txt) locked packages into $(VENV)"
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.project: pyproject.toml hatch_build.py $(VENV)/.requirements
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation --editable .
	-@$(PY) -m compileall -q src  # a module that does not compile is for make check to say
	@touch $@
