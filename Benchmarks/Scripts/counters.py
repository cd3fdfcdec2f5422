"""Measures Martlet's counters beside the ways that others keep a count: one run, interleaved, medians and ratios.

usage: counters.py <martlet> [rounds] [seconds] [part…], parts: autocommit held spread conflicts copy folding reading sqlite
"""
import glob, os, re, shutil, sqlite3, statistics, subprocess, sys, tempfile, time

from server import Server

TABLE = """
CREATE TABLE {0} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, chat_id bigint NOT NULL, body text, deleted_at timestamptz);
CREATE INDEX ON {0} (chat_id);
"""
ROW = "INSERT INTO {0} (chat_id, body) VALUES ({1}, 'a message of some words');\n"

SINGLE_ROW = """
CREATE TABLE single_count (key bigint PRIMARY KEY, n bigint NOT NULL);
CREATE FUNCTION single_add() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
INSERT INTO single_count AS c SELECT chat_id, count(*) FROM added GROUP BY chat_id
ON CONFLICT (key) DO UPDATE SET n = c.n + excluded.n; RETURN NULL; END $$;
CREATE TRIGGER count AFTER INSERT ON single REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION single_add();
"""
SLOTS = """
CREATE TABLE slots_count (key bigint, slot int, n bigint NOT NULL, PRIMARY KEY (key, slot));
CREATE FUNCTION slots_add() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
INSERT INTO slots_count AS c SELECT chat_id, floor(random() * 16)::int, count(*) FROM added GROUP BY chat_id
ON CONFLICT (key, slot) DO UPDATE SET n = c.n + excluded.n; RETURN NULL; END $$;
CREATE TRIGGER count AFTER INSERT ON slots REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION slots_add();
"""
# Has the rows of its statement, as all triggers of counters do, and makes nothing of them.
IDLE = """
CREATE FUNCTION idle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER idle AFTER INSERT ON idle REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION idle();
"""
# The parent keeps the number: by a trigger for each row, as one would write it by hand, or by Martlet.
PARENT = """
CREATE TABLE {0}_chat (id bigint PRIMARY KEY, title text, message_count bigint);
INSERT INTO {0}_chat SELECT g, 'a chat', 0 FROM generate_series(1, 20000) g;
CREATE TABLE {0} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, chat_id bigint NOT NULL REFERENCES {0}_chat,
  body text, deleted_at timestamptz);
CREATE INDEX ON {0} (chat_id);
"""
BY_HAND = """
CREATE FUNCTION by_hand_add() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
UPDATE by_hand_chat SET message_count = message_count + 1 WHERE id = NEW.chat_id; RETURN NULL; END $$;
CREATE TRIGGER count AFTER INSERT ON by_hand FOR EACH ROW EXECUTE FUNCTION by_hand_add();
"""
SPREAD = {"bare": "no counter", "all_rows": "martlet, all rows", "by_chat": "martlet, by chat",
          "by_hand": "a trigger by hand", "in_chat": "martlet --into"}
# A view that the extension keeps, where its extension is installed: Debian has no package of it.
VIEW = """
SELECT {0}.create_immv('view_count', 'SELECT chat_id, count(*) AS n FROM view GROUP BY chat_id');
"""
KINDS = {"none": "no counter", "single": "one row", "slots": "16 slots", "martlet": "martlet"}


class Report:
    def __init__(self):
        self.missed = 0

    def bar(self, what, value, bar, at_least=True, spread=None, unit=""):
        reached = value >= bar if at_least else value <= bar
        self.missed += not reached
        sign = "at least" if at_least else "at most"
        rounds = f", rounds {min(spread):.2f} to {max(spread):.2f}" if spread else ""
        print(f"  {what}: {value:.3g}{unit} (bar: {sign} {bar:g}{unit}{rounds}): {'reached' if reached else 'MISSED'}")


def script(server, name, text):
    path = os.path.join(server.folder, name + ".sql")
    with open(path, "w") as file:
        file.write(text)
    return path


def rate(server, path, clients, seconds):
    output = server.pgbench("-M", "prepared", "-f", path, "-c", str(clients), "-j", "2", "-T", f"{seconds:g}")
    return float(re.search(r"tps = ([0-9.]+)", output).group(1))


