"""Runs the paging benchmark on an SQLite file and on a throw-away PostgreSQL server.

usage: paging.py <PagingBenchmark>
"""
import os, subprocess, sys, tempfile

from client import Server

with tempfile.TemporaryDirectory(prefix="martlet-bench-") as folder:
    subprocess.run([sys.argv[1], os.path.join(folder, "paging.sqlite")], check=True)
with Server() as server:
    subprocess.run([sys.argv[1], f"host={server.folder} user=postgres dbname=postgres"], check=True)
