#!/usr/bin/env bash
# Installs those of the named Debian packages that are missing, and says what each is for.
# Prints nothing and needs no network when all are there. Knows Debian 12; elsewhere it says what is needed and goes on.
set -euo pipefail

declare -A purposes=(
    [pkgconf]="tells the compiler where Debian keeps the headers of libpq"
    [libpq-dev]="the client library of PostgreSQL"
    [libsqlite3-dev]="SQLite"
    [libpg-query-dev]="the parser of PostgreSQL as a library"
    [libhiredis-dev]="the client library of Redis, for the second tier of caches"
    [redis-server]="a real server for the tests of that tier"
    [libcrypt-dev]="bcrypt, for the passwords of the case study 'authchat'"
    [postgresql]="a real server for the tests and for 'martlet demo --engine postgres'"
    [postgresql-15-hypopg]="hypothetical indexes on that server"
    [python3-venv]="a folder of its own for the Python client that benchmarks are run against"
)

describe() {
    for package in "$@"; do
        printf '  %-21s %s\n' "$package" "${purposes[$package]:-}"
    done
}

is_installed() {
    [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

if ! command -v dpkg-query >/dev/null; then
    {
        echo "This system has no dpkg, so nothing is installed. The build goes on and needs, as Debian calls it:"
        describe "$@"
    } >&2
    exit 0
fi

missing=()
for package in "$@"; do
    is_installed "$package" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

release=$(. /etc/os-release && echo "${ID:-} ${VERSION_ID:-}")
if [ "$release" != "debian 12" ]; then
    {
        echo "This is no Debian 12, so nothing is installed. The build goes on and needs what Debian 12 has in:"
        describe "${missing[@]}"
    } >&2
    exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "Packages are missing and this user may not install them. As root: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

{
    echo "Installing with apt-get:"
    describe "${missing[@]}"
} >&2

# No questions, and a locale that every machine has.
# Another apt may be at work on a machine that has just started: wait for it rather than fail.
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -q -o DPkg::Lock::Timeout=120)

# No step needs Debian's default cluster to run: the tests start a server of their own, on a socket of its own.
"${apt[@]}" update >&2
"${apt[@]}" install -y --no-install-recommends "${missing[@]}" >&2
