# Run `make help` for what there is. Every target sets up .venv first where it is missing or out of date.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SUBMISSION ?= assignment
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup grade test check format lint types languages stubs stubs-check fixtures fixtures-check preview bench bench-scale bench-cluster bench-peers mixed-class mutants hostile fuzz determinism screenshot handout-pictures clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml constraints.txt
	@echo "setting up $(VENV) with $$($(PYTHON) --version) and the pinned packages; this happens once and takes a few minutes"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(STAMP)

setup: $(STAMP) ## set up .venv and nothing else

grade: $(STAMP) ## grade a submission: make grade SUBMISSION=folder [ARGS='-e saliency -v']
	@$(BIN)/python -m grader $(SUBMISSION) $(ARGS) || [ $$? -eq 1 ]  # 1 means that points are missing, which is no error

test: $(STAMP) ## run the tests
	@$(BIN)/python -m pytest $(ARGS)

check: lint types stubs-check fixtures-check test ## everything that a commit must pass

format: $(STAMP) ## format the code and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lint: $(STAMP)
	@$(BIN)/ruff format --check --quiet . || { echo "run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .

types: $(STAMP)
	@$(BIN)/mypy

languages: $(STAMP) ## bring the catalogues of languages up to date with the code, and say what is to be translated
	@$(BIN)/python -m grader.language update

stubs: $(STAMP) ## write assignment/ anew from reference/: stubs, handout, notebooks
	@$(BIN)/python -m reference strip
	@$(BIN)/python -m reference handout

stubs-check: $(STAMP)
	@$(BIN)/python -m reference strip --check
	@$(BIN)/python -m reference handout --check

fixtures: $(STAMP) ## build inputs and expected outputs anew (not the weights: python -m fixtures train)
	@$(BIN)/python -m fixtures build

fixtures-check: $(STAMP)
	@$(BIN)/python -m fixtures verify

preview: $(STAMP) ## draw contact sheets of the pictures to out/preview
	@$(BIN)/python -m fixtures preview out/preview

bench: $(STAMP) ## measure time and memory, in pairs against a bare script
	@$(BIN)/python -m tests.bench $(ARGS)

bench-scale: $(STAMP) ## grade 200 submissions as a batch, against bare scripts on the same cores, and pretend to grade 1,000
	@$(BIN)/python -m tests.bench.scale $(ARGS)

bench-cluster: $(STAMP) ## the same class on three workers of a Dask cluster and on as many cores without one
	@$(BIN)/python -m tests.bench.cluster $(ARGS)

mixed-class: $(STAMP) ## 200 submissions, attacks among them, as a batch: each honest one as alone, no attack with a point
	@$(BIN)/python -m tests.mixed_class $(ARGS)

bench-peers: $(STAMP) ## compare with other autograders, installed for it from the package index: half an hour
	@$(BIN)/python -m tests.peers $(ARGS)

mutants: $(STAMP) ## show that the checks bite: mistakes and machine-made mutants, half an hour, resumable
	@$(BIN)/python -m tests.mutants $(ARGS)

hostile: $(STAMP) ## run the battery of attacks in every mode that this machine can give
	@$(BIN)/python -m tests.hostile $(ARGS)

fuzz: $(STAMP) ## fuzz the wire and the loaders for ten minutes: make fuzz [ARGS='--seconds 60']
	@$(BIN)/python -m tests.fuzz $(ARGS)

determinism: $(STAMP) ## grade everything in tests/submissions 20 times, side by side, and compare
	@$(BIN)/python -m tests.determinism $(ARGS)

screenshot: $(STAMP) ## draw docs/screenshot.svg and docs/page.png from a real run, docs/class.png from many
	@$(BIN)/python -m tests.screenshot
	@$(BIN)/python -m tests.class_screenshot

handout-pictures: $(STAMP) ## draw docs/pictures anew with the solved exercises (other machines round otherwise: look before you commit)
	@$(BIN)/python -m fixtures.handout_pictures $(ARGS)

clean: ## remove what was made, .venv included
	@rm -rf $(VENV) build out .pytest_cache .mypy_cache .ruff_cache .hypothesis
