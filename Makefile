# Needs Python 3.11 or later with its venv module, and nothing else. `make PYTHON3=python3.12 serve` takes another.
PYTHON3 ?= python3
PYTHON := .venv/bin/python
INSTALL := $(PYTHON) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

TYPES := variational contractive denoising overcomplete sparse undercomplete
MODELS := $(TYPES:%=mnist-%) $(TYPES:%=fashion-%)

.PHONY: help serve test test-timing test-clients sweep test-heic openapi format lint chaos fuzz bench bench-peers models $(MODELS) test-deploy audit clean

help:  ## this list
	@awk -F ':.*##  *' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: .venv/.service  ## start the service on http://127.0.0.1:8000
	exec $(PYTHON) -m service

test: .venv/.dev  ## run the tests, but for those of timing
	$(PYTHON) -m pytest -n 2 --dist loadfile -m "not timing"

# What failed is tried once more: a fault fails again, and a machine that was busy for a moment does not.
test-timing: .venv/.dev  ## run the tests whose verdict depends on the clock; needs a quiet machine
	OVERLOAD_SECONDS=30 $(PYTHON) -m pytest -m timing || OVERLOAD_SECONDS=30 $(PYTHON) -m pytest -m timing --last-failed

test-clients: .venv/.dev .clients/.python .clients/.node  ## generate clients from docs/openapi.json, and call with them
	$(PYTHON) -m pytest tests/clients

sweep: .venv/.dev  ## hold what becomes of every image of Pillow's own tests against what Pillow shows; fetches them
	$(PYTHON) -m tests.sweep.images
	$(PYTHON) -m pytest tests/sweep

test-heic: .venv/.dev .venv/.heic  ## install what HEIC takes, and test it
	$(PYTHON) -m pytest tests/hourglass/imaging/test_heic.py

openapi: .venv/.dev  ## write docs/openapi.json anew, after the API has changed
	$(PYTHON) -m tests.clients.document

format: .venv/.dev  ## format the code with ruff, and fix what ruff can fix
	$(PYTHON) -m ruff check --fix-only
	$(PYTHON) -m ruff format

lint: .venv/.dev  ## check format, style, types, imports and the Dockerfiles
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m ruff check
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	.venv/bin/hadolint Dockerfile tests/deploy/*.Dockerfile

chaos: .venv/.dev  ## send 10,000 requests, a third of them malformed; CHAOS='--minutes 30' for more
	$(PYTHON) -m tests.load.chaos $(CHAOS)

fuzz: .venv/.dev  ## decode a million damaged and forged files; FUZZ='--inputs 10000' for fewer
	$(PYTHON) -m tests.load.largest
	$(PYTHON) -m tests.load.fuzz $(FUZZ)

bench: .venv/.bench  ## measure the service beside other servers
	$(PYTHON) -m benchmarks.serving run

bench-peers: .venv/.bench  ## install the other servers, each in an environment of its own
	$(PYTHON) -m benchmarks.serving install

models: .venv/.train  ## train the twelve 28×28 models from scratch: about an hour
	$(PYTHON) -m training data
	$(MAKE) --jobs=2 --output-sync $(MODELS)
	$(PYTHON) -m training report

# Two models at a time on one thread each are faster than one on two: the networks are small.
$(MODELS): export OMP_NUM_THREADS = 1
$(MODELS): .venv/.train
	$(PYTHON) -m training fit $@
	$(PYTHON) -m training export $@
	$(PYTHON) -m training evaluate $@

test-deploy: .venv/.dev  ## build the image and test the containers; needs docker
	docker build --network host --tag hourglass .
	$(PYTHON) -m pytest tests/deploy

audit: .venv/.audit  ## look for known vulnerabilities in the dependencies
	$(PYTHON) -m pip_audit --strict --no-deps --disable-pip --requirement constraints.txt

clean:  ## remove everything that make and the tools left here
	rm -rf .venv .bench .clients .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build *.egg-info
	find benchmarks hourglass service training tests -name __pycache__ -prune -exec rm -rf {} +

# The generators have packages of their own, which may be of other versions than ours.
.clients/.python: tests/clients/requirements.txt | $(PYTHON)
	$(PYTHON) -m venv .clients/python
	.clients/python/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.clients/.node: tests/clients/package-lock.json
	@mkdir -p .clients/node
	cp tests/clients/package.json $< .clients/node
	if command -v npm >/dev/null; then npm ci --prefix .clients/node --silent --no-audit --no-fund && touch $@; fi

.venv/.%: pyproject.toml constraints.txt | $(PYTHON)
	$(INSTALL) --editable '.[$*]'
	@touch $@

$(PYTHON):
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo 'Hourglass needs Python 3.11 or later: apt-get install python3, or make PYTHON3=...'; exit 1; }
	@$(PYTHON3) -c 'import ensurepip, venv' 2>/dev/null \
	|| { echo 'Python has no venv module here: apt-get install python3-venv'; exit 1; }
	@$(PYTHON3) -m venv .venv
