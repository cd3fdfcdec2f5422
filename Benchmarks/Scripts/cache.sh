#!/usr/bin/env bash
# Starts a PostgreSQL of its own if there is one on this machine, and measures the cache with it and with SQLite.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
swift build --configuration release --package-path Benchmarks --product CacheBenchmark ${JOBS:+--jobs "$JOBS"} >&2
benchmark=Benchmarks/.build/release/CacheBenchmark
binaries=$(pg_config --bindir 2>/dev/null || true)
[ -x "$binaries/initdb" ] || binaries=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
[ -x "$binaries/initdb" ] || exec "$benchmark"
folder=$(mktemp -d)
# initdb refuses to run as root.
as_owner() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
[ "$(id -u)" != 0 ] || chown postgres "$folder"
trap 'as_owner "$binaries/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null; rm -rf "$folder"' EXIT
as_owner "$binaries/initdb" -D "$folder/data" -U postgres -A trust --no-sync >/dev/null
as_owner "$binaries/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
    -o "-k $folder -c listen_addresses=''" start >/dev/null
"$benchmark" "host=$folder user=postgres dbname=postgres"
