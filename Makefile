# Two commands on a fresh machine: `make run` (the demo district) and `make test` (everything).
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check install --quiet -c constraints.txt

.PHONY: run test check quick release-check clean

run: .venv/installed
	exec $(BIN)/qianxian demo

test: check .venv/system
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache > .venv/floors.log || { cat .venv/floors.log; exit 1; }
	$(BIN)/mypy

# The same without PostgreSQL, the browser and the slow fault tests: for the minute between two edits.
quick: .venv/installed-test
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not browser and not postgresql and not slow and not release" -q

# The full figures of the promises, as far as an hour an area allows; goes on where it was stopped.
release-check: .venv/installed-test .venv/system
	$(BIN)/python -m pytest -n 2 --dist worksteal -m release --timeout 3600

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml setup.cfg constraints.txt | .venv/bin/python
	$(PIP) -e .
	$(BIN)/qianxian warm
	touch $@

.venv/installed-test: pyproject.toml setup.cfg constraints.txt | .venv/bin/python
	$(PIP) -e '.[test,lint]'
	$(BIN)/qianxian warm
	touch $@ .venv/installed

# A real PostgreSQL, a real browser and a Chinese font, where the machine lets us install them.
.venv/system: .ci/system-packages | .venv/bin/python
	.ci/system-packages
	touch $@

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results
