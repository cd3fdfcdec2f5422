import Martlet
import Testing

/// One way in which rows change, on a table that has a counter.
struct SQLiteChangeCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let schema: String
    let counter: CounterDefinition
    /// Each is attempted by itself; one may fail.
    let changes: [String]

    var ignoresCase: Bool { schema.contains("k TEXT COLLATE NOCASE") || schema.contains("y TEXT COLLATE NOCASE") }

    init(_ name: String, _ schema: String, _ counter: CounterDefinition, _ changes: String...) {
        testDescription = name
        self.schema = schema
        self.counter = counter
        self.changes = changes
    }

    private static let plain = """
        CREATE TABLE t (id INTEGER PRIMARY KEY, k INTEGER, a TEXT UNIQUE, b INTEGER UNIQUE, gone TEXT, n INTEGER);
        INSERT INTO t VALUES (1, 1, 'a', 1, NULL, 10), (2, 1, 'b', 2, NULL, 20), (3, 2, 'c', 3, 'x', 30),
          (4, 2, 'd', 4, NULL, -5), (5, NULL, 'e', 5, NULL, NULL), (6, 3, NULL, NULL, NULL, 7);
        """
    private static let byKey = CounterDefinition.of("t", by: ["k"], where: "gone IS NULL")
    private static let total = CounterDefinition.of("t")
    private static let sum = CounterDefinition.of("t", by: ["k"], where: "gone IS NULL", sum: "n")

    static let all = rows + replacements + conflicts + tables + keys + cascades + conditions

    private static let rows = [byKey, total, sum]
        .flatMap { counter in
            [
                SQLiteChangeCase(
                    "single and bulk insert",
                    plain,
                    counter,
                    "INSERT INTO t (k) VALUES (1)",
                    "INSERT INTO t (k, n) VALUES (1, 4), (9, 5), (9, 6), (NULL, 7)",
                    "INSERT INTO t (k, gone, n) SELECT k, gone, n FROM t",
                    "INSERT INTO t DEFAULT VALUES"
                ),
                SQLiteChangeCase(
                    "update of the key, the condition, both and neither",
                    plain,
                    counter,
                    "UPDATE t SET k = 7 WHERE id = 1",
                    "UPDATE t SET gone = 'y' WHERE id = 2",
                    "UPDATE t SET gone = NULL WHERE id = 3",
                    "UPDATE t SET k = NULL, gone = NULL",
                    "UPDATE t SET n = 8",
                    "UPDATE t SET n = NULL",
                    "UPDATE t SET a = a",
                    "UPDATE t SET k = id % 2",
                    "UPDATE t SET id = id + 100",
                    "UPDATE t SET rowid = 7 WHERE id = 101"
                ),
                SQLiteChangeCase("delete of some", plain, counter, "DELETE FROM t WHERE k = 1"),
                SQLiteChangeCase("delete of all", plain, counter, "DELETE FROM t", "INSERT INTO t (k) VALUES (1)"),
                SQLiteChangeCase(
                    "savepoints and rollback",
                    plain,
                    counter,
                    "BEGIN; INSERT INTO t (k) VALUES (1); SAVEPOINT s; DELETE FROM t; ROLLBACK TO s; COMMIT",
                    "BEGIN; UPDATE t SET k = 5; ROLLBACK",
                    "SAVEPOINT s; DELETE FROM t WHERE id = 1; RELEASE s",
                    "BEGIN; REPLACE INTO t (id, k) VALUES (2, 8); SAVEPOINT s; REPLACE INTO t (id, k) VALUES (2, 9); "
                        + "ROLLBACK TO s; REPLACE INTO t (id, k) VALUES (2, 6); COMMIT"
                ),
            ]
        }

    private static let replacements = ["OFF", "ON"]
        .flatMap { recursive in
            [byKey, total, sum]
                .map { counter in
                    SQLiteChangeCase(
                        "replace with recursive_triggers \(recursive)",
                        plain,
                        counter,
                        "PRAGMA recursive_triggers = \(recursive)",
                        "INSERT OR REPLACE INTO t VALUES (1, 2, 'a', 1, NULL, 11)",
                        "REPLACE INTO t VALUES (2, 1, 'b', 2, 'x', 11)",
                        "REPLACE INTO t (k, a) VALUES (4, 'a')",
                        "REPLACE INTO t VALUES (NULL, 4, 'a', 2, NULL, 1)",
                        "REPLACE INTO t VALUES (3, 1, 'd', 5, NULL, 1)",
                        "REPLACE INTO t (a, b, k) SELECT a, b, k + 1 FROM t",
                        "UPDATE OR REPLACE t SET a = 'd', b = 5 WHERE id = 6",
                        "UPDATE OR REPLACE t SET id = 3 WHERE id = 6",
                        "UPDATE OR REPLACE t SET rowid = 4 WHERE id = 5",
                        "UPDATE OR REPLACE t SET b = 1",
                        "REPLACE INTO t (id, k, n) VALUES (-1, 3, 5)",
                        "INSERT INTO t (k, n) VALUES (3, 5)",
                        "REPLACE INTO t (id, k, n) VALUES (-1, 4, 5)"
                    )
                }
        }

    private static let conflicts = [byKey, total, sum]
        .map { counter in
            SQLiteChangeCase(
                "ignore, abort, fail, rollback and upserts",
                plain,
                counter,
                "INSERT OR IGNORE INTO t (id, k, a) VALUES (1, 3, 'a'), (20, 3, 'z'), (21, 3, 'b')",
                "DELETE FROM t WHERE id = 1",
                "INSERT INTO t (id, k, a) VALUES (1, 3, 'a')",
                "INSERT OR IGNORE INTO t (id, k, a) VALUES (2, 3, 'a')",
                "UPDATE t SET k = 6 WHERE id = 2",
                "REPLACE INTO t (id, k, a) VALUES (2, 3, 'q')",
                "INSERT OR ABORT INTO t (k, a) VALUES (3, 'k1'), (3, 'a'), (3, 'k2')",
                "INSERT OR FAIL INTO t (k, a) VALUES (3, 'l1'), (3, 'a'), (3, 'l2')",
                "BEGIN; INSERT INTO t (k) VALUES (5); INSERT OR ROLLBACK INTO t (k, a) VALUES (3, 'm1'), (3, 'a')",
                "INSERT INTO t (id, k, a) VALUES (3, 8, 'n1') ON CONFLICT DO NOTHING",
                "INSERT INTO t (id, k, a) VALUES (3, 8, 'n1') ON CONFLICT (id) "
                    + "DO UPDATE SET k = excluded.k, gone = NULL",
                "INSERT INTO t (id, k, a) VALUES (99, 8, 'a') ON CONFLICT (a) DO UPDATE SET k = 77, id = 76",
                "INSERT OR REPLACE INTO t (id, k, a, b) VALUES (4, 8, 'o', 5) ON CONFLICT (id) DO UPDATE SET k = 9",
                "INSERT OR REPLACE INTO t (id, k, a, b) VALUES (98, 8, 'a', 5) ON CONFLICT (a) DO UPDATE SET b = 4",
                "UPDATE OR IGNORE t SET a = 'a'",
                "UPDATE OR FAIL t SET b = 5, k = k + 1",
                "UPDATE t SET b = 5",
                "REPLACE INTO t (id, k) VALUES (3, 1), (4, 1), (5, 1)",
                "DELETE FROM t WHERE k = 1"
            )
        }
}

