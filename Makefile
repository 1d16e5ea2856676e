# What people and machines type; `make help` lists it. Paths here are relative: a clone may lie
# in a folder with a space in its name.
SHELL := /bin/sh
PY := .venv/bin/python
APPS := hitouch accounts chatbot gigs onboarding payments proctoring
PYTEST := $(PY) -m pytest -q -p no:cacheprovider
# Compiled code stays out of the source folders, and is there for the next start.
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPYCACHEPREFIX ?= $(or $(HITOUCH_VAR),var)/pycache

.DEFAULT_GOAL := help
.PHONY: help run test fast profile running browser lint format types contracts migrations-check deploy-check lock bench clean install install-dev install-production

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 20

run: install ## run everything in the foreground; Ctrl-C ends it
	@HITOUCH_DEBUG="$${HITOUCH_DEBUG:-1}" exec $(PY) -I -S hitouch/stack/exec_child.py $$PPID 9 -1 -1 0 $(PY) manage.py up

test: install-dev ## all checks and all tests as in CI, the quick ones first
	@tools/chromium || [ "$${CI:-}" != true ]
	@$(MAKE) --no-print-directory lint contracts types
	@$(MAKE) --no-print-directory fast running browser

fast: install-dev ## unit and service tests
	@$(PYTEST) -n 2 --dist worksteal -m "not browser and not running"

profile: install-dev ## what the unit and service tests of each folder cost
	@$(PYTEST) -n 2 --dist worksteal -m "not browser and not running" --profile folders

running: install-dev ## tests that start a whole site, stop it and kill its processes
	@$(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder -m running

browser: install-dev ## browser tests
	@if tools/chromium; then $(PYTEST) -n 2 --dist loadfile -m browser; else [ "$${CI:-}" != true ]; fi

lint: install-dev ## formatting and lint
	@$(PY) -m ruff format --check -q . && $(PY) -m ruff check -q .
	@$(PY) -m djlint templates --lint --quiet

format: install-dev ## format the code
	@$(PY) -m ruff format -q . && $(PY) -m ruff check -q --fix .

types: install-dev ## mypy
	@HITOUCH_DEBUG=1 $(PY) -m mypy --no-error-summary .

contracts: install-dev ## import contracts
	@.venv/bin/python -c 'from importlinter.cli import lint_imports_command as c; c()' --no-cache

migrations-check: install-dev ## every model change has a migration
	@$(PYTEST) tests/architecture -k migration

deploy-check: install-dev ## production settings raise no warning
	@$(PYTEST) tests/architecture -k production

lock: install-dev ## pin requirements*.in, with hashes
	@for list in requirements requirements-embedded requirements-dev; do $(PY) -m uv pip compile -q --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url $$list.in -o $$list.txt; done

bench: install-dev ## run a benchmark: make bench NAME=running
	@$(PY) bench/$(NAME).py

clean: ## remove caches; .venv and var stay
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage .hypothesis var/pycache

install: ## create .venv with what `make run` needs, its servers included
	@tools/install requirements.txt requirements-embedded.txt

install-dev: ## create .venv with the tests' packages as well
	@tools/install requirements.txt requirements-embedded.txt requirements-dev.txt

install-production: ## create .venv with what production needs, and compile all bytecode in place
	@tools/install requirements.txt
	@PYTHONPYCACHEPREFIX= $(PY) -m compileall -q -j 0 .venv/lib $(APPS) >/dev/null || true
