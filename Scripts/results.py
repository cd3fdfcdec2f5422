#!/usr/bin/env python3
"""Measures all applications on both engines, near and 50 ms away, and writes docs/results.md and the README's table.

usage: results.py <martlet> [--size L] [--row-time 8s] [--cases chat,renders] [--engines postgres] [--reuse]
                  [--page FILE] [--readme FILE]

Each report is kept in .build/results. One of the same commit is not measured again, so that an interrupted run goes on;
--reuse takes those of earlier commits too. What is left out, by --cases or --engines, stays on the page as it was. The
page says of each report what it was measured with.
"""
import argparse, datetime, json, os, platform, re, subprocess, sys
from functools import partial

# With five applications of about nine operations, two engines and two distances this stays within 90 minutes.
ROW_TIME = "8s"
CASE_TIMEOUT_SECONDS = 1_800
ENGINES = {"postgres": "PostgreSQL", "sqlite": "SQLite"}
# Applications that are put under load besides, each with its targets.
LOADS = {"dchat": "Scripts/dchat-targets.yaml"}
LOAD_TIME = "20s"
REPORTS = ".build/results"
BEGIN, END = "<!-- results: written by make results -->", "<!-- /results -->"
INTRODUCTION = """\
What the source documents claim, and what `martlet bench` measures of it: before, with better statements and the same
schema (fair), the document's way to mend it, and ours. All ways of a row ran in turn, on databases with the same rows.
Written by `make results`; no figure is edited by hand. A verdict is on our way; the document's own ratio stands
beside it. Each report names its commit: since 78d01b5 each way has up to five connections, and since 86e41b0 each of
these is warmed up until PostgreSQL has its generic plans."""


def cases(martlet):
    """The applications there are, as the command's own help has them."""
    text = subprocess.run([martlet, "bench", "--help"], check=True, capture_output=True, text=True).stdout
    values = re.search(r"\(values:\s*([^)]*)\)", text).group(1)
    return [name for name in re.split(r"[,\s]+", values) if name and name != "all"]


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    memory = int(next(line.split()[1] for line in open("/proc/meminfo") if line.startswith("MemTotal"))) >> 20
    return f"{os.cpu_count()} cores of {model or platform.machine()}, {memory} GiB of memory, {platform.platform()}"


def commit_measured(written):
    """The commit of the work tree, and whether it differs in more than what this script writes."""
    def git(*words):
        return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout.strip()
    others = [f":(exclude){path}" for path in written if not os.path.isabs(path)]
    return git("rev-parse", "--short", "HEAD") + ("-dirty" if git("status", "--porcelain", "--", ".", *others) else "")


def stolen():
    """Seconds in which the host had given this machine's processors to others."""
    with open("/proc/stat") as file:
        return int(file.readline().split()[8]) / os.sysconf("SC_CLK_TCK")


def report(path, commit, options, measure):
    """What is there of this commit, or a new measurement; what went wrong instead."""
    if os.path.exists(path):
        with open(path) as file:
            kept = json.load(file)
        if options.reuse or kept["commit"] == commit:
            return kept, None
    begin, before = datetime.datetime.now(datetime.timezone.utc), stolen()
    try:
        kept = measure(path + ".new")
    except (subprocess.TimeoutExpired, RuntimeError, OSError, ValueError, KeyError) as error:
        return None, str(error)
    minutes = (datetime.datetime.now(datetime.timezone.utc) - begin).total_seconds() / 60
    kept |= {"commit": commit, "date": f"{begin:%Y-%m-%d}", "minutes": minutes, "stolen": stolen() - before}
    with open(path + ".part", "w") as file:
        json.dump(kept, file)
    os.replace(path + ".part", path)
    return kept, None


def run(command, passing):
    """What a command prints, which may end with these codes."""
    print("measuring: " + " ".join(command[1:]), file=sys.stderr, flush=True)
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=CASE_TIMEOUT_SECONDS)
    if result.returncode not in passing:
        raise RuntimeError(f"{' '.join(command[1:4])} ended with {result.returncode}")
    return result.stdout


def benched(case, engine, options, document):
    command = [options.martlet, "bench", case, "--engine", engine, "--size", options.size, "--row-time",
               options.row_time, "--rtt", "0ms", "--rtt", "50ms", "--format", "markdown", "--save", document]
    # 1: some row could not be measured, which the report says.
    page = run(command, (0, 1))
    with open(document) as file:
        study = json.load(file)["studies"][0]
    os.remove(document)
    return {"page": page, "study": study}


def loaded(case, engine, options, _):
    command = [options.martlet, "load", case, "--engine", engine, "--size", options.size, "-c", "50", "--pool", "8",
               "-T", LOAD_TIME, "--targets", LOADS[case], "--seed", "1", "--color", "never"]
    # From 11 on: a target was missed, which the report says.
    text = run(command, (0, *range(11, 20)))
    title = f"## {case}-load on {ENGINES[engine]}, size {options.size}"
    return {"page": f"{title}\n\n50 clients at once who share a pool of 8 connections, our way, beside the server on "
                    f"this machine; the targets are a tenth of the document's.\n\n```text\n{text.rstrip()}\n```"}


