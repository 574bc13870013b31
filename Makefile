# make lab     makes the environment and opens the lessons in JupyterLab
# make test    makes the environment and tests everything
# make class OUT=folder     writes students' copies and a teacher's guide into a folder
# The others: setup, lint, bench, notebooks (run and rewrite them all), figures,
# mutants (are the tests awake? takes half an hour), site (static HTML with living pictures, into OUT),
# address (of the repository), memory (of each lesson's kernel), load (a class at once on a JupyterHub).
# Another Python: make PYTHON=python3.13 lab

PYTHON ?= python3
RUN := .venv/bin/python
READY := .venv/ready-for-convlib
NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'

# A server has no screen to open a browser on, and JupyterLab asks root for a word of consent.
LAB_FLAGS := $(if $(or $(filter-out Linux,$(shell uname)),$(DISPLAY),$(WAYLAND_DISPLAY)),,--no-browser) \
             $(if $(filter 0,$(shell id -u)),--allow-root)

# The environment of a folder that was moved or copied still points to the old place: make it again.
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
$(shell rm -f $(READY))
endif

.PHONY: lab setup test lint bench mutants notebooks figures class site address memory load

lab: setup
	$(RUN) -m jupyterlab $(LAB_FLAGS) --LabApp.default_url=/lab/tree/index.ipynb \
		--LabApp.news_url=None --LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate notebooks

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) $(NEW_ENOUGH) || { \
		echo "convlib needs Python 3.11 or newer, and $(PYTHON) is not: name one, as in  make PYTHON=python3.13 lab"; exit 1; }
	@$(RUN) -m pip --version >/dev/null 2>&1 && $(RUN) $(NEW_ENOUGH) || $(PYTHON) -m venv --clear .venv
	@echo "Installing into .venv: some minutes, once."
	$(RUN) -m pip install --quiet -c constraints.txt -e ".[lessons,test,site]"
	@echo "$(CURDIR)" > $@

# --nbval compares every output that is committed with the one that comes out now.
test: setup lint
	$(RUN) -m pytest --nbval --nbval-current-env --nbval-cell-timeout=60 convlib tests notebooks

lint: setup
	$(RUN) -m ruff check --quiet .

bench: setup
	$(RUN) tools/bench.py

mutants: setup
	$(RUN) -m pip install --quiet -c constraints.txt -e ".[mutation]"
	nice $(RUN) tools/mutants.py

notebooks: setup
	$(RUN) tools/execute_notebooks.py

figures: setup
	$(RUN) figures/make.py

# PWD is where you stood when you called make, also with make -C: a relative OUT counts from there.
class: setup
	@cd "$(PWD)" && "$(CURDIR)/$(RUN)" "$(CURDIR)/tools/class_kit.py" "$(OUT)"

site: OUT ?= $(CURDIR)/build/site
site: setup
	@cd "$(PWD)" && "$(CURDIR)/$(RUN)" "$(CURDIR)/tools/make_site.py" "$(OUT)"

address: setup
	@$(RUN) tools/address.py "$$REPO"

memory: setup
	$(RUN) tools/memory.py

# A class at once on a real JupyterHub, here. It takes its proxy from npm: Node.js 20 or newer.
load: setup
	$(RUN) -m pip install --quiet -c constraints.txt -e ".[load]"
	npm ci --prefix tests/npm --no-audit --no-fund --silent
	$(RUN) tests/load/hub.py --students $(or $(STUDENTS),15) --seconds $(or $(SECONDS),60)
