#!/usr/bin/env bash
# Measures the client beside pgbench and asyncpg, with what `make bench-client` has built and installed.
# usage: client.sh [rounds] [seconds]
set -euo pipefail
: "${CLIENT_BENCHMARK:?run make bench-client, which builds it}" "${PYTHON:?run make bench-client, which makes it}"
here=$(dirname "${BASH_SOURCE[0]}")
"$PYTHON" -c 'import asyncpg, platform; print("asyncpg", asyncpg.__version__, "on Python", platform.python_version())'
exec "$PYTHON" "$here/client.py" "$CLIENT_BENCHMARK" "$PYTHON" "$@"