def writers(server, report, title, clients, sql, bars, rounds, seconds):
    samples = {kind: [] for kind in KINDS}
    paths = {kind: script(server, f"{kind}-{clients}", sql.format(ROW.format(kind, 1))) for kind in KINDS}
    for _ in range(rounds):
        for kind in KINDS:
            samples[kind].append(rate(server, paths[kind], clients, seconds))
    print(f"\n{title}: median of {rounds} interleaved rounds of {seconds} s")
    for kind, title in KINDS.items():
        print(f"  {title:12} {statistics.median(samples[kind]):10,.0f} transactions/s")
    for kind, bar in bars.items():
        ratios = [ours / theirs for ours, theirs in zip(samples["martlet"], samples[kind])]
        report.bar(f"martlet / {KINDS[kind]}", statistics.median(ratios), bar, spread=ratios)


def spread(server, report, rounds, seconds):
    """Inserts to many chats, and what it costs to keep the number of all, of each chat, and of each in its row."""
    text = "\\set chat random(1, 20000)\n"
    samples = {kind: [] for kind in SPREAD}
    paths = {kind: script(server, kind, text + ROW.format(kind, ":chat")) for kind in SPREAD}
    for _ in range(rounds):
        for kind in SPREAD:
            samples[kind].append(rate(server, paths[kind], 16, seconds))
    print(f"\nautocommit, 16 clients, 20,000 chats: median of {rounds} interleaved rounds of {seconds} s")
    for kind, title in SPREAD.items():
        ratios = [mine / bare for mine, bare in zip(samples[kind], samples["bare"])]
        print(f"  {title:18} {statistics.median(samples[kind]):10,.0f} transactions/s, "
              f"{statistics.median(ratios):.2f} of no counter ({min(ratios):.2f} to {max(ratios):.2f})")
    ratios = [mine / bare for mine, bare in zip(samples["all_rows"], samples["bare"])]
    report.bar("martlet, all rows / no counter", statistics.median(ratios), 0.8, spread=ratios)


def conflicts(server, report, seconds):
    """Transactions that touch two of five chats in any order, at each isolation level."""
    print(f"\nTransactions that touch 2 of 5 chats in any order, 16 clients, {seconds} s for each level")
    before = server.sql("SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'")
    for level in ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"):
        # Bodies alone conflict at SERIALIZABLE only if someone reads them: nothing here does.
        text = f"\\set a random(1, 5)\n\\set b random(1, 5)\nBEGIN ISOLATION LEVEL {level};\n" \
            + ROW.format("martlet", ":a") + ROW.format("martlet", ":b") + "COMMIT;\n"
        path = script(server, "conflicts", text)
        output = server.pgbench("-M", "simple", "-f", path, "-c", "16", "-j", "2", "-T", f"{seconds:g}", "--max-tries=1")
        failed = re.search(r"number of failed transactions: (\d+)", output)
        report.bar(f"failed at {level}", int(failed.group(1)) if failed else 0, 0, at_least=False)
    time.sleep(1)
    after = server.sql("SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'")
    report.bar("deadlocks", int(after) - int(before), 0, at_least=False)


def timed(server, statement):
    output = server.sql("\\timing on\n" + statement)
    return float(re.findall(r"Time: ([0-9.]+) ms", output)[-1])


def whole(command, environment):
    """How many milliseconds a command takes."""
    begin = time.monotonic()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return (time.monotonic() - begin) * 1000


def copy(server, report, rounds):
    path = os.path.join(server.folder, "rows.csv")
    with open(path, "w") as file:
        for number in range(100_000):
            file.write(f"{number % 1000},a message of some words\n")
    # The rows of a statement are kept for its trigger, on disk if they are more than fit into memory.
    memories, kinds = ("4MB", "64MB"), ("none", "idle", "martlet")
    samples = {(memory, kind): [] for memory in memories for kind in kinds}
    for _ in range(rounds):
        for memory, kind in samples:
            statement = f"\\copy {kind} (chat_id, body) FROM '{path}' CSV"
            samples[memory, kind].append(timed(server, f"SET work_mem = '{memory}';\n{statement}"))
    print(f"\nCOPY of 100,000 rows of 1,000 chats: median of {rounds} interleaved rounds")
    for memory in memories:
        print(f"  work_mem {memory}" + (", as PostgreSQL comes" if memory == "4MB" else ""))
        for kind in kinds:
            title = "a trigger that does nothing" if kind == "idle" else KINDS[kind]
            print(f"    {title:27} {statistics.median(samples[memory, kind]):8,.0f} ms")
        ratios = [ours / theirs for ours, theirs in zip(samples[memory, "martlet"], samples[memory, "none"])]
        report.bar("martlet / no counter", statistics.median(ratios), 1.1, at_least=False, spread=ratios)


