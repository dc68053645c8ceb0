# Needs Python 3.11 or later with its venv module, and nothing else. `make PYTHON3=python3.12 serve` takes another.
PYTHON3 ?= python3
PYTHON := .venv/bin/python
INSTALL := $(PYTHON) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

TYPES := variational contractive denoising overcomplete sparse undercomplete
MODELS := $(TYPES:%=mnist-%) $(TYPES:%=fashion-%)

.PHONY: serve test lint chaos fuzz bench bench-peers models $(MODELS) test-deploy audit clean

serve: .venv/.service
	exec $(PYTHON) -m service

test: .venv/.dev
	$(PYTHON) -m pytest -n 2

lint: .venv/.dev
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m ruff check
	$(PYTHON) -m mypy
	.venv/bin/hadolint Dockerfile tests/deploy/*.Dockerfile

# 10,000 requests, or as many as asked for: make chaos CHAOS='--minutes 30'
chaos: .venv/.dev
	OVERLOAD_SECONDS=30 $(PYTHON) -m pytest tests/load/test_overload.py
	$(PYTHON) -m tests.load.chaos $(CHAOS)

# A million damaged and forged photo files, or as many as asked for: make fuzz FUZZ='--inputs 10000'
fuzz: .venv/.dev
	$(PYTHON) -m tests.load.largest
	$(PYTHON) -m tests.load.fuzz $(FUZZ)

bench: .venv/.bench
	$(PYTHON) -m benchmarks.serving run

bench-peers: .venv/.bench
	$(PYTHON) -m benchmarks.serving install

models: .venv/.train
	$(PYTHON) -m training data
	$(MAKE) --jobs=2 --output-sync $(MODELS)
	$(PYTHON) -m training report

# Two models at a time on one thread each are faster than one on two: the networks are small.
$(MODELS): export OMP_NUM_THREADS = 1
$(MODELS): .venv/.train
	$(PYTHON) -m training fit $@
	$(PYTHON) -m training export $@
	$(PYTHON) -m training evaluate $@

test-deploy: .venv/.dev
	docker build --network host --tag hourglass .
	$(PYTHON) -m pytest tests/deploy

audit: .venv/.audit
	$(PYTHON) -m pip_audit --strict --no-deps --disable-pip --requirement constraints.txt

clean:
	rm -rf .venv .bench .mypy_cache .pytest_cache .ruff_cache .hypothesis build *.egg-info
	find benchmarks hourglass service training tests -name __pycache__ -prune -exec rm -rf {} +

.venv/.service: pyproject.toml constraints.txt | $(PYTHON)
	$(INSTALL) --editable .
	@touch $@

.venv/.%: pyproject.toml constraints.txt | $(PYTHON)
	$(INSTALL) --editable '.[$*]'
	@touch $@

$(PYTHON):
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo 'Hourglass needs Python 3.11 or later: apt-get install python3, or make PYTHON3=...'; exit 1; }
	@$(PYTHON3) -c 'import ensurepip, venv' 2>/dev/null \
	|| { echo 'Python has no venv module here: apt-get install python3-venv'; exit 1; }
	@$(PYTHON3) -m venv .venv
