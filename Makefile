# Two commands are enough: `make demo` and `make test`. Everything else is for those who change Gridmap.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv
JOBS   ?= 2
PYTEST_ARGS ?=

.PHONY: demo test test-all lint bench bench-geolocation bench-pairing docs lock install assets clean help

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

demo: install assets  ## Build the sample city, make an account per role, serve it and open the map
	$(BIN)/gridmap demo

test: $(VENV)/.dev assets  ## Install what the tests need, then run them
	sh tests/install_browser.sh
	sh tests/install_postgis.sh
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -m "not slow" $(PYTEST_ARGS)

test-all: $(VENV)/.dev assets  ## The tests and the slow sweeps
	sh tests/install_browser.sh
	sh tests/install_postgis.sh
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup $(PYTEST_ARGS)

lint: $(VENV)/.dev  ## Format, rules, types and who may import whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.bench assets  ## Side-by-side measurements; prints ratios
	$(BIN)/python -m benchmarks

bench-geolocation: $(VENV)/.bench  ## Score locating: right, reviewed, confidently wrong, beside what else one could use
	$(BIN)/python -m benchmarks.geolocation.score

bench-pairing: $(VENV)/.bench  ## Our engine beside others on loose and tight cities, proof included
	$(BIN)/python -m benchmarks.pairing --write docs/benchmarks

docs: $(VENV)/.dev assets  ## Write docs/tables.md and the pictures of the guides anew
	sh tests/install_browser.sh
	$(BIN)/python -m geodata.dictionary docs/tables.md
	PYTHONPATH=. $(BIN)/python docs/reference.py
	$(BIN)/python docs/pictures.py

lock: $(VENV)/.uv  ## Resolve the dependencies anew (hashes, no addresses)
	$(UV) pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 \
	  --custom-compile-command "make lock" -q -o requirements.lock
	$(UV) pip compile pyproject.toml --extra postgis --extra oidc --group dev -c requirements.lock --universal --generate-hashes \
	  --python-version 3.11 --custom-compile-command "make lock" -q -o requirements-dev.lock
	$(UV) pip compile pyproject.toml --extra postgis --extra oidc --group dev --group bench -c requirements-dev.lock --universal \
	  --generate-hashes --python-version 3.11 --custom-compile-command "make lock" -q -o requirements-bench.lock

install: $(VENV)/.install  ## Install Gridmap into .venv and compile its engine

assets: $(VENV)/.assets  ## Install what the pages need from the npm lock file

clean:  ## Remove what the commands above made
	rm -rf $(VENV) static/vendor static/node_modules demo

$(VENV)/.uv: bootstrap.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bootstrap.lock
	touch $@

$(VENV)/.install: $(VENV)/.uv requirements.lock pyproject.toml
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --require-hashes -r requirements.lock
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --no-build-isolation -e .
	@echo "Compiling the pairing engine, once (about a minute) ..."
	@$(BIN)/python -m gridmap.solve.warm
	touch $@

$(VENV)/.dev: $(VENV)/.install requirements-dev.lock
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

$(VENV)/.bench: $(VENV)/.dev requirements-bench.lock
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --require-hashes -r requirements-bench.lock
	touch $@

$(VENV)/.assets: $(VENV)/.install static/package-lock.json static/package.json
	$(BIN)/python -m static.install
	touch $@