def reading(server, martlet, report, rows):
    """What one number and a verification cost as the table grows; the chat that is read has a hundredth of it."""
    print("\nReading one number, and verifying all, as the table grows")
    grown = 0
    for size in (10_000, 1_000_000, rows):
        server.sql(f"INSERT INTO reading (chat_id, body) SELECT g % 100, 'a message' FROM generate_series(1, {size - grown}) g;"
                   "VACUUM ANALYZE reading; SET client_min_messages = error; SELECT 1")
        grown = size
        subprocess.run([martlet, "counter", "fold", server_url(server), "reading_count"], check=True, capture_output=True)
        explain = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) SELECT martlet.count('reading_count', 42);"
        plans = [server.sql(explain * 20)]
        hits = [int(n) for n in re.findall(r"Buffers: shared hit=(\d+)", plans[-1])]
        times = [float(n) for n in re.findall(r"Execution Time: ([0-9.]+) ms", plans[-1])]
        counted = statistics.median(timed(server, "SELECT count(*) FROM reading WHERE chat_id = 42;") for _ in range(5))
        kept, true = server.sql("SELECT martlet.count('reading_count', 42), (SELECT count(*) FROM reading WHERE chat_id = 42)").split("|")
        assert kept == true, (kept, true)
        print(f"  {size:,} rows: {statistics.median(times):.3f} ms, {hits[-1]} buffers; count(*) of the chat {counted:,.1f} ms")
        report.bar("buffers", hits[-1], 8, at_least=False)
        report.bar("time", statistics.median(times), 0.3, at_least=False, unit=" ms")
    # Each beside the count that tells the same: a total beside count(*), numbers by chat beside count(*) by chat.
    for name, what, count in (
        ("reading_total", "the total", "SELECT count(*) FROM reading;"),
        ("reading_count", "all chats", "SELECT chat_id, count(*) FROM reading GROUP BY chat_id;"),
    ):
        # Each a command of its own, from its start to its end.
        counting = [os.path.join(server.binaries, "psql"), "-XAtqc", count]
        ours, theirs, statements = [], [], []
        for _ in range(15):
            ours.append(whole([martlet, "counter", "verify", server_url(server), name], server.environment))
            theirs.append(whole(counting, server.environment))
            statements.append(timed(server, count))
        ratios = [mine / other for mine, other in zip(ours, theirs)]
        print(f"  martlet counter verify, {what}: {statistics.median(ours):,.0f} ms; psql -c '{count[:-1]}' "
              f"{statistics.median(theirs):,.0f} ms, its statement alone {statistics.median(statements):,.0f} ms")
        report.bar("verify / count", statistics.median(ratios), 1.1, at_least=False, spread=ratios)


def folding(server, martlet, report, seconds):
    """Rows that are kept after many writes without `fold`, and what reading costs before and after it."""
    path = script(server, "folding", "\\set chat random(1, 100)\n" + ROW.format("folding", ":chat"))
    rate(server, path, 8, seconds)
    read = "SELECT martlet.count('folding_count', g::bigint) FROM generate_series(1, 100) g;"
    before = statistics.median(timed(server, read) for _ in range(9))
    report_text = subprocess.run([martlet, "counter", "fold", server_url(server), "folding_count"], check=True,
                                 capture_output=True, text=True).stdout
    after = statistics.median(timed(server, read) for _ in range(9))
    rows_before, rows_after = [int(n.replace(",", "")) for n in re.findall(r"([\d,]+)(?= rows? before| after)", report_text)]
    print(f"\nAfter {seconds} s of writes by 8 clients to 100 chats, without fold: {rows_before:,} rows keep the numbers")
    report.bar("reading before fold / after", before / after, 5, at_least=False)
    report.bar("rows after fold", rows_after, 100 + 8, at_least=False)