extension SQLiteChangeCase {
    private static let tables = [
        SQLiteChangeCase(
            "ON CONFLICT REPLACE in the table",
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY ON CONFLICT REPLACE, k, a UNIQUE ON CONFLICT REPLACE,
              b NOT NULL ON CONFLICT REPLACE DEFAULT 'none' UNIQUE ON CONFLICT REPLACE, c UNIQUE ON CONFLICT FAIL);
            INSERT INTO t VALUES (1, 1, 'a', 'x', 1), (2, 2, 'b', 'none', 2), (3, 2, 'c', 'y', 3);
            """,
            .of("t", by: ["k"]),
            "INSERT INTO t VALUES (1, 5, 'b', 'z', 4)",
            "INSERT INTO t (k, a) VALUES (6, 'n')",
            "INSERT INTO t (k, a, b) VALUES (7, 'm', NULL)",
            "INSERT INTO t VALUES (3, 5, 'q', 'w', 4)",
            "UPDATE t SET b = NULL WHERE id = 3",
            "UPDATE t SET a = 'b'",
            "UPDATE t SET id = 3"
        ),
        SQLiteChangeCase(
            "WITHOUT ROWID with a composite key of mixed collation",
            """
            CREATE TABLE t (a TEXT COLLATE NOCASE, b BLOB, k TEXT NOT NULL, u INTEGER UNIQUE, PRIMARY KEY (a, b))
            WITHOUT ROWID;
            INSERT INTO t VALUES ('x', x'00', 'k', 1), ('y', x'00', 'k', 2), ('x', x'01', 'l', 3);
            """,
            .of("t", by: ["k"]),
            "REPLACE INTO t VALUES ('X', x'00', 'm', 4)",
            "REPLACE INTO t VALUES ('Y', x'02', 'm', 2)",
            "UPDATE OR REPLACE t SET b = x'00'",
            "UPDATE t SET a = upper(a)",
            "REPLACE INTO t VALUES ('z', 1, 'k', 9)",
            "INSERT OR IGNORE INTO t VALUES ('Z', 1, 'k', 10)",
            "UPDATE t SET a = 'q' WHERE a = 'Z'",
            "REPLACE INTO t VALUES ('q', 1, 'kk', 10)",
            "DELETE FROM t WHERE k = 'm'"
        ),
        SQLiteChangeCase(
            "no primary key, and VACUUM between",
            """
            CREATE TABLE t (k INTEGER, a TEXT UNIQUE);
            INSERT INTO t VALUES (1, 'a'), (1, 'b'), (2, 'c'), (2, 'd');
            """,
            .of("t", by: ["k"]),
            "DELETE FROM t WHERE a = 'a'",
            "INSERT OR IGNORE INTO t VALUES (5, 'd')",
            "VACUUM",
            "INSERT INTO t VALUES (6, 'e')",
            "INSERT INTO t (rowid, k) VALUES (2, 3)",
            "REPLACE INTO t (rowid, k) VALUES (2, 4)",
            "UPDATE OR REPLACE t SET oid = 2 WHERE a = 'e'",
            "REPLACE INTO t VALUES (7, 'd')"
        ),
        SQLiteChangeCase(
            "partial and expression indexes",
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, k, email TEXT, live INTEGER, g INTEGER AS (id % 3));
            CREATE UNIQUE INDEX u ON t (lower(email)) WHERE live;
            CREATE UNIQUE INDEX v ON t (k COLLATE NOCASE, live DESC) WHERE k > 'm';
            INSERT INTO t (k, email, live) VALUES ('a', 'x@y', 1), ('b', 'X@y', 0), ('n', 'z@y', 1), ('n', 'q@y', 0);
            """,
            .of("t", by: ["k", "g"], where: "live"),
            "REPLACE INTO t (k, email, live) VALUES ('c', 'X@Y', 1)",
            "UPDATE OR REPLACE t SET live = 1",
            "REPLACE INTO t (k, email, live) VALUES ('N', 'r@y', 1)",
            "UPDATE OR REPLACE t SET email = upper('z@y')",
            "UPDATE t SET id = id + 1",
            "REPLACE INTO t (id, k, live) VALUES (2, 'z', 1)"
        ),
        SQLiteChangeCase(
            "an expression index over a column with a default in the place of NULL",
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, k, a INT NOT NULL ON CONFLICT REPLACE DEFAULT 5);
            CREATE UNIQUE INDEX u ON t (a + 1);
            INSERT INTO t (k, a) VALUES (1, 5), (1, 6);
            """,
            .of("t", by: ["k"]),
            "INSERT OR REPLACE INTO t (k, a) VALUES (2, NULL)",
            "UPDATE OR REPLACE t SET a = NULL WHERE a = 6"
        ),
        SQLiteChangeCase(
            "odd names",
            """
            CREATE TABLE "My ""Table"" [x]" ("select" INTEGER PRIMARY KEY, "Key 'k'" TEXT, [rowid] INTEGER UNIQUE,
              "when gone" TEXT);
            INSERT INTO "My ""Table"" [x]" VALUES (1, 'a', 1, NULL), (2, 'b', 2, NULL), (3, 'b', 3, 'x');
            """,
            .of("My \"Table\" [x]", by: ["Key 'k'"], where: "\"when gone\" IS NULL"),
            "INSERT INTO \"My \"\"Table\"\" [x]\" VALUES (9, 'c', 9, NULL)",
            "REPLACE INTO \"My \"\"Table\"\" [x]\" VALUES (9, 'd', 1, NULL)",
            "UPDATE \"My \"\"Table\"\" [x]\" SET \"when gone\" = NULL",
            "UPDATE OR REPLACE \"My \"\"Table\"\" [x]\" SET rowid = 9 WHERE \"select\" = 2",
            "DELETE FROM \"My \"\"Table\"\" [x]\" WHERE \"Key 'k'\" = 'b'"
        ),
        SQLiteChangeCase(
            "triggers of the application on the same table",
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, k, a UNIQUE, n INTEGER);
            CREATE TRIGGER one AFTER INSERT ON t WHEN NEW.n > 0 BEGIN
              INSERT OR REPLACE INTO t (k, a, n) VALUES (NEW.k, NEW.a || '!', NEW.n - 1); END;
            CREATE TRIGGER two BEFORE INSERT ON t WHEN NEW.a = 'skip' BEGIN SELECT raise(IGNORE); END;
            CREATE TRIGGER three AFTER INSERT ON t WHEN NEW.k = 5 BEGIN UPDATE t SET k = 6 WHERE id = NEW.id; END;
            CREATE TRIGGER four AFTER INSERT ON t WHEN NEW.k = 7 BEGIN DELETE FROM t WHERE id = NEW.id; END;
            CREATE TRIGGER five BEFORE INSERT ON t WHEN NEW.k = 8 BEGIN DELETE FROM t WHERE a = NEW.a; END;
            INSERT INTO t VALUES (1, 1, 'a', 0), (2, 2, 'a!', 0), (3, 3, 'b', 0);
            """,
            .of("t", by: ["k"]),
            "REPLACE INTO t (k, a, n) VALUES (4, 'a', 1)",
            "PRAGMA recursive_triggers = ON",
            "REPLACE INTO t (k, a, n) VALUES (4, 'a', 3)",
            "REPLACE INTO t (k, a) VALUES (4, 'skip')",
            "REPLACE INTO t (k, a) VALUES (5, 'b')",
            "REPLACE INTO t (k, a) VALUES (7, 'b')",
            "PRAGMA recursive_triggers = OFF",
            "REPLACE INTO t (k, a) VALUES (8, 'a!')",
            "INSERT INTO t (k, a, n) VALUES (8, 'a!', 2)"
        ),
    ]

    private static let keys: [SQLiteChangeCase] = [
        ("INTEGER", "1, 2, NULL, 3"), ("TEXT", "'a', '', NULL, 1"), ("BLOB", "x'0061', x'', NULL, 'a'"),
        ("", "1, '1', NULL, x'31'"), ("NUMERIC", "1.5, '1.50', NULL, 2"), ("REAL", "1.5, 2, NULL, 'x'"),
        ("TEXT COLLATE NOCASE", "'a', 'A', NULL, 'b'"),
    ]
    .flatMap { type, values in
        let list = values.split(separator: ", ").map { "(\($0))" }.joined(separator: ", ")
        return ["", " NOT NULL"]
            .map { constraint in
                SQLiteChangeCase(
                    "a key of type \(type)\(constraint)",
                    "CREATE TABLE t (k \(type)\(constraint), id INTEGER PRIMARY KEY); INSERT INTO t (k) VALUES (0);",
                    .of("t", by: ["k"]),
                    "INSERT OR IGNORE INTO t (k) VALUES \(list)",
                    "INSERT OR IGNORE INTO t (k) SELECT k FROM t UNION ALL SELECT k FROM t",
                    "UPDATE OR IGNORE t SET k = (SELECT k FROM t WHERE id = 2) WHERE id > 4",
                    "UPDATE t SET k = 0 WHERE id = 3",
                    "UPDATE OR IGNORE t SET k = NULL WHERE id = 2",
                    "UPDATE OR IGNORE t SET k = upper(k)",
                    "REPLACE INTO t (k, id) VALUES (0, 4), (5, 5)",
                    "DELETE FROM t WHERE id IN (2, 6)"
                )
            }
    }

    private static let cascades = [
        SQLiteChangeCase(
            "foreign keys that cascade and set NULL",
            """
            CREATE TABLE p (id INTEGER PRIMARY KEY, a UNIQUE);
            CREATE TABLE t (id INTEGER PRIMARY KEY, k INTEGER REFERENCES p ON DELETE CASCADE ON UPDATE CASCADE,
              q REFERENCES p (a) ON DELETE SET NULL ON UPDATE SET DEFAULT, up INTEGER REFERENCES t ON DELETE SET NULL,
              s UNIQUE);
            INSERT INTO p VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd');
            INSERT INTO t VALUES (1, 1, 'a', NULL, 1), (2, 1, 'b', 1, 2), (3, 2, 'c', 1, 3), (4, 3, 'c', 2, 4);
            """,
            .of("t", by: ["k", "q", "up"]),
            "PRAGMA foreign_keys = ON",
            "UPDATE p SET id = 9 WHERE id = 1",
            "DELETE FROM p WHERE id = 2",
            "REPLACE INTO p VALUES (9, 'z')",
            "REPLACE INTO t VALUES (4, 4, 'd', NULL, 1)",
            "INSERT INTO t VALUES (5, 4, 'd', 4, 5), (6, 4, 'd', 5, 6)",
            "REPLACE INTO t VALUES (4, 4, NULL, NULL, 5)",
            "UPDATE p SET a = 'e' WHERE id = 4",
            "DELETE FROM t WHERE id = 4",
            "DELETE FROM p"
        ),
        SQLiteChangeCase(
            "a foreign key within the table that changes the key of a row which is then replaced",
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t ON DELETE SET NULL, a UNIQUE);
            INSERT INTO t VALUES (1, NULL, 'a'), (2, 1, 'b'), (3, 1, 'c'), (4, 2, 'd');
            """,
            .of("t", by: ["up"]),
            "PRAGMA foreign_keys = ON",
            "REPLACE INTO t VALUES (1, NULL, 'b')",
            "REPLACE INTO t VALUES (3, 4, 'd')"
        ),
    ]

    private static let conditions: [SQLiteChangeCase] = [
        "s = 'open'", "s = 1", "n > '5'", "n IN ('1', '7')", "n BETWEEN 2 AND '8'", "length(s) > 1 AND n % 2 = 0",
        "CASE WHEN s IS NULL THEN n END > 3", "s COLLATE NOCASE = 'OPEN'", "t.n > s", "s LIKE 'o%' /* not a note */",
        "NOT (n = 1 OR n IS NULL)", "n", "s", "(n, s) = (1, 'open')", "n = TRUE", "s GLOB 'o*' -- to the end",
    ]
    .map { condition in
        SQLiteChangeCase(
            "the condition \(condition)",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, k, n INTEGER, s TEXT UNIQUE); INSERT INTO t (s) VALUES ('o');",
            .of("t", by: ["k"], where: condition + "\n"),
            "INSERT INTO t (k, n, s) VALUES (1, 1, 'open'), (1, 7, 'OPEN'), (2, 6, 1), (2, NULL, '1x'), (2, 'x', NULL)",
            "UPDATE t SET n = n + 1",
            "UPDATE OR REPLACE t SET s = s || n",
            "UPDATE OR REPLACE t SET s = upper(s)",
            "REPLACE INTO t (k, n, s) VALUES (3, 7, 'OPEN'), (3, 7, 1)",
            "UPDATE t SET n = 7 WHERE n IS NULL",
            "REPLACE INTO t (k, n, s) SELECT k, n + 1, s FROM t",
            "DELETE FROM t WHERE n > 3"
        )
    }
}
