import MartletCore

/// Random statements on a table with every kind of unique key, its parent and its children.
struct SQLiteRandomChanges {
    private var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    static let schemas = [
        """
        CREATE TABLE t (id INTEGER PRIMARY KEY, k INTEGER REFERENCES p ON DELETE CASCADE ON UPDATE CASCADE,
          a TEXT UNIQUE ON CONFLICT REPLACE, b TEXT COLLATE NOCASE UNIQUE, gone TEXT, n INTEGER,
          up INTEGER REFERENCES t (id) ON DELETE SET NULL);
        CREATE UNIQUE INDEX u ON t (n, lower(gone)) WHERE gone IS NOT NULL;
        """,
        """
        CREATE TABLE t (id INTEGER, k INTEGER REFERENCES p ON DELETE SET NULL ON UPDATE CASCADE, a TEXT,
          b TEXT COLLATE NOCASE, gone TEXT, n INTEGER, up INTEGER, PRIMARY KEY (b, id)) WITHOUT ROWID;
        CREATE UNIQUE INDEX u ON t (a, k);
        """,
        """
        CREATE TABLE t (id INTEGER UNIQUE, k INTEGER REFERENCES p, a TEXT, b TEXT COLLATE NOCASE, gone TEXT, n INTEGER,
          up INTEGER);
        CREATE UNIQUE INDEX u ON t (a);
        """,
    ]
    .map { table in
        """
        CREATE TABLE p (id INTEGER PRIMARY KEY, a UNIQUE, c INTEGER);
        \(table)
        CREATE INDEX t_k ON t (k);
        INSERT INTO p (id, a) VALUES (1, 1), (2, 2), (3, 3);
        """
    }

    mutating func below(_ end: Int) -> Int { Int.random(in: 0..<end, using: &random) }

    private mutating func pick(_ choices: String...) -> String { choices[below(choices.count)] }

    private mutating func small() -> String { below(8) == 0 ? "NULL" : "\(below(12))" }
    private mutating func key() -> String { below(6) == 0 ? "NULL" : "\(below(5))" }
    private mutating func text() -> String {
        below(6) == 0 ? "NULL" : "'\(pick("a", "b", "c", "d", "A", "B", "C", "e"))'"
    }
    private mutating func gone() -> String { below(2) == 0 ? "NULL" : text() }
    private mutating func policy() -> String {
        pick("", "", " OR REPLACE", " OR REPLACE", " OR IGNORE", " OR ABORT", " OR FAIL", " OR ROLLBACK")
    }

    private mutating func row() -> String {
        "(\(small()), \(key()), \(text()), \(text()), \(gone()), \(small()), \(small()))"
    }

    private mutating func condition() -> String {
        switch below(6) {
        case 0: ""
        case 1: " WHERE k IS \(key())"
        case 2: " WHERE a > \(text())"
        case 3: " WHERE n % 3 = \(below(3))"
        default: " WHERE id = \(below(12))"
        }
    }

    private mutating func assignment() -> String {
        switch below(10) {
        case 0: "k = \(key())"
        case 1: "gone = \(gone())"
        case 2: "a = \(text())"
        case 3: "b = \(text())"
        case 4: "id = \(small())"
        case 5: "n = n + 1"
        case 6: "id = id + \(below(3)), k = \(key()), a = \(text())"
        case 7: "rowid = \(below(12))"
        case 8: "up = \(small()), n = \(small())"
        default: "k = k, b = upper(b), gone = \(gone())"
        }
    }

    /// One statement; many fail, and what they leave then must be counted too.
    mutating func statement() -> String {
        let columns = "(id, k, a, b, gone, n, up)"
        switch below(22) {
        case 0...6: return "INSERT\(policy()) INTO t \(columns) VALUES \(row())"
        case 7: return "INSERT\(policy()) INTO t \(columns) VALUES \(row()), \(row()), \(row())"
        case 8:
            return
                "INSERT\(policy()) INTO t \(columns) SELECT id + 1, k, a || 'x', b, gone, n, up FROM t"
                + "\(condition()) LIMIT 4"
        case 9:
            return "INSERT\(pick("", " OR REPLACE")) INTO t \(columns) VALUES \(row()) ON CONFLICT DO "
                + pick("NOTHING", "UPDATE SET \(assignment())")
        case 10...14: return "UPDATE\(policy()) t SET \(assignment())\(condition())"
        case 15...16: return "DELETE FROM t\(condition())"
        case 17: return "INSERT\(policy()) INTO p (id, a) VALUES (\(below(5)), \(below(5)))"
        case 18: return "UPDATE\(policy()) p SET \(pick("id", "a", "rowid")) = \(below(5)) WHERE id = \(below(5))"
        case 19: return "DELETE FROM p WHERE id = \(below(5))"
        case 20: return "PRAGMA \(pick("recursive_triggers", "foreign_keys")) = \(pick("ON", "OFF"))"
        default:
            return pick(
                "BEGIN",
                "SAVEPOINT s",
                "ROLLBACK TO s",
                "RELEASE s",
                "COMMIT",
                "COMMIT",
                "ROLLBACK",
                "VACUUM"
            )
        }
    }
}
