# Every command a person needs. `make` alone lists them; a line with ## is its help.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/installed
# Three processes share the tests, a file at a time: what a file has set up (a played scheme, a browser) serves it all.
# On two cores the third works while one of the others waits, for a server to start or a time to pass.
SHARED := --numprocesses=3 --dist=loadfile --no-loadscope-reorder

# The faults of a region are told in a table, which comes last; a run that hangs is ended after each of these times.
REGION := tests/serving/test_region_faults.py
FAULTS_END := --kill-after=1m 45m

# The stamp holds the folder it was made in: a folder that was moved or copied is set up anew.
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

.DEFAULT_GOAL := help
.PHONY: help demo clean-demo test check audit format docs bench faults soak lock

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(READY) ## Start the demo on this machine; PLAY=1 plays a whole scheme by itself, PLAY=year a whole year
	@$(BIN)/shuangsuiji demo $(if $(PLAY),--play $(PLAY))

clean-demo: ## Forget the demo: remove var/
	rm -rf var

test: $(READY) ## Run the tests, on all cores; ARGS="-k draw" goes to pytest
	@$(BIN)/pytest $(SHARED) $(ARGS)

check: $(READY) ## Format, lint, types, import directions, generated pages, dependencies, tests: what CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m scripts.state_pages --check
	$(BIN)/python -m scripts.audit
	$(BIN)/pytest $(SHARED) $(ARGS)

audit: $(READY) ## Licences and known vulnerabilities of all packages; fails without a network
	$(BIN)/python -m scripts.audit --required

format: $(READY) ## Put the code into its one form, mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(READY) ## Write docs/states.md and the table of docs/rights.md anew
	$(BIN)/python -m scripts.state_pages
	$(BIN)/python -m scripts.rights_page

bench: $(READY) ## Measure speed, each figure beside a peer; ARGS=seating measures one part
	@$(BIN)/python -m scripts.bench $(ARGS)

faults: $(READY) ## Try failures at length: the play killed again and again, and a region of four processes; KILLS=5 for less
	@timeout $(FAULTS_END) $(BIN)/pytest -m faults --ignore=$(REGION) $(ARGS); others=$$?; \
	FAULTS_KILLS=$(or $(KILLS),50) timeout $(FAULTS_END) $(BIN)/pytest -m faults $(REGION) && exit $$others

soak: $(READY) ## An hour at fifty updates a second: does anything pile up? MINUTES=60 PER_SECOND=50
	@$(BIN)/python -m scripts.soak $(or $(MINUTES),60) $(or $(PER_SECOND),50)

lock: ## Write requirements.lock anew; UPGRADE=1 takes newer versions
	@sh scripts/lock

$(READY): requirements.lock pyproject.toml
	@sh scripts/set-up