def sqlite(martlet, report, rounds):
    folder = tempfile.mkdtemp(prefix="martlet-bench-")
    insert = ("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
              "INSERT INTO messages (chat_id, body) SELECT i % 500, 'a message of some words' FROM n")
    try:
        connections = {}
        for kind in ("none", "martlet"):
            path = os.path.join(folder, kind + ".db")
            connection = sqlite3.connect(path, isolation_level=None)
            connection.executescript("""
                CREATE TABLE messages (id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, body TEXT, deleted_at TEXT);
                CREATE INDEX messages_chat ON messages (chat_id);""")
            connections[kind] = connection
            if kind == "martlet":
                for command in (["message_total", "--count", "messages"],
                                ["message_count", "--count", "messages", "--by", "chat_id", "--where", "deleted_at IS NULL"]):
                    subprocess.run([martlet, "counter", "add", path, *command], check=True, capture_output=True)
                    subprocess.run([martlet, "counter", "init", path, command[0]], check=True, capture_output=True)
        single = "INSERT INTO messages (chat_id, body) VALUES (?, 'a message of some words')"

        def bulk(connection):
            connection.execute(insert)

        def one_by_one(statements):
            def run(connection):
                for number in range(statements):
                    connection.execute(single, (number % 500,))
            return run

        # Whoever asks the disk at each commit pays for that more than for a counter.
        runs = [
            ("as SQLite comes, 200 statements, each its own transaction", "DELETE", "FULL", one_by_one(200)),
            ("write-ahead log, 200 statements, each on disk at its commit", "WAL", "FULL", one_by_one(200)),
            ("write-ahead log, 2,000 statements, each its own transaction", "WAL", "NORMAL", one_by_one(2000)),
            ("write-ahead log, 20,000 rows in one statement", "WAL", "NORMAL", bulk),
        ]
        for title, journal, synchronous, run in runs:
            for connection in connections.values():
                connection.executescript(f"PRAGMA journal_mode = {journal}; PRAGMA synchronous = {synchronous}")
            samples = {kind: [] for kind in connections}
            for number in range(rounds):
                for kind in (list(connections) if number % 2 else reversed(list(connections))):
                    begin = time.monotonic()
                    run(connections[kind])
                    samples[kind].append(time.monotonic() - begin)
            ratios = [none / ours for none, ours in zip(samples["none"], samples["martlet"])]
            print(f"\nSQLite, two counters, {title}: median of {rounds} interleaved rounds")
            report.bar("martlet / no counter", statistics.median(ratios), 0.85, spread=ratios)
        path = os.path.join(folder, "martlet.db")
        subprocess.run([martlet, "counter", "verify", path], check=True, capture_output=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def server_url(server):
    return f"host={server.folder} user=postgres dbname=postgres"


def main():
    martlet = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    seconds = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    only = set(sys.argv[4:])
    report = Report()
    # What a server does for its data's safety is part of the cost, so fsync stays on.
    has_view = bool(glob.glob("/usr/share/postgresql/*/extension/pg_ivm.control"))
    if has_view:
        KINDS["view"] = "pg_ivm"
    else:
        print("pg_ivm is not installed here and is left out")
    libraries = {"shared_preload_libraries": "pg_ivm"} if has_view else {}
    with Server(shared_buffers="1GB", max_wal_size="4GB", max_connections="100", autovacuum_naptime="10s",
                **libraries) as server:
        for table in [*KINDS, "reading", "folding", "idle"]:
            server.sql(TABLE.format(table))
        server.sql(SINGLE_ROW + SLOTS + IDLE)
        for table in SPREAD:
            server.sql(PARENT.format(table))
        server.sql(BY_HAND)
        if has_view:
            server.sql("CREATE EXTENSION pg_ivm")
            server.sql(VIEW.format(server.sql("SELECT pronamespace::regnamespace FROM pg_proc WHERE proname = 'create_immv'")))
        for name, table, keys in (("martlet_count", "martlet", ["--by", "chat_id"]), ("reading_total", "reading", []),
                                  ("reading_count", "reading", ["--by", "chat_id"]),
                                  ("folding_count", "folding", ["--by", "chat_id"]), ("all_rows", "all_rows", []),
                                  ("by_chat", "by_chat", ["--by", "chat_id"]),
                                  ("in_chat", "in_chat", ["--by", "chat_id", "--into", "in_chat_chat.message_count"])):
            for command in (["add", server_url(server), name, "--count", table, *keys], ["init", server_url(server), name]):
                subprocess.run([martlet, "counter", *command], check=True, capture_output=True)
        parts = {
            "autocommit": lambda: writers(server, report, "autocommit, 8 clients, one chat", 8, "{0}",
                                          {"none": 0.85, "single": 4}, rounds, seconds),
            "held": lambda: writers(server, report, "transactions held for 5 ms, 16 clients, one chat", 16,
                                    "BEGIN;\n{0}\\sleep 5 ms\nCOMMIT;\n", {"none": 0.85, "single": 12, "slots": 1.3},
                                    max(3, rounds // 2), seconds),
            "spread": lambda: spread(server, report, rounds, seconds),
            "conflicts": lambda: conflicts(server, report, seconds),
            "copy": lambda: copy(server, report, rounds),
            "folding": lambda: folding(server, martlet, report, seconds * 5),
            "reading": lambda: reading(server, martlet, report, 10_000_000),
        }
        for name, part in parts.items():
            if not only or name in only:
                part()
        subprocess.run([martlet, "counter", "verify", server_url(server)], check=True, capture_output=True)
        print("\nall counters exact at the end")
    if not only or "sqlite" in only:
        sqlite(martlet, report, rounds)
    print(f"\n{report.missed} bars missed" if report.missed else "\nall bars reached")


main()
