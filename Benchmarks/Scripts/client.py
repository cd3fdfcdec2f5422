"""Measures the PostgreSQL client beside pgbench and asyncpg: one run, interleaved, medians and ratios.

usage: client.py <ClientBenchmark> <python with asyncpg> [rounds] [seconds]
"""
import json, os, re, resource, statistics, subprocess, sys

from server import Server

SCRIPTS = os.path.dirname(os.path.abspath(__file__))
SELECT = "\\set aid random(1, 100000)\nSELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n"
PIPELINE = "\\startpipeline\n" + SELECT * 100 + "\\endpipeline\n"


def measured(command, environment):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return output, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def pgbench(server, scenario, seconds):
    script = os.path.join(server.folder, scenario + ".sql")
    with open(script, "w") as file:
        file.write(PIPELINE if scenario == "pipelined" else SELECT)
    options = ["-c", "16", "-j", "2"] if scenario == "connections" else ["-c", "1", "-j", "1"]
    output, processor = measured(
        [os.path.join(server.binaries, "pgbench"), "-n", "-M", "prepared", "-f", script, "-T", str(int(seconds)), *options],
        server.environment)
    each = 100 if scenario == "pipelined" else 1
    rate = float(re.search(r"tps = ([0-9.]+)", output).group(1)) * each
    operations = int(re.search(r"actually processed: (\d+)", output).group(1)) * each
    return rate, processor / operations * 1e6


def client(command, environment):
    figures = json.loads(measured(command, environment)[0])
    return figures["operations"] / figures["seconds"], figures["processor_seconds"] / figures["operations"] * 1e6


def main():
    binary, python = sys.argv[1], sys.argv[2]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 3
    bars = [
        ("sequential", "one connection, one look-up at a time", {"pgbench": 0.95, "asyncpg": 1.25}),
        ("pipelined", "one connection, pipelines of 100, one caller", {"asyncpg": 1.15}),
        ("shared", "one connection, pipelines of 100, two callers (asyncpg: one, as it lets no others in)",
         {"asyncpg": 1.15}),
        ("connections", "16 connections (Martlet 2 loops, pgbench -j 2)", {"pgbench": 0.8, "asyncpg": 3.0}),
        ("rows", "10,000 rows of 4 columns, every cell decoded (rows/s)", {"asyncpg": 1.0}),
    ]
    missed = 0
    with Server(fsync="off", shared_buffers="256MB") as server:
        server.pgbench("-i", "-q", "-s", "1")
        for scenario, title, wanted in bars:
            clients = {
                "martlet": lambda: client(
                    [binary, scenario, f"host={server.folder} user=postgres dbname=postgres", str(seconds)],
                    server.environment),
                "asyncpg": lambda: client(
                    [python, os.path.join(SCRIPTS, "asyncpg_client.py"), scenario.replace("shared", "pipelined"),
                     server.folder, "postgres", str(seconds)], server.environment),
            }
            if scenario not in ("rows", "shared"):
                clients["pgbench"] = lambda: pgbench(server, scenario, seconds)
            samples = {name: [] for name in clients}
            for _ in range(rounds):
                for name, measure in clients.items():
                    samples[name].append(measure())
            print(f"\n{title}: median of {rounds} interleaved rounds of {seconds:g} s")
            for name, values in samples.items():
                rate = statistics.median(v[0] for v in values)
                processor = statistics.median(v[1] for v in values)
                print(f"  {name:8} {rate:10,.0f} /s   {processor:6.2f} µs CPU each")
            for peer, bar in wanted.items():
                ratios = [ours[0] / theirs[0] for ours, theirs in zip(samples["martlet"], samples[peer])]
                ratio = statistics.median(ratios)
                verdict = "reached" if ratio >= bar else "MISSED"
                missed += ratio < bar
                print(f"  martlet / {peer}: {ratio:.2f} (bar {bar:.2f}, rounds {min(ratios):.2f} to {max(ratios):.2f}): {verdict}")
    print(f"\n{missed} of 8 bars missed" if missed else "\nall bars reached")


if __name__ == "__main__":
    main()
