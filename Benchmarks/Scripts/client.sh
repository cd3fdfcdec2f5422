#!/usr/bin/env bash
# Builds the client benchmark, gets asyncpg into a folder of its own, and measures both beside pgbench.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=.build-bench/venv
[ -x "$venv/bin/python" ] || { echo "getting asyncpg from PyPI into $venv" >&2; python3 -m venv "$venv"; }
"$venv/bin/python" -c 'import asyncpg' 2>/dev/null || "$venv/bin/pip" install --quiet asyncpg
swift build -c release --package-path Benchmarks --product ClientBenchmark >&2
"$venv/bin/python" -c 'import asyncpg, platform
print("asyncpg", asyncpg.__version__, "on Python", platform.python_version())'
exec python3 Benchmarks/Scripts/client.py Benchmarks/.build/release/ClientBenchmark "$venv/bin/python" "$@"
