# Two commands matter: `make run` serves the sample town, `make test` checks everything.
# Each target is one script in .ci, so that they can be read and run one by one.

PORT ?= 8080
HOST ?= 127.0.0.1
PREFIX ?= /usr/local

.PHONY: pictures help run test test-clients conformance bench bench-tiles bench-routing bench-tours docs format build setup assets stage install clean
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## install what is missing, build, create the sample town if there is none, serve it
	@HOST=$(HOST) PORT=$(PORT) .ci/serve

test: ## format check, warnings as errors, all tests: in Swift, in a browser, with foreign clients
	@.ci/test

test-clients: ## GDAL, OWSLib, QGIS, schemathesis and replays of portals against the binary
	@.ci/clients Clients

conformance: ## each requirement of OGC API Features, Tiles and CQL2 as one check, printed as a table
	@.ci/clients Conformance

bench: ## the benchmarks, built for release
	@.ci/bench

bench-tiles: ## tiles beside PostGIS, MapServer, nginx and a bulk tiler: CPU milliseconds a request
	@.ci/bench-tiles

bench-routing: ## roads beside OSRM and RoutingKit: import, customisation, routes, tables
	@.ci/bench-routing

bench-tours: ## tours beside PyVRP, VROOM and OR-Tools: quality after equal computing, goals met or missed
	@.ci/bench-tours $(if $(QUICK),--quick)

pictures: ## the sample town drawn by MapLibre and by QGIS, side by side, into FOLDER (default .build/pictures)
	@.ci/pictures $(or $(FOLDER),.build/pictures)

docs: ## the documentation, every warning an error
	@.ci/docs

format: ## format all Swift sources in place
	@swift format --in-place --parallel --recursive Sources Tests Package.swift

build: ## the release binary
	@.ci/build

setup: ## the Debian packages and web assets that running needs
	@.ci/setup run
	@.ci/assets

assets: ## the pinned web assets
	@.ci/assets

stage: ## the binary and its resources in .build/stage, ready to be copied anywhere
	@.ci/stage .build/stage

install: ## what `make stage` made, below PREFIX (default /usr/local); needs no compiler, so it may run as root
	@test -x .build/stage/lageplan || { echo "run make stage first, as yourself"; exit 1; }
	@mkdir -p "$(DESTDIR)$(PREFIX)/lib/lageplan" "$(DESTDIR)$(PREFIX)/bin"
	@cp -r .build/stage/. "$(DESTDIR)$(PREFIX)/lib/lageplan/"
	@ln -sfn ../lib/lageplan/lageplan "$(DESTDIR)$(PREFIX)/bin/lageplan"
	@echo "installed: $(DESTDIR)$(PREFIX)/bin/lageplan"

clean: ## remove what was built and fetched; the database stays
	@rm -rf .build .assets .venv
