import MartletCore
import MartletSQLite
import MartletTesting
import Testing

@testable import MartletAdvisor

@Suite("Indexes that only look alike")
struct LookalikeIndexTests {
    /// No two of them are met by the same rows.
    static let predicates = [
        "y < 3", "y <= 3", "y > 3", "y >= 3", "y < 7", "y > 7", "y > 1", "y > -3", "y = 3", "y <> 3", "y IN (1, 2)",
        "y IN (3, 4)", "y BETWEEN 1 AND 3", "y BETWEEN 1 AND 4", "y > 1 AND y < 3", "y > 1 AND y < 7",
        "y > 1 OR y < 3", "y IS NULL", "y IS NOT NULL", "t LIKE 'a%'", "t LIKE 'b%'", "t = 'a'", "t = 'A'",
        "t > 'a'", "t > 'b'", "t > 'a' AND y > 3", "abs(y) > 3", "abs(y) > 7", "y + 1 > 4 OR t = 'a'",
        "CASE WHEN y > 1 AND t = 'a' THEN t > 'b' ELSE y > 3 END",
    ]

    @Test("by their predicates are neither duplicates nor redundant", arguments: Dialect.allCases)
    func predicates(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        var script = "CREATE TABLE plain (t text, y integer); CREATE TABLE mixed (t text, y integer);"
        for (number, predicate) in Self.predicates.enumerated() {
            let unique = number.isMultiple(of: 2) ? "UNIQUE" : ""
            script += "CREATE \(unique) INDEX p\(number) ON plain (t) WHERE \(predicate);"
            let key = number.isMultiple(of: 3) ? "t" : "t, y"
            script += "CREATE INDEX m\(number) ON mixed (\(key)) WHERE \(predicate);"
        }
        try await database.run(script: script)
        let catalog = try await database.readCatalog()
        #expect(catalog.tables.flatMap(\.indexes).count { $0.predicate != nil } >= 2 * Self.predicates.count)
        #expect(DuplicateIndex().subjects(on: catalog).isEmpty)
        #expect(RedundantIndex().subjects(on: catalog).isEmpty)
    }

    @Test(
        "are told from those that are alike",
        arguments: Dialect.allCases,
        [
            ("y > 3", "(y > 3)"), ("y >= 3", "Y  >=  3"), ("t = 'a' AND y > 3", "y > 3 AND t = 'a'"),
            ("y IN (1, 2)", "(y IN (1,2))"), ("y BETWEEN 1 AND 3", "y between 1 and 3"),
        ]
    )
    func alike(dialect: Dialect, predicates: (String, String)) async throws {
        let database = try await ApplyingDatabase(dialect)
        try await database.run(
            script: """
                CREATE TABLE plain (t text, y integer);
                CREATE UNIQUE INDEX p0 ON plain (t) WHERE \(predicates.0);
                CREATE UNIQUE INDEX p1 ON plain (t) WHERE \(predicates.1);
                CREATE INDEX p2 ON plain (t, y) WHERE \(predicates.0);
                """
        )
        let catalog = try await database.readCatalog()
        #expect(DuplicateIndex().findings(on: catalog).map(\.subject).map { $0.suffix(2) } == ["p1"])
    }

