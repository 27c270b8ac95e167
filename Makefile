PYTHON ?= python3
SENTENCE ?= a gripping, beautifully acted film
BIN := .venv/bin
# An environment with benchmarks/requirements.txt; an existing one can be named instead.
PEERS ?= .venv-bench
# One with python/tests/torch_door/requirements.txt.
TORCH ?= .venv-torch
LINES ?=
SECONDS ?= 60
# What `make quick` tests: a path below python/tests, or a filter of Swift tests such as ValueTests.
TEST ?= python/tests/results
SHIM := $(wildcard CPythonShim/*.c) CPythonShim/shim.h Sources/CABI/assay.c Sources/CABI/include/assay.h

.PHONY: help demo test quick lint native wheel bench smoke torch fuzz asan asan-calls tsan contracts recipes swift-api stranger site clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z. -]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: native ## the main job on a real sentence
	$(BIN)/assay verify "$(SENTENCE)" --html report.html

test: native ## both test suites
	swift test
	$(BIN)/python -m pytest

# Nothing is built: what changed in Swift needs `make native` first.
quick: ## the tests of one module, in seconds: TEST=python/tests/show, or TEST=ValueTests for Swift
ifneq ($(filter python/%,$(TEST)),)
	$(BIN)/python -m pytest -q $(TEST)
else
	swift test --filter $(TEST)
endif

lint: native ## every linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	MYPYPATH=python $(BIN)/stubtest --mypy-config-file pyproject.toml assay._native
	swift format lint --strict --recursive Package.swift Sources Tests examples/swift
	$(BIN)/clang-format --dry-run --Werror $(SHIM)
	$(BIN)/python tools/check_traps.py

# SwiftPM decides what is out of date; when nothing is, this takes a second or two.
native: .venv/.installed ## build the engine into the Python package
	$(BIN)/python setup.py -q build_ext --inplace

.venv/.installed: pyproject.toml setup.py tools/system_packages.sh
	sh tools/system_packages.sh $(PYTHON)
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q "setuptools>=77"
	$(BIN)/pip install -q --no-build-isolation -e ".[test]"
	touch $@

bench: native $(PEERS)/bin/python ## every line against its peers; LINES="forward flow" for some
	PYTHONPATH=python:. $(PEERS)/bin/python -m benchmarks $(LINES)

smoke: native ## counts of work (products, memory, passes), which may not grow
	PYTHONPATH=python:. $(BIN)/python -m benchmarks.smoke

# Half of the time for what calls the engine, half for what reads files and texts.
fuzz: native ## spoilt calls, files and states for SECONDS
	PYTHONPATH=python:. $(BIN)/python -B -m tools.fuzz --seconds $$(($(SECONDS) / 2))
	PYTHONPATH=python:python/tests $(BIN)/python -B -m fuzz $$(($(SECONDS) / 2))

torch: native $(TORCH)/bin/python ## models that torch runs, against torch's own numbers
	OMP_NUM_THREADS=1 PYTHONPATH=python $(TORCH)/bin/python -m pytest -p no:cacheprovider python/tests/torch_door

asan tsan: .venv/.installed ## the tests with a sanitizer of memory, or of threads
	tools/sanitize.sh $(if $(filter asan,$@),address,thread)

asan-calls: .venv/.installed ## the operations alone, with a sanitizer of memory
	tools/sanitize.sh address calls

# Reads what `swift test` built. After a change that is meant: python tools/swift_api.py update
swift-api: .venv/.installed ## the public Swift names as listed, their pages, and the code on those
	$(BIN)/python tools/swift_api.py check
	$(BIN)/python tools/swift_api.py docs

stranger: native ## a Swift package of its own, built on a clone of what is committed
	tools/check_stranger.sh

contracts: native ## what takes minutes: exits, forks, memory limits and 100,000 calls, every repetition
	$(BIN)/python -m pytest -s --whole python/tests/reliability python/tests/test_strange_arguments.py

recipes: .venv/.installed ## adds a check, a method and a family to a copy, as CONTRIBUTING says
	$(BIN)/python tools/try_recipes.py

.venv-torch/bin/python: python/tests/torch_door/requirements.txt
	$(PYTHON) -m venv .venv-torch
	.venv-torch/bin/pip install -q -r python/tests/torch_door/requirements.txt
	touch $@

.venv-bench/bin/python: benchmarks/requirements.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install -q -r benchmarks/requirements.txt
	touch $@

.venv-docs/bin/mkdocs: pyproject.toml
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/pip install -q "mkdocs-material>=9.5" "mkdocstrings[python]>=0.26" "ruff>=0.6"
	touch $@

site: native .venv-docs/bin/mkdocs ## the documentation as a site, in build/site
	$(BIN)/python tools/pages/execute.py examples build/notebooks
	NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build -q

# Built from the sdist, as an installer would build it.
wheel: .venv/.installed ## an sdist and a manylinux wheel for every Python from 3.11, in dist
	rm -rf dist
	$(BIN)/python -m build -o dist/raw .
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tools/repair_wheel.py dist/raw dist
	mv dist/raw/*.tar.gz dist && rm -r dist/raw

clean: ## remove what was built
	rm -rf .build .build-py .build-bench .build-asan .build-tsan .build-stranger .venv .venv-bench .venv-torch .venv-docs build dist python/*.egg-info python/assay/*.so report.html
