# Every target sets up .venv by itself first. `make PYTHON=python3.12 ...` chooses the interpreter.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: verify test calibrate power faults fuzz kill command-lines bench report readme answer lint clean

verify: .venv/ready
	$(BIN)/blurproof verify $(ARGS)

# The tests of theory by themselves: there the shapes in its signatures are enforced (tests/shapes.py).
test: .venv/dev
	$(BIN)/python -m pytest -n 2 --dist worksteal $(or $(ARGS),--ignore tests/theory)
	$(if $(ARGS),,$(BIN)/python -m pytest -n 2 --dist worksteal tests/theory)

report: .venv/ready
	$(BIN)/blurproof report $(ARGS)

# The power of every experiment at the effect that it declares, and the effect on fresh seeds.
calibrate: .venv/ready
	$(BIN)/python -m proofs.run.calibration $(ARGS)

# How surely a diagnosis finds each fault, and how often it accuses the truth: docs/power.txt; goes on where it was cut off.
power: .venv/dev
	$(BIN)/python -m tests.power $(ARGS)

# Faults drawn at random that were noticed: whether a sample of them still is, in ten minutes (tests/sweep.py).
faults: .venv/dev
	$(BIN)/python -m tests.sweep --again 600

# Every public function, tried with 20,000 inputs of every kind (tests/fuzz): half an hour; goes on where it was cut off.
fuzz: .venv/dev
	$(BIN)/python -m tests.fuzz $(ARGS)

# A run killed at sixty random moments: its parent, a worker, all of them; what is left of it, and what is lost (tests/kill.py).
kill: .venv/dev
	$(BIN)/python -m tests.kill $(ARGS)

# Five hundred command lines made at random, in surroundings of every kind (tests/command_lines.py).
command-lines: .venv/dev
	$(BIN)/python -m tests.command_lines $(ARGS)

bench: .venv/dev
	$(BIN)/python -m tests.benchmarks $(ARGS)

# The README's rulings, its page of claims, and what `list` shows of sentences, from a run of the whole catalogue.
readme: .venv/ready
	mkdir -p results
	$(BIN)/blurproof verify --json results/readme.json $(ARGS)
	$(BIN)/python -m proofs.display.readme . results/readme.json

# The README's first picture and its table, from one full run of the contest (a quarter of an hour, once).
answer: .venv/ready
	$(BIN)/python docs/contest.py $(ARGS)

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/ready: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/dev: .venv/ready
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

clean:
	rm -rf .venv results build *.egg-info