    @Test("a predicate says the same as another only where the same rows meet both")
    func property() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        let database = try await TemporaryDatabase(
            script: """
                CREATE TABLE r (t text, y integer);
                WITH RECURSIVE n(i) AS (SELECT -6 UNION ALL SELECT i + 1 FROM n WHERE i < 6)
                INSERT INTO r SELECT c, i FROM n, (SELECT 'a' AS c UNION SELECT 'b' UNION SELECT NULL);
                INSERT INTO r VALUES ('a', NULL), (NULL, NULL);
                """
        )
        try await database.engine.withConnection(.readOnly) { connection in
            var alike = 0
            for _ in 0..<300 {
                let (first, second) = (Self.predicate(&random), Self.predicate(&random))
                guard ConditionWording(first) == ConditionWording(second) else { continue }
                alike += 1
                let rows = try await connection.run(
                    "SELECT count(*) FROM r WHERE (\(unsafeSQL: first)) IS NOT (\(unsafeSQL: second))"
                )
                #expect(try rows.first?.decode(Int.self, at: 0) == 0, "\(first) / \(second), seed \(seed)")
            }
            #expect(alike > 0, "seed \(seed)")
        }
    }

    /// One or two comparisons, in various spellings.
    private static func predicate(_ random: inout SplitMix64) -> String {
        func comparison() -> String {
            let operators = ["<", ">", ">=", "="]
            let text = "y \(operators.randomElement(using: &random) ?? "<") \(Int.random(in: 0...1, using: &random))"
            return Bool.random(using: &random) ? text : "(\(text.uppercased()))"
        }
        guard Bool.random(using: &random) else { return comparison() }
        return "\(comparison()) \(["AND", "OR"].randomElement(using: &random) ?? "OR") \(comparison())"
    }

    @Test(
        "by what they refuse are no duplicates",
        arguments: [
            ("CREATE UNIQUE INDEX x ON u (n); CREATE UNIQUE INDEX y ON u (n) NULLS NOT DISTINCT;", []),
            ("ALTER TABLE u ADD CONSTRAINT x UNIQUE (n) DEFERRABLE; CREATE UNIQUE INDEX y ON u (n);", []),
            ("ALTER TABLE u ADD CONSTRAINT x UNIQUE NULLS NOT DISTINCT (n); CREATE UNIQUE INDEX y ON u (n);", []),
            ("CREATE UNIQUE INDEX x ON u (n); CREATE UNIQUE INDEX y ON u (n);", ["public.y"]),
            (
                "CREATE UNIQUE INDEX x ON u (n) NULLS NOT DISTINCT; CREATE UNIQUE INDEX y ON u (n) NULLS NOT DISTINCT;",
                ["public.y"]
            ),
            ("ALTER TABLE u ADD CONSTRAINT x UNIQUE (n) DEFERRABLE; CREATE INDEX y ON u (n);", ["public.y"]),
            // The foreign key leans on the one of the two that was there when it was made.
            (
                "CREATE UNIQUE INDEX x ON u (n); CREATE TABLE v (n integer REFERENCES u (n)); "
                    + "CREATE UNIQUE INDEX a ON u (n);", ["public.a"]
            ),
        ] as [(String, [String])]
    )
    func uniqueness(script: String, duplicates: [String]) async throws {
        let database = try await ApplyingDatabase(.postgres)
        try await database.run(script: "CREATE TABLE u (n integer); \(script)")
        #expect(DuplicateIndex().subjects(on: try await database.readCatalog()) == duplicates)
    }

    @Test("a foreign key of SQLite to a table that does not exist needs no index")
    func danglingKey() async throws {
        let database = try await ApplyingDatabase(.sqlite)
        try await database.run(
            script: """
                CREATE TABLE child (a integer REFERENCES missing (id), b integer REFERENCES parent (id));
                CREATE TABLE parent (id integer PRIMARY KEY);
                """
        )
        #expect(ForeignKeyWithoutIndex().subjects(on: try await database.readCatalog()) == ["main.child.b"])
    }

    @Test("a cast that changes a column fixes no value of it")
    func casts() async throws {
        let database = try await ApplyingDatabase(.postgres)
        try await database.run(
            script: """
                CREATE TABLE c (id integer, at timestamp, n integer, v varchar(9));
                CREATE INDEX by_day ON c (id) WHERE at::date = '2026-01-01'; CREATE INDEX by_at ON c (id, at);
                CREATE INDEX by_text ON c (id) WHERE n::text = '1'; CREATE INDEX by_n ON c (id, n);
                CREATE INDEX by_v ON c (id) WHERE v = '1'; CREATE INDEX by_id_v ON c (id, v);
                """
        )
        #expect(RedundantIndex().subjects(on: try await database.readCatalog()) == ["public.by_v"])
    }
}
