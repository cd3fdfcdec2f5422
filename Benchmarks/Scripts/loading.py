"""Runs the benchmark of loaders with a throw-away PostgreSQL server in its environment.

usage: loading.py <LoadingBenchmark> [rounds]
"""
import subprocess, sys

from server import Server

with Server() as server:
    server.pgbench("-i", "-q", "-s", "1")
    sys.exit(subprocess.run(sys.argv[1:], env=server.environment).returncode)
