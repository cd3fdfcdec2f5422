#!/usr/bin/env bash
# Builds the client benchmark, gets asyncpg into a folder of its own, and measures both beside pgbench.
# usage: client.sh [rounds] [seconds]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# A figure is compared with one from another day only if both ran against the same release.
asyncpg=asyncpg==0.32.0
venv=.build-bench/venv
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip freeze | grep -qix "$asyncpg" || {
    echo "Installing $asyncpg from PyPI into $venv: the client that is measured beside ours." >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$asyncpg"
}
swift build --configuration release --package-path Benchmarks --product ClientBenchmark >&2
echo "$asyncpg on $("$venv/bin/python" --version)"
exec "$venv/bin/python" Benchmarks/Scripts/client.py Benchmarks/.build/release/ClientBenchmark "$venv/bin/python" "$@"
