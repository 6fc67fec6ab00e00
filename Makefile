# `make run` and `make test` do all the set-up themselves; `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

SWIFT ?= swift
export SWIFT
ifeq ($(origin CC),default)
CC := $(firstword $(shell command -v gcc cc clang))
endif
PREFIX ?= $(HOME)/.local
MPICC ?= mpicc
SEEDS ?= 10000
FROM ?= 1
ROUNDS ?= 5
CHAOS_TASKS ?= 20000
# Linked in, because loading the shared standard library and Foundation costs more than all else a short command does.
STATIC ?= --static-swift-stdlib

TASKS := .build/release/tasks
CEILING_FLAGS := -std=c11 -O2 -Wall -Wextra -Werror
CEILINGS := .build/ceiling/ceiling-zmq .build/ceiling/ceiling-spawn
SWIFT_SOURCES := Package.swift Sources Tests $(wildcard Benchmarks/Package.swift Benchmarks/Sources examples/*/Package.swift examples/*/Sources)

.PHONY: help run test build mpi bench bench-core bench-mpi ceiling sim chaos format format-check docs install deps clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

run: build ## install what is missing, build, run examples/compression-sweep and show its table
	$(TASKS) run examples/compression-sweep/batch.yaml
	@cat examples/compression-sweep/out/latest/report.txt

test: ## install what is missing, build everything, run all tests
	@.ci/deps --tests
	$(SWIFT) build --build-tests
	.ci/run-tests

build: deps ## build the tasks command (release): .build/release/tasks
	$(SWIFT) build -c release --product tasks $(STATIC)

# What a compiler wrapper says of its MPI, in the form in which the package asks for it.
mpi: deps ## build the engine that mpiexec starts (release), against the MPI of MPICC=mpicc
	@mkdir -p .build/mpi
	@$(MPICC) --showme:version >/dev/null 2>&1 || { echo "mpi: '$(MPICC)' is no compiler wrapper of Open MPI's (it knows no --showme); say which: make mpi MPICC=/path/to/mpicc" >&2; exit 2; }
	@printf 'Name: ompi-c\nDescription: the MPI of %s\nVersion: 0\nCflags: %s\nLibs: %s -lmpi\n' '$(MPICC)' \
	    "$$($(MPICC) --showme:incdirs | sed -E 's/(^| +)([^ ])/ -I\2/g')" \
	    "$$($(MPICC) --showme:libdirs | sed -E 's/(^| +)([^ ])/ -L\2/g')" > .build/mpi/ompi-c.pc
	PKG_CONFIG_PATH=$(CURDIR)/.build/mpi $(SWIFT) build -c release --product tasks-mpi-engine $(STATIC) \
	    $$($(MPICC) --showme:libdirs | sed -E 's/(^| +)([^ ]+)/ -Xlinker -rpath -Xlinker \2/g')

bench: build ceiling ## measure against the C ceilings, interleaved (ROUNDS=5)
	Benchmarks/run --rounds $(ROUNDS)

bench-mpi: build .build/ceiling/ceiling-mpi ## measure pools under mpiexec against MPI in C, interleaved (ROUNDS=5)
	Benchmarks/run mpi --rounds $(ROUNDS)

bench-core: deps ## measure the scheduler alone: what a task costs, case by case (ROUNDS=5)
	Benchmarks/run core --rounds $(ROUNDS)

ceiling: $(CEILINGS) ## build only the C programs that show how fast the parts are

.build/ceiling/ceiling-zmq: $(wildcard Benchmarks/ceiling/ceiling-zmq*.[ch])
	@mkdir -p $(@D)
	$(CC) $(CEILING_FLAGS) -o $@ $(filter %.c,$^) -lzmq

.build/ceiling/ceiling-spawn: Benchmarks/ceiling/ceiling-spawn.c
	@mkdir -p $(@D)
	$(CC) $(CEILING_FLAGS) -o $@ $<

.build/ceiling/ceiling-mpi: Benchmarks/ceiling/ceiling-mpi.c
	@mkdir -p $(@D)
	$(MPICC) $(CEILING_FLAGS) -o $@ $<

sim: deps ## run the simulator over many seeds (SEEDS=10000 FROM=1; SEED=7 for one alone)
	$(SWIFT) build -c release --product FarmSimulate $(STATIC)
	.build/release/FarmSimulate $(if $(SEED),--seed $(SEED),--seeds $(SEEDS) --from $(FROM))

chaos: deps ## kill workers, engines and controllers under a large job (CHAOS_TASKS=20000 CHAOS_SEED=7)
	$(SWIFT) build --build-tests
	CHAOS_TASKS=$(CHAOS_TASKS) $(SWIFT) test --skip-build --disable-xctest --filter "^CLITests\.ChaosTests"

format: ## format the Swift sources in place
	$(SWIFT) format --in-place --parallel --recursive $(SWIFT_SOURCES)

format-check: ## say what `make format` would change or the formatter's rules forbid
	$(SWIFT) format lint --strict --parallel --recursive $(SWIFT_SOURCES)

docs: deps ## the Swift API as HTML: .build/docs
	rm -rf .build/symbols .build/docs
	mkdir -p .build/symbols
	$(SWIFT) build --target TaskFarm --scratch-path .build/docs-build \
	    -Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir -Xswiftc $(CURDIR)/.build/symbols \
	    -Xswiftc -symbol-graph-minimum-access-level -Xswiftc public
	find .build/symbols -name '*.symbols.json' ! -name 'TaskFarm*' ! -name 'FarmFunctions*' ! -name 'FarmCore*' -delete
	docc convert --additional-symbol-graph-dir .build/symbols --output-path .build/docs \
	    --fallback-display-name TaskFarm --fallback-bundle-identifier task-farm.TaskFarm
	@echo "Serve .build/docs with any web server; start at /documentation/taskfarm."

install: build ## copy the command and its completions under PREFIX (~/.local)
	install -d $(PREFIX)/bin
	install -m 755 $(TASKS) $(PREFIX)/bin/tasks
	install -d $(PREFIX)/share/bash-completion/completions $(PREFIX)/share/zsh/site-functions $(PREFIX)/share/fish/vendor_completions.d
	$(TASKS) --generate-completion-script bash > $(PREFIX)/share/bash-completion/completions/tasks
	$(TASKS) --generate-completion-script zsh > $(PREFIX)/share/zsh/site-functions/_tasks
	$(TASKS) --generate-completion-script fish > $(PREFIX)/share/fish/vendor_completions.d/tasks.fish
	@case ":$$PATH:" in *":$(PREFIX)/bin:"*) ;; *) echo 'Add $(PREFIX)/bin to your PATH to run tasks by name.' ;; esac

deps: ## install the Debian packages that the build needs (as root; else prints the line to run)
	@.ci/deps

clean: ## remove what was built and what the examples wrote
	rm -rf .build Benchmarks/.build examples/*/.build examples/*/out
