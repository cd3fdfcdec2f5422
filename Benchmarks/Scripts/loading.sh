#!/usr/bin/env bash
# Builds the benchmark of loaders and runs it beside a throw-away server.
# usage: loading.sh [rounds]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
swift build --configuration release --package-path Benchmarks --product LoadingBenchmark >&2
exec python3 Benchmarks/Scripts/loading.py Benchmarks/.build/release/LoadingBenchmark "$@"
