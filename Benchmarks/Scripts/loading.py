"""Runs the benchmark of loaders with a throw-away PostgreSQL server in its environment.

usage: loading.py <LoadingBenchmark> [rounds]
"""
import subprocess, sys

from client import Server

with Server() as server:
    sys.exit(subprocess.run(sys.argv[1:], env=server.environment).returncode)
