"""Runs the benchmarks of what an application links, one after the other, and sums up: each figure beside its bar.

usage: runtime.py [benchmark ...]
"""
import re, subprocess, sys

BENCHMARKS = ["bench-pool", "bench-cache", "bench-loading", "bench-paging"]
# Lines whose benchmark prints no bar: what the figure is, the bar, and whether more is better.
FIGURES = [
    (r"2 thread\(s\):.* lookup [\d.]+ \(× ([\d.]+)\)", "hit of a cache on two threads / dictionary under a lock", 1.5,
     False),
    (r"writes a second:.*\(× ([\d.]+)\)", "writes with coherence / without", 0.9, True),
    (r"propagation, ms:.* p99 ([\d.]+)", "propagation of a change, p99 in ms", 50, False),
    (r"a load in a task of its own.* ([\d.]+) µs$", "a load beside the task that asks, µs", 1, False),
    (r"latency added to a batch of one.* ([\d.]+) µs$", "latency added to a batch of one, µs", 50, False),
    (r"(?:recorder|no backend): (-?\d+) ns for each statement", "tracing adds to a statement, ns", 2000, False),
]
PAGES = re.compile(r"^  (.*): page 1 (\d+) µs, page 2 (\d+) µs, page 20,001 (\d+) µs")
# They are to cost the same: the rest is the noise of a busy machine. Page 1 has no cursor, and so no condition.
PAGES_BAR = 1.5


def figure(line):
    """The line of the summary for a line of a benchmark; None if it says nothing of a bar."""
    pages = PAGES.search(line)
    if pages:
        return judged(f"page 20,001 / page 2, {pages[1]}", int(pages[4]) / max(1, int(pages[3])), PAGES_BAR, False)
    for pattern, name, bar, is_more in FIGURES:
        found = re.search(pattern, line)
        if found:
            return judged(name, float(found[1]), bar, is_more)
    return line.strip() if re.search(r"\(bar .*(reached|MISSED|flat)$", line) else None


def judged(name, value, bar, is_more):
    is_reached = value >= bar if is_more else value <= bar
    return f"{name}: {round(value, 2):g} (bar {bar}): {'reached' if is_reached else 'MISSED'}"


def main():
    summary = []
    failed = []
    for name in sys.argv[1:] or BENCHMARKS:
        print(f"\n=== make {name}", flush=True)
        summary.append((name, []))
        with subprocess.Popen(["make", "--no-print-directory", name], stdout=subprocess.PIPE, text=True) as process:
            section = ""
            for line in process.stdout:
                print(line, end="", flush=True)
                line = line.rstrip("\n")
                found = figure(line)
                if found:
                    summary[-1][1].append((section, found))
                elif line and not line.startswith(" "):
                    section = line.split(":")[0]
        if process.returncode:
            failed.append(name)
    print("\n=== all figures that have a bar")
    for name, figures in summary:
        print(name)
        section = None
        for heading, text in figures:
            if heading != section:
                section = heading
                print(f"  {heading}")
            print(f"    {text}")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


main()
