#!/usr/bin/env bash
# Runs the demo of the chat application on both engines and writes what it printed to docs/demo-chat.md.
# Size L needs about 2 GB of disk under the temporary folder and some minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
martlet=.build/release/martlet
page=docs/demo-chat.md
draft=$(mktemp)
trap 'rm -f "$draft"' EXIT

# The table at the end of a run, and the line below it that says how it was measured.
table() {
    printf '\n## %s\n\n    $ martlet %s\n' "$1" "${*:2}"
    echo "measuring: martlet ${*:2}" >&2
    "$martlet" "${@:2}" --color never 2>/dev/null | sed -n '/^row  /,/^Medians/s/^/    /p'
}

{
    echo '# The chat application, measured'
    echo
    echo 'What the source document claims in rows 0a to 0c, and what the demo measures: before, with `count(*)` instead'
    echo 'of fetching (fair), as the document mends it, and our way. Written by `make record-demo`;'
    echo 'the figures of one table were measured in one run, before and after in turn.'
    echo
    echo "$(date -u +%Y-%m-%d), commit $(git rev-parse --short HEAD), $(nproc) shared cores ($(uname -m)),"
    echo "$(free -g | awk '/^Mem/{print $2}') GiB of memory."
    table 'SQLite, size S' demo chat
    table 'PostgreSQL, size S' demo chat --engine postgres
    table 'PostgreSQL, size S, 50 ms away' demo chat --engine postgres --rtt 50ms
    table 'SQLite, size L' demo chat --size L
    table 'PostgreSQL, size L' demo chat --engine postgres --size L
} > "$draft"
mv "$draft" "$page"
chmod 644 "$page"
echo "written: $page" >&2
