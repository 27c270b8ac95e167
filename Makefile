# make demo: the main job on a real sentence. make test: both test suites. make lint: every linter.
# make bench: every line against its peers, in their own environment; LINES="forward flow" for some.
# make smoke: counts of work (products, memory, passes), which may not grow.
# make fuzz: spoilt calls, files and states for SECONDS. make asan, make tsan: with a sanitizer;
# make asan-calls: the operations alone.
# make contracts: what takes minutes: exits, forks, memory limits and 100,000 calls.
PYTHON ?= python3
SENTENCE ?= a gripping, beautifully acted film
BIN := .venv/bin
# An environment with benchmarks/requirements.txt; an existing one can be named instead.
PEERS ?= .venv-bench
LINES ?=

SECONDS ?= 60

.PHONY: demo test lint native wheel bench smoke fuzz asan asan-calls tsan contracts clean

demo: native
	$(BIN)/assay verify "$(SENTENCE)" --html report.html

test: native
	swift test
	$(BIN)/python -m pytest

lint: native
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	MYPYPATH=python $(BIN)/stubtest --mypy-config-file pyproject.toml assay._native
	swift format lint --strict --recursive Package.swift Sources Tests
	$(BIN)/python tools/check_traps.py

# SwiftPM decides what is out of date; when nothing is, this takes a second or two.
native: .venv/.installed
	$(BIN)/python setup.py -q build_ext --inplace

.venv/.installed: pyproject.toml setup.py tools/system_packages.sh
	sh tools/system_packages.sh $(PYTHON)
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q "setuptools>=77"
	$(BIN)/pip install -q --no-build-isolation -e ".[test]"
	touch $@

bench: native $(PEERS)/bin/python
	PYTHONPATH=python:. $(PEERS)/bin/python -m benchmarks $(LINES)

smoke: native
	PYTHONPATH=python:. $(BIN)/python -m benchmarks.smoke

# Half of the time for what calls the engine, half for what reads files and texts.
fuzz: native
	PYTHONPATH=python:. $(BIN)/python -B -m tools.fuzz --seconds $$(($(SECONDS) / 2))
	PYTHONPATH=python:python/tests $(BIN)/python -B -m fuzz $$(($(SECONDS) / 2))

asan tsan: .venv/.installed
	tools/sanitize.sh $(if $(filter asan,$@),address,thread)

asan-calls: .venv/.installed
	tools/sanitize.sh address calls

contracts: native
	$(BIN)/python -m pytest -s python/tests/reliability

.venv-bench/bin/python: benchmarks/requirements.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install -q -r benchmarks/requirements.txt
	touch $@

# Built from the sdist, as an installer would build it.
wheel: .venv/.installed
	$(BIN)/python -m build -o dist .

clean:
	rm -rf .build .build-py .build-bench .build-asan .build-tsan .venv .venv-bench build dist python/*.egg-info python/assay/*.so report.html
