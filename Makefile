# Thin: every target is one command that can be typed by hand. `make setup` runs first and does all the set-up.

CARGO ?= cargo
XTASK = $(CARGO) run --quiet --locked --package xtask --

.PHONY: help setup demo test tidy fmt bench oracle swarm mutants disk fuzz verify-go doc deny clean

help: ## what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: ## install what is missing, check what is there
	@scripts/setup

demo: ## play il-20 on two real nodes; evidence in target/demo
	@scripts/setup demo
	$(CARGO) build --locked --release -p node --bin detente
	$(CARGO) run --quiet --locked --release -p node --bin detente -- demo il-20 --out target/demo

test: setup ## everything that must hold, as the build machine runs it
	$(XTASK) ci

tidy: ## the house rules alone
	$(XTASK) tidy

fmt: ## format everything
	$(CARGO) fmt --all

bench: setup ## measure, print ratios, write docs/benchmarks.md
	$(XTASK) bench

oracle: setup ## geometry against its oracles, a million pairs
	ORACLE_PAIRS=$${ORACLE_PAIRS:-1000000} crates/geo4d/oracle/run

swarm: ## simulated worlds, SEED=1 COUNT=200 MINUTES=20
	$(CARGO) run --quiet --locked --release -p sim -- --seed $${SEED:-1} --swarm $${COUNT:-200} --minutes $${MINUTES:-20}

mutants: ## planted faults, and what catches each, MUTANTS="NAME…"
	$(XTASK) mutants $(MUTANTS)

# What only a crate itself can reach is driven by tests with `fuzzed` in their names.
fuzz: ## every reader of what comes from outside, FUZZ_SECONDS=60 in all
	targets=$$(ls -d crates/*/tests/__fuzz__/*/ | wc -l); \
	export FUZZ_MS=$$(( $${FUZZ_SECONDS:-60} * 1000 / targets )); \
	$(CARGO) test --locked --workspace --test fuzz -- --nocapture --test-threads 1 && \
	$(CARGO) test --locked -p ledger -p node --lib fuzzed -- --nocapture --test-threads 1

verify-go: setup ## an exported log through Go's own verifier
	$(CARGO) test --locked -p ledger go -- --nocapture

doc: ## pages from docstrings, in target/doc
	$(CARGO) doc --no-deps --workspace

deny: ## ask cargo-deny itself, with advisories (needs a network)
	command -v cargo-deny >/dev/null || $(CARGO) install cargo-deny --locked
	$(CARGO) deny check

clean: ## remove what was built
	$(CARGO) clean