def time_text(seconds):
    for limit, factor, unit in ((1e-3, 1e6, "µs"), (1, 1e3, "ms")):
        if seconds < limit:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds:.3g} s"


def readme_lines(studies):
    """One line for each row of the documents on PostgreSQL: variants of a row have a dash in their names."""
    lines = {}
    for study in studies:
        if study["dialect"] != "postgres":
            continue
        rows = {}
        for row in study["rows"]:
            rows.setdefault(row["id"], []).append(row)
        for name, distances in rows.items():
            if "-" in name and name.split("-")[0] in rows:
                continue
            cells = []
            for row in distances:
                proof = row["proofs"].get("expert") or row["proofs"].get("seed")
                way = "expert" if "expert" in row["proofs"] else "seed"
                cells.append("–" if not proof else
                             f"{time_text(proof['before']['medianSeconds'])} → {time_text(proof['after']['medianSeconds'])}, "
                             f"{row['ratios'][way]}")
            verdicts = "; ".join(row["verdictText"] for row in distances)
            lines[name] = (f"| {name} | {distances[0]['title']} | {distances[0]['claim']} | "
                           + " | ".join((cells + ["–"])[:2]) + f" | {verdicts} |")
    return lines


def write_readme(path, studies, is_whole, options):
    with open(path) as file:
        text = file.read()
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    kept = [] if is_whole else re.findall(r"^(\| (\d\S*) \|.*)$", text[begin:end], re.MULTILINE)
    lines = {name: line for line, name in kept} | readme_lines(studies)
    table = "\n".join(["| row | what is done | claimed | near: before → ours | 50 ms away | verdict near; 50 ms away |",
                       "|---|---|---|---|---|---|"] + list(lines.values()))
    note = f"PostgreSQL, size {options.size}; medians with 95 % intervals. [All figures](docs/results.md), with SQLite's and costs."
    with open(path, "w") as file:
        file.write(f"{text[:begin]}\n\n{table}\n\n{note}\n\n{text[end:]}")


def section(kept):
    share = kept["stolen"] / (60 * kept["minutes"] * os.cpu_count())
    return (f"{kept['page'].rstrip()}\n\nMeasured on {kept['date']}, commit {kept['commit']}, on {machine()}, whose "
            f"host gave {share:.0%} of the processors' time to others, in {kept['minutes']:.0f} minutes.\n\n")


def sections(path):
    """The reports of the page as it is, by application and engine."""
    if not os.path.exists(path):
        return {}
    with open(path) as file:
        parts = re.split(r"^(?=## )", file.read(), flags=re.MULTILINE)[1:]
    return {tuple(re.match(r"## (\S+) on (\w+)", part).groups()): part for part in parts}


def write_page(path, reports, problems, order, options):
    """Puts new reports in the place of those of before, and leaves the others where they are."""
    known = sections(path) | {key: section(kept) for key, kept in reports.items()}
    parts = [known[key] for key in order if key in known]
    minutes = sum(int(number) for part in parts for number in re.findall(r", in (\d+) minutes\.\n", part))
    with open(path, "w") as file:
        file.write(f"# The applications, measured\n\n{INTRODUCTION}\n\n{minutes} minutes in all.\n\n")
        for problem in problems:
            file.write(f"Not measured this time: {problem}. If it stands below, that is of before.\n\n")
        file.write("".join(parts))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("martlet")
    parser.add_argument("--size", default="L")
    parser.add_argument("--row-time", default=ROW_TIME)
    parser.add_argument("--cases")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--reuse", action="store_true")
    parser.add_argument("--page", default="docs/results.md")
    parser.add_argument("--readme", default="README.md")
    options = parser.parse_args()
    commit = commit_measured([options.page, options.readme])
    os.makedirs(REPORTS, exist_ok=True)
    reports, problems = {}, []
    known = cases(options.martlet)
    for engine in options.engines.split(","):
        for case in options.cases.split(",") if options.cases else known:
            kinds = {case: benched}
            if case in LOADS and engine == "postgres":
                kinds[case + "-load"] = loaded
            for name, measure in kinds.items():
                path = os.path.join(REPORTS, f"{name}-{engine}-{options.size}.json")
                kept, problem = report(path, commit, options, partial(measure, case, engine, options))
                if problem:
                    problems.append(problem)
                else:
                    reports[name, ENGINES[engine]] = kept
    if not reports:
        sys.exit("nothing could be measured: " + "; ".join(problems))
    order = [(name, engine) for engine in ENGINES.values() for case in known for name in (case, case + "-load")]
    write_page(options.page, reports, problems, order, options)
    write_readme(options.readme, [kept["study"] for kept in reports.values() if "study" in kept],
                 not options.cases and "postgres" in options.engines, options)
    minutes = sum(kept["minutes"] for kept in reports.values())
    print(f"written: {options.page}, {options.readme}; {minutes:.0f} minutes of measuring", file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
