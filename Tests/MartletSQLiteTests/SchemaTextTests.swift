import MartletCore
import Testing

@testable import MartletSQLite

@Suite("Reading the text of a schema")
struct SchemaTextTests {
    @Test(
        "finds the keys and the predicate of an index",
        arguments: [
            ("CREATE INDEX i ON t (a)", ["a"], nil),
            ("CREATE INDEX i ON t (a, lower(b) DESC, c COLLATE NOCASE ASC)", ["a", "lower(b)", "c"], nil),
            ("create unique index \"where (\" on \"t\" (a) where b = ')' -- end", ["a"], "b = ')'"),
            (
                "CREATE INDEX i ON t (coalesce(a, (1 + 2)), \"x,y\") WHERE deleted_at IS NULL AND (a OR b)",
                ["coalesce(a, (1 + 2))", "\"x,y\""], "deleted_at IS NULL AND (a OR b)"
            ),
            ("CREATE INDEX i ON t (/* ( */ a) /* WHERE no */ WHERE\n  a > 5\n", ["a"], "a > 5"),
            (
                "CREATE INDEX [i (] ON `t(` ([x, (y], `a``,b`, 'c;,d') WHERE [where] > ';'",
                ["[x, (y]", "`a``,b`", "'c;,d'"], "[where] > ';'"
            ),
            (
                "CREATE INDEX \"a\"\"(b\" ON t (\"c\"\",d\" DESC, e->>'$.x' ASC) -- WHERE",
                ["\"c\"\",d\"", "e->>'$.x'"], nil
            ),
            ("no index at all", [], nil),
        ] as [(String, [String], String?)]
    )
    func indexes(sql: String, keys: [String], predicate: String?) {
        let text = IndexText(sql)
        #expect(text.keys == keys)
        #expect(text.predicate == predicate)
    }

    @Test("finds the checks of a table, their names and their columns")
    func checks() {
        let sql = """
            CREATE TABLE "T" (id INTEGER PRIMARY KEY, state TEXT CHECK (state IN ('a)', 'b')) DEFAULT (lower('CHECK')),
                "Low" INT, high INT CONSTRAINT positive CHECK(high > 0), -- CHECK (no)
                CONSTRAINT "in order" CHECK ("low" < high AND (high < 10)), UNIQUE (id, state))
            """
        let checks = TableText(sql, columns: ["id", "state", "Low", "high"]).checks
        #expect(checks.map(\.condition) == ["state IN ('a)', 'b')", "high > 0", "\"low\" < high AND (high < 10)"])
        #expect(checks.map(\.name) == [nil, "positive", "in order"])
        #expect(checks.map(\.columns) == [["state"], ["high"], ["Low", "high"]])
    }

    @Test("tells names in quotes of every kind from strings")
    func quotedNames() {
        let sql = #"""
            CREATE TABLE t ([a b], `c``d`, "e, ""f""", g, CONSTRAINT Named CHECK ([a b] > 0 AND 'g' <> "e, ""f""" ),
                CONSTRAINT `x``y` CHECK (`c``d` = ';' OR G))
            """#
        let checks = TableText(sql, columns: ["a b", "c`d", "e, \"f\"", "g"]).checks
        #expect(checks.map(\.name) == ["Named", "x`y"])
        #expect(checks.map(\.columns) == [["a b", "e, \"f\""], ["c`d", "g"]])
    }

    @Test(
        "tells the end of a transaction, whatever stands before and behind its word",
        arguments: [
            ("commit", true), ("-- so\n/* be it */ COMMIT;", true), ("End Transaction", true), ("ROLLBACK", true),
            ("ROLLBACK -- TO", true), ("rollback to s", false), ("ROLLBACK/**/TO/**/s", false),
            ("ROLLBACK TRANSACTION TO SAVEPOINT \"commit\"", false), ("SELECT 'COMMIT'", false), ("", false),
            ("\"commit\"", false), ("committed", false),
        ]
    )
    func endsOfTransactions(sql: String, ends: Bool) {
        #expect(sql.endsTransaction == ends)
    }

    @Test("ends on any bytes, and gives nothing but parts of them")
    func anyBytes() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SplitMix64(seed: seed)
        let alphabet = Array("\"'`[]()-/*;,. \n?$:@aé🦉0CHECK WHERE".utf8) + [0, 0xFF, 0x80]
        for _ in 0..<5_000 {
            let bytes = (0..<Int.random(in: 0...60, using: &generator))
                .map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
                }
            let sql = String(decoding: bytes, as: UTF8.self)
            let written = (IndexText(sql).keys + TableText(sql, columns: ["a"]).checks.map(\.condition))
            for text in written { #expect(sql.contains(text), "seed \(seed): \(sql.debugDescription)") }
        }
    }

    @Test("tells which table an alias stands for")
    func aliases() {
        let known = ["users": "Users", "messages": "messages", "tags": "tags"]
        let sql = """
            SELECT * FROM users u JOIN main.messages AS "m" ON m.user_id = u.id LEFT JOIN tags ON 1
            WHERE EXISTS (SELECT 1 FROM users x WHERE x.id = 1) AND y IN (SELECT 1 FROM messages y)
                AND z IN (SELECT 1 FROM users z) AND z IN (SELECT 1 FROM tags z)
            """
        let aliases = TableAliases([sql], known: known)
        let found = ["u", "m", "tags", "x", "y", "messages", "z", "nobody"].map(aliases.table(for:))
        #expect(found == ["Users", "messages", "tags", "Users", "messages", "messages", nil, nil])
    }
}
