"""Measures the pool beside psycopg_pool and asyncpg's, how fair it is, and its size: one run, interleaved, medians.

usage: pool.py <PoolBenchmark> <martlet> <python with the peers> [rounds] [seconds]
"""
import json, os, statistics, subprocess, sys

from server import Server

SCRIPTS = os.path.dirname(os.path.abspath(__file__))
CONNECTIONS = 16
# Each peer's bar; asyncpg asks the server to reset the session at each release, the bare one does not.
BARS = {"psycopg-async": 10, "psycopg-threads": 10, "asyncpg": 3, "asyncpg-bare": 3}
LONGEST_BAR = 2
SIZES = [1, 2, 4, 8, 16, 32, 60]
SHARE_BAR = 0.95
# More than the largest pool, so that all of each is used.
TASKS = 64
# What a sweep may run, as it only reads.
SWEPT = "SELECT count(*), sum(balance) FROM accounts WHERE id BETWEEN 50000 AND 50020"
SCHEMA = """
CREATE TABLE accounts (id integer PRIMARY KEY, balance bigint NOT NULL, note text NOT NULL);
INSERT INTO accounts SELECT i, i, repeat('x', 60) FROM generate_series(1, 100000) i;
VACUUM ANALYZE accounts;
"""
missed = []


def judge(name, is_reached, text):
    if not is_reached:
        missed.append(name)
    print(f"  {text}: {'reached' if is_reached else 'MISSED'}", flush=True)


def run(*command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def borrowing(binary, python, server, location, rounds, seconds):
    for tasks in (1, 64):
        commands = {"martlet": [binary, "borrowing", location, str(tasks), str(CONNECTIONS), seconds]}
        for peer in BARS:
            commands[peer] = [python, os.path.join(SCRIPTS, "pool_peers.py"), peer, server.folder, str(tasks),
                              str(CONNECTIONS), seconds]
        samples = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                figures = run(*command)
                samples[name].append((figures["operations"] / figures["seconds"],
                                      figures["processor_seconds"] / figures["operations"] * 1e6))
        print(f"\n{tasks} task{'s'[:tasks > 1]} on {CONNECTIONS} connections, acquire and release: "
              f"median of {rounds} interleaved rounds of {seconds} s")
        for name, values in samples.items():
            print(f"  {name:15} {statistics.median(v[0] for v in values):10,.0f} /s   "
                  f"{statistics.median(v[1] for v in values):6.2f} µs CPU each")
        for peer, bar in BARS.items():
            ratios = [ours[0] / theirs[0] for ours, theirs in zip(samples["martlet"], samples[peer])]
            ratio = statistics.median(ratios)
            # What a busy machine takes from one and not from the other is not in it.
            processor = statistics.median(theirs[1] / ours[1]
                                          for ours, theirs in zip(samples["martlet"], samples[peer]))
            judge(f"{peer} with {tasks} tasks", ratio >= bar,
                  f"martlet / {peer}: {ratio:.1f}, by processor time {processor:.1f} (bar {bar}, rounds "
                  f"{min(ratios):.1f} to {max(ratios):.1f})")


def waiting(binary, location, rounds, seconds):
    print(f"\n{TASKS} tasks on {CONNECTIONS} connections that hold each for 2 ms of the server's time: "
          f"{rounds} rounds of {seconds} s")
    ratios = {"time": [], "turns": []}
    for _ in range(rounds):
        figures = run(binary, "waiting", location, str(TASKS), str(CONNECTIONS), seconds)
        ratios["time"].append(figures["longest_ms"] / figures["mean_ms"])
        ratios["turns"].append(figures["longest_turns"] / figures["mean_turns"])
        print(f"  {figures['loans']:6,} loans of {figures['held_mean_ms']:6.2f} ms, waits of {figures['mean_ms']:6.2f} ms "
              f"or {figures['mean_turns']:5.1f} turns, the longest {figures['longest_ms']:6.2f} ms and "
              f"{figures['longest_turns']} turns")
    for unit, values in ratios.items():
        judge(f"longest wait in {unit}", statistics.median(values) <= LONGEST_BAR,
              f"longest / mean wait in {unit}: {statistics.median(values):.2f} (bar {LONGEST_BAR}, rounds "
              f"{min(values):.2f} to {max(values):.2f})")


def sizes(binary, martlet, server, location, rounds, seconds):
    server.sql(SCHEMA)
    by_rule = run(martlet, "pool", "advise", location, "--format", "json")["advisedMax"]
    swept = run(martlet, "pool", "advise", location, "--sweep", "--statement", SWEPT, "--duration", "200ms",
                "--format", "json")["advisedMax"]
    advised = {"by rule": by_rule, "by its sweep": swept}
    measured = sorted(set(SIZES) | set(advised.values()))
    samples = {size: [] for size in measured}
    for _ in range(rounds):
        for size in measured:
            figures = run(binary, "mixed", location, str(TASKS), str(size), seconds)
            samples[size].append((figures["operations"] / figures["seconds"], figures["p95_ms"]))
    rates = {size: statistics.median(v[0] for v in values) for size, values in samples.items()}
    best = max(rates, key=rates.get)
    print(f"\n{TASKS} tasks, a mixture of short statements (7 of 10 by key, 2 of 100 rows, 1 update), pools of each "
          f"size: median of {rounds} interleaved rounds of {seconds} s")
    for size in measured:
        names = [f"advised {how}" for how, value in advised.items() if value == size]
        print(f"  {size:3} connections {rates[size]:9,.0f} /s   95 % within "
              f"{statistics.median(v[1] for v in samples[size]):7.2f} ms   {', '.join(names)}".rstrip())
    for how, size in advised.items():
        share = rates[size] / rates[best]
        judge(f"size advised {how}", share >= SHARE_BAR,
              f"{size} connections, advised {how}: {share:.2f} of the best, {best} (bar {SHARE_BAR})")
        # In each round both met the same load of the machine.
        ratio = statistics.median(ours[0] / theirs[0] for ours, theirs in zip(samples[size], samples[60]))
        judge(f"size advised {how} beside 60", ratio > 1, f"{size} connections / 60: {ratio:.2f} (bar 1)")


def main():
    binary, martlet, python = sys.argv[1:4]
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    seconds = sys.argv[5] if len(sys.argv) > 5 else "2"
    with Server(fsync="off", shared_buffers="256MB") as server:
        location = f"host={server.folder} user=postgres dbname=postgres"
        borrowing(binary, python, server, location, rounds, seconds)
        waiting(binary, location, rounds, seconds)
    # As a server is run that keeps what it has committed.
    with Server(shared_buffers="256MB") as server:
        location = f"host={server.folder} user=postgres dbname=postgres"
        sizes(binary, martlet, server, location, rounds, seconds)
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nall bars reached")


main()
