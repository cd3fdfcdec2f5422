"""Runs the paging benchmark on an SQLite file and on a throw-away PostgreSQL server.

usage: paging.py <PagingBenchmark> [rows of the largest export]
"""
import contextlib, json, os, statistics, subprocess, sys, tempfile

from server import Server

ROUNDS = 3
# An export of a thousand times the rows may take this much more memory: the allocator's own unrest.
GROWTH_BAR = 8
EXPORTS = {"PostgreSQL": ["csv", "json-lines", "copy-csv", "copy-binary"], "SQLite": ["csv", "json-lines"]}


def export(binary, location, format, rows):
    command = [binary, location, format, str(rows)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def memory(binary, name, location, largest):
    """The most memory of a process that does nothing but one export, by the number of rows."""
    sizes = [10_000, 1_000_000, largest]
    print(f"  exports of {', '.join(f'{size:,}' for size in sizes)} rows: the most memory of the process")
    missed = []
    for format in EXPORTS[name]:
        peaks = [export(binary, location, format, size)["peak_kilobytes"] / 1024 for size in sizes]
        growth = peaks[-1] - peaks[0]
        is_flat = growth <= GROWTH_BAR
        missed += [] if is_flat else [f"memory of {format} on {name}"]
        print(f"    {format:12}" + "".join(f"{peak:8.1f} MB" for peak in peaks)
              + f"   {growth:+.1f} MB (bar {GROWTH_BAR}): {'flat' if is_flat else 'MISSED'}", flush=True)
    return missed


def rates(binary, name, location):
    rows = 1_000_000
    samples = {format: [] for format in EXPORTS[name]}
    for _ in range(ROUNDS):
        for format, values in samples.items():
            values.append(rows / export(binary, location, format, rows)["seconds"])
    print(f"  exports of {rows:,} rows: median of {ROUNDS} interleaved rounds")
    for format, values in samples.items():
        ratio = statistics.median(value / row for value, row in zip(values, samples["csv"]))
        beside = "" if format == "csv" else f"   {ratio:.1f} times csv"
        print(f"    {format:12}{statistics.median(values):12,.0f} rows/s{beside}", flush=True)


@contextlib.contextmanager
def awake():
    """Keeps the processors of an idle machine awake: waking one takes longer than a look-up, and varies more."""
    idle = [subprocess.Popen(["nice", "-n", "19", sys.executable, "-c", "while True: pass"])
            for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for process in idle:
            process.kill()
            process.wait()


def measure(binary, name, location, largest):
    with awake():
        subprocess.run([binary, location], check=True)
    rates(binary, name, location)
    return memory(binary, name, location, largest)


def main():
    binary = sys.argv[1]
    largest = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000_000
    with tempfile.TemporaryDirectory(prefix="martlet-bench-") as folder:
        missed = measure(binary, "SQLite", os.path.join(folder, "paging.sqlite"), largest)
    with Server() as server:
        missed += measure(binary, "PostgreSQL", f"host={server.folder} user=postgres dbname=postgres", largest)
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nall bars reached")


main()
