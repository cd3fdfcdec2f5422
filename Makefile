# Everything a person or a CI runs. `make help` lists the targets.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# The compiler takes up to 1 GB for each job: two fit the smallest machine that is worth building on.
JOBS ?= 2
# Tests to run, as `swift test --filter` reads it: make test FILTER=TidyTests
FILTER ?= .
# Tests in which threads meet; the others would only take longer under the sanitizer.
SANITIZE ?= MartletPostgresTests|MartletSQLiteTests|MartletTests|MartletRedisTests

# Tests that have a long form.
LONG := CounterPropertyTests|SQLiteDriftTests|PoolCancellationTests|CacheInvalidationTests|SharedStalenessTests
LONG := $(LONG)|DchatLargeTests|JourneysPoolTests

FLAGS := --jobs $(JOBS) --explicit-target-dependency-import-check error
FORMATTED := Sources Tests Benchmarks Examples Package.swift

.PHONY: help deps build test test-long demo record-demo results example-hummingbird lint format sanitize clean
.PHONY: bench-cache bench-client bench-counters bench-lexer bench-load bench-loading bench-paging bench-pool \
	bench-runtime

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) \
		| while IFS=$$'\t' read -r target text; do printf '  make %-19s %s\n' "$$target" "$$text"; done

deps: ## Install what the build and the tests need and this machine lacks (Debian 12)
	@Scripts/install-dependencies.sh pkgconf libpq-dev libsqlite3-dev libpg-query-dev libhiredis-dev libcrypt-dev \
		postgresql postgresql-15-hypopg redis-server

build: deps ## Build the release: .build/release/martlet
	swift build $(FLAGS) --configuration release --product martlet

test: deps ## Build and run all tests, those against a real PostgreSQL included (FILTER=… for some)
	swift build $(FLAGS) --build-tests
	swift test $(FLAGS) --skip-build --disable-xctest --no-parallel --filter '$(FILTER)'
	swift test $(FLAGS) --skip-build --disable-swift-testing --filter '$(FILTER)'

test-long: deps ## Run the long tests: a million random operations and races, 100,000 cancellations, plans in size L
	swift build $(FLAGS) --build-tests
	MARTLET_COUNTER_OPERATIONS=1000000 MARTLET_CANCELLATIONS=100000 MARTLET_CACHE_RACES=1000000 \
		MARTLET_SHARED_RACES=1000000 MARTLET_SIZE_L=1 swift test $(FLAGS) --skip-build --disable-xctest --no-parallel \
		--filter '$(LONG)'

demo: build ## Take the chat application through the whole loop, on SQLite
	.build/release/martlet demo chat

record-demo: build ## Measure the demo on both engines in sizes S and L, and write docs/demo-chat.md
	Scripts/record-demo.sh

results: build ## Measure all applications in size L on both engines, near and 50 ms away, and write docs/results.md
	python3 Scripts/results.py .build/release/martlet

lint: ## Check the form of all Swift files
	swift format lint --strict --parallel --recursive --configuration .swift-format $(FORMATTED)

format: ## Bring all Swift files into form
	swift format --in-place --parallel --recursive --configuration .swift-format $(FORMATTED)

bench-cache: deps ## Measure the cache: hit ratios, hits, writes with coherence, propagation
	MARTLET_TRACE_REQUESTS=300000 swift test $(FLAGS) --disable-xctest --filter EvictionPolicyTests | grep -E ' ours '
	JOBS=$(JOBS) Benchmarks/Scripts/cache.sh

bench-client: deps ## Measure the PostgreSQL client beside pgbench and asyncpg (from PyPI, in .build-bench)
	@Scripts/install-dependencies.sh python3-venv
	Benchmarks/Scripts/client.sh

bench-counters: build ## Measure counters beside no counter, one row, 16 slots and counting
	python3 Benchmarks/Scripts/counters.py .build/release/martlet

bench-loading: deps ## Measure what a load costs, and a batch of 1,000 beside 1,000 single statements
	Benchmarks/Scripts/loading.sh

bench-load: build ## Measure the load generator beside pgbench
	python3 Benchmarks/Scripts/load.py .build/release/martlet

bench-lexer: deps ## Measure how much SQL text is fingerprinted in a CPU-second
	swift run --package-path Benchmarks --configuration release --jobs $(JOBS) LexerBenchmark

bench-pool: build ## Measure the pool beside psycopg_pool and asyncpg's (from PyPI), who waits, and the advised size
	@Scripts/install-dependencies.sh python3-venv
	Benchmarks/Scripts/pool.sh

bench-paging: deps ## Measure page 20,001 beside page 1 and OFFSET, exports to 10 million rows, and tracing
	swift build --configuration release --package-path Benchmarks --jobs $(JOBS) --product PagingBenchmark
	python3 Benchmarks/Scripts/paging.py Benchmarks/.build/release/PagingBenchmark

bench-runtime: ## Run all benchmarks of what an application links, and sum up each figure beside its bar
	python3 Benchmarks/Scripts/runtime.py

example-hummingbird: deps ## Build and test the example of a Hummingbird server
	swift test --package-path Examples/Hummingbird --jobs $(JOBS) --disable-xctest

sanitize: deps ## Run the tests in which threads meet under the thread sanitizer
	TSAN_OPTIONS="suppressions=$(CURDIR)/Scripts/thread-sanitizer.supp" swift test $(FLAGS) --disable-xctest \
		--no-parallel --sanitize thread --scratch-path .build-tsan --filter '$(SANITIZE)'

clean: ## Remove all that was built
	rm -rf .build .build-* Benchmarks/.build Examples/*/.build
