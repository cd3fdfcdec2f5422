"""Runs one scenario of the client benchmark with asyncpg and prints what it did as JSON."""
import asyncio, json, random, sys, time

import asyncpg

LOOK_UP = "SELECT abalance FROM pgbench_accounts WHERE aid = $1"
PAGE = "SELECT aid, bid, abalance, filler FROM pgbench_accounts WHERE aid <= $1"
ACCOUNTS = 100_000


async def sequential(connection, end):
    statement = await connection.prepare(LOOK_UP)
    operations = 0
    checksum = 0
    while time.monotonic() < end:
        for _ in range(64):
            checksum += await statement.fetchval(random.randint(1, ACCOUNTS))
        operations += 64
    return operations


async def pipelined(connection, end):
    statement = await connection.prepare(LOOK_UP)
    operations = 0
    checksum = 0
    while time.monotonic() < end:
        arguments = [(random.randint(1, ACCOUNTS),) for _ in range(100)]
        for row in await statement.fetchmany(arguments):
            checksum += row[0]
        operations += len(arguments)
    return operations


async def rows(connection, end):
    statement = await connection.prepare(PAGE)
    operations = 0
    checksum = 0
    while time.monotonic() < end:
        fetched = await statement.fetch(10_000)
        for aid, bid, balance, filler in fetched:
            checksum += aid + bid + balance + len(filler)
        operations += len(fetched)
    return operations


async def main(scenario, host, database, seconds):
    connections = [
        await asyncpg.connect(host=host, user="postgres", database=database)
        for _ in range(16 if scenario == "connections" else 1)
    ]
    body = {"pipelined": pipelined, "rows": rows}.get(scenario, sequential)
    begin, processor = time.monotonic(), time.process_time()
    operations = sum(await asyncio.gather(*[body(c, begin + seconds) for c in connections]))
    elapsed, processor = time.monotonic() - begin, time.process_time() - processor
    for connection in connections:
        await connection.close()
    print(json.dumps({"operations": operations, "seconds": elapsed, "processor_seconds": processor}))


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])))
