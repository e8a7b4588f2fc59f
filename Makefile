# make env     the environment in .venv
# make lab     JupyterLab with the relation builder, on the sandbox unless credentials are set
# make test    everything that proves the project: lint, types, tests, notebooks, wheel, browser
# make check   lint, format, types and dependency rules only
# make bench   speed, side by side
# make screenshots  the pictures of the page, in docs/images
# make chaos   the fault campaign in full
# make docs    the documentation, in site
# make site    the documentation, and beside it the notebooks to run in the browser, in site/demo
# make lock    renew requirements.lock
# make dist    the wheel and the source archive, in dist

PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SEEDS ?= 1000
COVERED := 99

# Debian and Ubuntu take ensurepip out of Python and offer it as a package; else pip comes as its authors offer it.
ENSUREPIP = echo "── this Python comes without ensurepip" && test "$$(id -u)" = 0 && apt-get update --quiet && \
	apt-get install --quiet --yes python3-venv && $(PYTHON) -m venv --clear $(VENV)
GET_PIP = $(PYTHON) -m venv --clear --without-pip $(VENV) && \
	$(PYTHON) -c 'import urllib.request as web; web.urlretrieve("https://bootstrap.pypa.io/get-pip.py", "$(VENV)/get-pip.py")' && \
	$(BIN)/python $(VENV)/get-pip.py --quiet

.DEFAULT_GOAL := help
.PHONY: help env lab test check bench chaos docs site lock dist browser clients screenshots
.SILENT:

help:
	sed -n 's/^# make/make/p' Makefile

env: $(READY)

$(READY): pyproject.toml requirements.lock
	test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed, and none was found. Name one: make PYTHON=/path/to/python3 env" >&2; exit 1; }
	echo "── environment: $(VENV), with $$($(PYTHON) --version)"
	test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) >/dev/null || { $(ENSUREPIP); } || { $(GET_PIP); } || \
		{ echo "No environment could be made. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

# On Linux without a display the address is printed instead of opened.
lab: env
	quiet=; root=; test "$$(uname)" != Linux -o -n "$$DISPLAY$$WAYLAND_DISPLAY" || quiet=--no-browser; \
	test "$$(id -u)" != 0 || root=--allow-root; \
	$(BIN)/python -m jupyterlab $$quiet $$root --LabApp.default_url=/lab/tree/notebooks/01_relation_builder.ipynb

check: env
	echo "── lint"
	$(BIN)/ruff check
	echo "── format"
	$(BIN)/ruff format --check
	echo "── dependency rules"
	$(BIN)/lint-imports --no-logo
	echo "── types"
	$(BIN)/mypy

browser: env
	$(BIN)/python tests/browser/chromium.py

clients: env
	$(BIN)/python -m tests.clients.languages

test: check browser clients
	echo "── tests: modules, doctests, wheel"
	$(BIN)/pytest --cov --numprocesses auto --dist loadfile onoffice_nb tests --ignore tests/browser
# Kernels have to answer in time, so nothing runs beside them. nbval measures in them by itself, and needs to be told
# of what and by which settings: a bare --cov kills them.
	echo "── tests: notebooks"
	$(BIN)/pytest --cov onoffice_nb --cov-config pyproject.toml --cov-append notebooks
	echo "── tests: browser"
	$(BIN)/pytest --cov --cov-append --cov-fail-under $(COVERED) tests/browser

bench: env
	for each in tests/benchmarks/bench_*.py; do \
		echo "── $$each"; $(BIN)/python -m tests.benchmarks.$$(basename $$each .py) || exit 1; done

screenshots: browser
	$(BIN)/python -m tests.browser.screenshots

chaos: env
	CHAOS_SEEDS=$(SEEDS) $(BIN)/pytest -s tests/execution/test_fault_simulation.py

docs: env
	$(BIN)/python docs/generate.py
	$(BIN)/zensical build --clean --strict

site: docs
	$(BIN)/python lite/build.py site/demo

lock: env
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --upgrade --no-emit-index-url \
		--custom-compile-command "make lock" pyproject.toml --output-file requirements.lock

dist: env
	$(BIN)/python -m build --no-isolation
