import Martlet

extension SQLiteChangeCase {
    /// Numbers that are kept in a column of a parent.
    static let parents =
        ["integer CHECK (c >= 0)", "integer NOT NULL DEFAULT 0 CHECK (c >= 0)"]
        .flatMap { column in
            let schema = """
                PRAGMA foreign_keys = OFF;
                CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT UNIQUE, c \(column));
                CREATE TABLE t (id INTEGER PRIMARY KEY, p_id bigint REFERENCES p ON DELETE CASCADE ON UPDATE CASCADE,
                  a UNIQUE, gone TEXT);
                CREATE INDEX t_p ON t (p_id);
                INSERT INTO p (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c');
                INSERT INTO t VALUES (1, 1, 'a', NULL), (2, 1, 'b', NULL), (3, 2, 'c', 'x'), (4, 8, 'd', NULL);
                """
            return ["ON", "OFF"]
                .map { keys in
                    SQLiteChangeCase(
                        "a column of a parent, \(column), foreign keys \(keys)",
                        schema,
                        .of("t", by: ["p_id"], where: "gone IS NULL", into: ("p", "c")),
                        "PRAGMA foreign_keys = \(keys)",
                        "INSERT INTO t (p_id) VALUES (1), (2), (NULL)",
                        "INSERT INTO p (id, name) VALUES (8, 'h')",
                        "INSERT INTO p (id, name, c) VALUES (9, 'i', 77)",
                        "UPDATE t SET gone = 'y' WHERE id = 1",
                        "UPDATE t SET gone = NULL, p_id = 3 WHERE id = 3",
                        "UPDATE p SET id = 11 WHERE id = 1",
                        "UPDATE p SET rowid = 1 WHERE id = 11",
                        "REPLACE INTO t VALUES (4, 2, 'b', NULL)",
                        "REPLACE INTO p (id, name) VALUES (2, 'c')",
                        "INSERT OR IGNORE INTO t (p_id, a) VALUES (3, 'b')",
                        "UPDATE OR REPLACE p SET id = 3 WHERE id = 9",
                        "DELETE FROM p WHERE id = 1",
                        "BEGIN; DELETE FROM t; ROLLBACK",
                        "DELETE FROM t WHERE id % 2",
                        "INSERT INTO p (id, name) VALUES (1, 'again')",
                        "DELETE FROM t"
                    )
                }
        } + [
            SQLiteChangeCase(
                "a column of the counted table itself",
                """
                CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t ON DELETE CASCADE ON UPDATE CASCADE,
                  a UNIQUE, replies INTEGER);
                CREATE INDEX t_up ON t (up);
                INSERT INTO t (id, up, a) VALUES (1, NULL, 'a'), (2, 1, 'b'), (3, 1, 'c'), (4, 2, 'd');
                """,
                .of("t", by: ["up"], into: ("t", "replies")),
                "PRAGMA foreign_keys = ON",
                "INSERT INTO t (id, up) VALUES (5, 5), (6, 5), (7, 6)",
                "UPDATE t SET id = 10 WHERE id = 1",
                "UPDATE t SET id = 12 WHERE id = 5",
                "UPDATE t SET up = 10 WHERE id > 2",
                "REPLACE INTO t (id, up, a) VALUES (2, 3, 'c')",
                "REPLACE INTO t (id, up, a) VALUES (10, NULL, 'x')",
                "INSERT INTO t (id, up) VALUES (20, 10), (21, 20)",
                "DELETE FROM t WHERE id = 20",
                "DELETE FROM t"
            ),
            SQLiteChangeCase(
                "a parent with a composite key, and a sum",
                """
                CREATE TABLE p (b TEXT COLLATE NOCASE, a INTEGER, total INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;
                CREATE TABLE t (x INTEGER, y TEXT COLLATE NOCASE, n INTEGER, FOREIGN KEY (y, x) REFERENCES p (b, a));
                CREATE INDEX t_p ON t (y, x);
                INSERT INTO p (b, a) VALUES ('q', 1), ('r', 1);
                INSERT INTO t VALUES (1, 'Q', 5), (1, 'q', 6), (1, 'r', -7), (1, NULL, 3);
                """,
                .of("t", by: ["x", "y"], sum: "n * 2", into: ("p", "total")),
                "INSERT INTO t VALUES (1, 'R', 4), (2, 'q', 5)",
                "UPDATE t SET n = n + 1",
                "UPDATE t SET y = upper(y)",
                "INSERT INTO p (b, a) VALUES ('Q', 2)",
                "UPDATE t SET n = NULL WHERE n < 0",
                "DELETE FROM t"
            ),
        ]
}
