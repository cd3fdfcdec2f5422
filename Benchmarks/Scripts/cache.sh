#!/usr/bin/env bash
# Starts a PostgreSQL and a Redis of its own, if they are on this machine, and measures the cache with them and with
# SQLite.
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
redis=
trap '[ -z "$redis" ] || kill "$redis"
    as_owner "$binaries/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null; rm -rf "$folder"' EXIT
as_owner "$binaries/initdb" -D "$folder/data" -U postgres -A trust --no-sync >/dev/null
as_owner "$binaries/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
    -o "-k $folder -c listen_addresses=''" start >/dev/null
arguments=("host=$folder user=postgres dbname=postgres")
if command -v redis-server >/dev/null; then
    redis-server --port 0 --unixsocket "$folder/redis.sock" --save '' --appendonly no --dir "$folder" >/dev/null &
    redis=$!
    arguments+=("$folder/redis.sock")
fi
"$benchmark" "${arguments[@]}"
