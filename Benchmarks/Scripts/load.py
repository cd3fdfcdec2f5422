"""Measures the load generator beside pgbench on the same statements: one run, interleaved, medians and ratios.

usage: load.py <martlet> [rounds] [seconds]
"""
import json, os, re, resource, statistics, subprocess, sys

from server import Server

SCALE = 10
SELECT = "SELECT abalance FROM pgbench_accounts WHERE aid = :aid"
# The script that pgbench calls tpcb-like.
TPCB = [
    "UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid",
    SELECT,
    "UPDATE pgbench_tellers SET tbalance = tbalance + :delta WHERE tid = :tid",
    "UPDATE pgbench_branches SET bbalance = bbalance + :delta WHERE bid = :bid",
    "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP)",
]
PARAMETERS = {
    "aid": {"from": 1, "to": 100_000 * SCALE}, "bid": {"from": 1, "to": SCALE}, "tid": {"from": 1, "to": 10 * SCALE},
    "delta": {"from": -5000, "to": 5000},
}


def scenario(server, name, sql, writes):
    """A scenario file; what is JSON is YAML too."""
    path = os.path.join(server.folder, name + ".yaml")
    operation = {"name": name, "sql": sql, "transaction": writes, "parameters": PARAMETERS}
    with open(path, "w") as file:
        json.dump({"writes": writes, "operations": [operation]}, file)
    return path


def measured(command, environment):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return output, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def pgbench(server, builtin, clients, threads, seconds):
    output, processor = measured(
        [os.path.join(server.binaries, "pgbench"), "-n", "-M", "prepared", "-b", builtin, "-c", str(clients),
         "-j", str(threads), "-T", str(int(seconds))], server.environment)
    operations = int(re.search(r"actually processed: (\d+)", output).group(1))
    return float(re.search(r"tps = ([0-9.]+)", output).group(1)), processor / operations * 1e6


def martlet(server, binary, path, clients, threads, seconds):
    output, processor = measured(
        [binary, "load", path, f"host={server.folder} user=postgres dbname=postgres", "-c", str(clients), "-j",
         str(threads), "-T", f"{seconds:g}s", "--warm-up", "0s", "--format", "json"], server.environment)
    document = json.loads(output)
    assert all(operation["failures"] == 0 for operation in document["operations"]), document
    return document["runsPerSecond"], processor / document["operations"][0]["runs"] * 1e6


def main():
    binary = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 3
    bar, missed, comparisons = 0.95, 0, 0
    with Server(fsync="off", shared_buffers="512MB", max_wal_size="4GB") as server:
        server.pgbench("-i", "-q", "-s", str(SCALE))
        for builtin, sql, writes in (("select-only", SELECT, False), ("tpcb-like", TPCB, True)):
            path = scenario(server, builtin, sql, writes)
            for clients, threads in ((1, 1), (16, 2), (50, 2)):
                generators = {
                    "martlet": lambda: martlet(server, binary, path, clients, threads, seconds),
                    "pgbench": lambda: pgbench(server, builtin, clients, threads, seconds),
                }
                samples = {name: [] for name in generators}
                for _ in range(rounds):
                    for name, measure in generators.items():
                        samples[name].append(measure())
                print(f"\n{builtin}, -c {clients} -j {threads}: median of {rounds} interleaved rounds of {seconds:g} s")
                for name, values in samples.items():
                    rate = statistics.median(v[0] for v in values)
                    processor = statistics.median(v[1] for v in values)
                    print(f"  {name:8} {rate:10,.0f} /s   {processor:6.2f} µs CPU each")
                ratios = [ours[0] / theirs[0] for ours, theirs in zip(samples["martlet"], samples["pgbench"])]
                ratio = statistics.median(ratios)
                comparisons += 1
                missed += ratio < bar
                print(f"  martlet / pgbench: {ratio:.2f} (bar {bar:.2f}, rounds {min(ratios):.2f} to {max(ratios):.2f}): "
                      + ("reached" if ratio >= bar else "MISSED"), flush=True)
    print(f"\n{missed} of {comparisons} bars missed" if missed else "\nall bars reached")


main()
