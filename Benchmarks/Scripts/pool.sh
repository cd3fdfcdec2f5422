#!/usr/bin/env bash
# Builds the pool benchmark, gets its peers into a folder of their own, and measures all.
# usage: pool.sh [rounds] [seconds]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# A figure is compared with one from another day only if both ran against the same releases.
peers=(asyncpg==0.32.0 psycopg==3.2.10 psycopg-pool==3.2.6 psycopg-binary==3.2.10)
venv=.build-bench/venv
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
installed=$("$venv/bin/python" -m pip freeze)
for peer in "${peers[@]}"; do
    grep -qix "$peer" <<<"$installed" || {
        echo "Installing ${peers[*]} from PyPI into $venv: the pools that are measured beside ours." >&2
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "${peers[@]}"
        break
    }
done
swift build --configuration release --package-path Benchmarks --product PoolBenchmark >&2
echo "${peers[*]} on $("$venv/bin/python" --version)"
exec "$venv/bin/python" Benchmarks/Scripts/pool.py Benchmarks/.build/release/PoolBenchmark "$venv/bin/python" "$@"
