# Everything works from a fresh clone with Python 3.11 or later, its venv module and make.
# PYTHON chooses the interpreter: make demo PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo site docs test coverage lint types mutants bench reliability soak lowest dist version image clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# Print a command as a reader would type it, then run it.
define reconciler
	@printf '\n$$ reconciler %s\n' '$(1)'
	@$(BIN)/reconciler $(1)
endef

demo: $(VENV)/installed ## Plan and apply manifests/ on the embedded emulator, and import data
	@rm -rf manifests/.reconciler
	$(call reconciler,--chdir manifests plan -o .reconciler/plan.json)
	$(call reconciler,--chdir manifests apply .reconciler/plan.json)
	$(call reconciler,--chdir manifests plan --detailed-exitcode)
	$(call reconciler,--chdir manifests ingest run disk-analysis data/disk-analysis.json)
	$(call reconciler,--chdir manifests ingest run people-and-teams data/people-and-teams.ndjson)
	$(call reconciler,--chdir manifests emulator objects people-and-teams)

site: $(VENV)/installed-dev ## Play a story of seven sources behind a bad network, and compare it with the tutorial
	@$(BIN)/python -m tests.support.site

# Many tests wait for processes and servers: two of them share a core.
WORKERS = $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')
PYTEST = -m pytest -n $(WORKERS) --dist worksteal
# Hundreds of processes load the program: compiled once, not by each of them.
test coverage soak: export PYTHONDONTWRITEBYTECODE :=
# The suite is the same run everywhere, down to the order of sets; randomness is for make soak.
test coverage: export PYTHONHASHSEED := 0
soak: export PYTHONHASHSEED = $(SEED)
test: $(VENV)/installed-dev ## Run all tests
	$(BIN)/python $(PYTEST)

coverage: $(VENV)/installed-dev ## Run all tests and tell the branches that they do not take
	@$(BIN)/coverage erase
	$(BIN)/coverage run $(PYTEST)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --show-missing --skip-covered

bench: $(VENV)/installed-dev ## Time and memory beside a floor or a peer: ROWS="plan-L plan-S", BASE=REV to compare with a commit
	@$(PIP) install --group bench
	@$(BIN)/python -m benchmarks $(ROWS) $(if $(BASE),--base $(BASE))

# Of what these try, make test has one row and one column at least (tests/support/matrix.py).
MATRICES := $(shell grep -rl --include='test_*.py' tests.support.matrix tests)
reliability: $(VENV)/installed-dev ## Kill apply at every step of its journal; every fault on every operation
	@$(BIN)/python -m benchmarks.reliability
	RECONCILER_WHOLE_MATRICES=1 $(BIN)/python $(PYTEST) $(MATRICES)

SECONDS := 600
LANES := 4
PLANS := 100000
# One seed for all parts, new at each call unless it is given.
soak: SEED := $(shell $(PYTHON) -c 'import random; print(random.randrange(1_000_000))')
soak: $(VENV)/installed-dev ## Signals, then random faults, kills and edits for ten minutes, then plans and laws: SECONDS=, PLANS=, SEED=, LANES=
	@echo "soak with SEED=$(SEED)"
	@$(BIN)/python -m benchmarks.interruptions
	@$(BIN)/python -m benchmarks.soak --seconds $(SECONDS) --lanes $(LANES) --seed $(SEED)
	@$(BIN)/python -m benchmarks.random_plans --plans $(PLANS) --seed $(SEED)
	$(BIN)/python $(PYTEST) --hypothesis-profile soak --hypothesis-seed $(SEED) tests/property

# What pyproject.toml declares is tried, and not only the newest of everything.
LOWEST := .venv-lowest
lowest: ## Run the tests in process with every dependency at its lower bound
	$(PYTHON) -m venv $(LOWEST)
	$(LOWEST)/bin/python -m pip install --disable-pip-version-check --quiet uv
	$(LOWEST)/bin/uv pip install --quiet --python $(LOWEST)/bin/python --resolution lowest-direct --editable '.[fast,postgresql]' --group dev
	$(LOWEST)/bin/python $(PYTEST) --ignore tests/e2e

docs: $(VENV)/installed-dev ## Build the documentation as a site, in build/site; a broken link fails
	@$(PIP) install --group docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

dist: $(VENV)/installed-dev ## Build sdist and wheel of the last commit, the same bytes each time: HOME_URL= of the repository
	@$(PIP) install --group release
	.ci/distribution $(HOME_URL)

VERSION = $(shell sed -nE 's/^__version__ = "(.+)"$$/\1/p' reconciler/__init__.py)
BUILDER = $(firstword $(foreach each,docker podman buildah,$(shell command -v $(each))))
RECONCILER = assets-reconciler[fast,postgresql]==$(VERSION)
version:
	@echo $(VERSION)

image: ## Build the container image of this version, with docker, podman or buildah: BUILDER=, RECONCILER= what pip installs
	@[ -n "$(BUILDER)" ] || { echo "docker, podman or buildah builds the image, and none is installed" >&2; exit 1; }
	$(BUILDER) build --tag assets-reconciler:$(VERSION) --build-arg 'RECONCILER=$(RECONCILER)' docs/deploy

lint: $(VENV)/installed-dev ## Check style and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/installed-dev ## Check types, on Windows too
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 reconciler

mutants: $(VENV)/installed-dev ## Break the rules of the API one by one: a test must notice
	@$(PIP) install --group mutants
	$(BIN)/mutmut run --max-children 1
	@$(BIN)/mutmut results

clean: ## Remove what the other targets made, the virtual environment included
	rm -rf $(VENV) $(LOWEST) build dist mutants .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	rm -rf manifests/.reconciler
	find reconciler tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# The package is installed in place, so only a change of pyproject.toml asks for a new install.
$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "reconciler needs Python 3.11 or later, and $(PYTHON) is " + sys.version.split()[0] + "; choose another with PYTHON=...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/pyvenv.cfg pyproject.toml
	$(PIP) install --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/pyvenv.cfg pyproject.toml
	$(PIP) install 'pip>=25.1' # which knows the groups of pyproject.toml
	$(PIP) install --editable '.[fast,postgresql]' --group dev
	@touch $@ $(VENV)/installed
