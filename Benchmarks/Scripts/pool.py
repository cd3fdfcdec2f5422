"""Measures the pool beside psycopg_pool and asyncpg's: one run, interleaved, medians and ratios.

usage: pool.py <PoolBenchmark> <python with the peers> [rounds] [seconds]
"""
import json, os, statistics, subprocess, sys

from server import Server

SCRIPTS = os.path.dirname(os.path.abspath(__file__))
CONNECTIONS = 16
# Each peer's bar; asyncpg asks the server to reset the session at each release, the bare one does not.
BARS = {"psycopg-async": 10, "psycopg-threads": 10, "asyncpg": 3, "asyncpg-bare": 3}


def main():
    binary, python = sys.argv[1], sys.argv[2]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    seconds = sys.argv[4] if len(sys.argv) > 4 else "2"
    missed = []
    with Server(fsync="off", shared_buffers="256MB") as server:
        location = f"host={server.folder} user=postgres dbname=postgres"
        for tasks in (1, 64):
            commands = {"martlet": [binary, location, str(tasks), str(CONNECTIONS), seconds]}
            for peer in BARS:
                commands[peer] = [python, os.path.join(SCRIPTS, "pool_peers.py"), peer, server.folder, str(tasks),
                                  str(CONNECTIONS), seconds]
            samples = {name: [] for name in commands}
            for _ in range(rounds):
                for name, command in commands.items():
                    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                    figures = json.loads(output)
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
                if ratio < bar:
                    missed.append(f"{peer} with {tasks} tasks")
                print(f"  martlet / {peer}: {ratio:.1f} (bar {bar}, rounds {min(ratios):.1f} to {max(ratios):.1f}): "
                      f"{'reached' if ratio >= bar else 'MISSED'}")
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nall bars reached")


main()
