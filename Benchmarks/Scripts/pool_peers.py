"""Takes connections from a peer's pool and gives them back for some seconds, and prints how often as JSON.

usage: pool_peers.py asyncpg|asyncpg-bare|psycopg-async|psycopg-threads <host> <tasks> <connections> <seconds>
"""
import asyncio, json, sys, threading, time


async def count(take, end):
    operations = 0
    while time.monotonic() < end:
        for _ in range(64):
            async with take():
                pass
        operations += 64
    return operations


async def run_async(peer, host, tasks, size, seconds):
    if peer.startswith("asyncpg"):
        import asyncpg

        class Bare(asyncpg.Connection):
            """Sends nothing when it is given back, as the other pools do."""

            def get_reset_query(self):
                return ""

        kind = Bare if peer == "asyncpg-bare" else asyncpg.Connection
        pool = await asyncpg.create_pool(
            host=host, user="postgres", database="postgres", min_size=size, max_size=size, connection_class=kind)
        take = pool.acquire
    else:
        from psycopg_pool import AsyncConnectionPool

        pool = AsyncConnectionPool(f"host={host} user=postgres dbname=postgres", min_size=size, max_size=size, open=False)
        await pool.open(wait=True)
        take = pool.connection
    begin, processor = time.monotonic(), time.process_time()
    counts = await asyncio.gather(*[count(take, begin + seconds) for _ in range(tasks)])
    figures = sum(counts), time.monotonic() - begin, time.process_time() - processor
    await pool.close()
    return figures


def run_threads(host, tasks, size, seconds):
    from psycopg_pool import ConnectionPool

    counts = [0] * tasks
    with ConnectionPool(f"host={host} user=postgres dbname=postgres", min_size=size, max_size=size, open=True) as pool:
        pool.wait()
        begin, processor = time.monotonic(), time.process_time()

        def work(number):
            while time.monotonic() < begin + seconds:
                for _ in range(64):
                    with pool.connection():
                        pass
                counts[number] += 64

        threads = [threading.Thread(target=work, args=(number,)) for number in range(tasks)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts), time.monotonic() - begin, time.process_time() - processor


peer, host, tasks, size, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
figures = (run_threads(host, tasks, size, seconds) if peer == "psycopg-threads"
           else asyncio.run(run_async(peer, host, tasks, size, seconds)))
print(json.dumps(dict(zip(("operations", "seconds", "processor_seconds"), figures))))
