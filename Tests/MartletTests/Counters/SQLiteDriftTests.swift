import Foundation
import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("Drift of counters of SQLite")
struct SQLiteDriftTests {
    private static let counters: [CounterDefinition] = [
        .of("t", name: "total"),
        .of("t", by: ["k"], where: "gone IS NULL", name: "by_key"),
        .of("t", by: ["b", "k"], name: "by_two"),
        .of("t", by: ["up"], where: "length(a) < 3 OR n > '5'", sum: "n", name: "weighed"),
        .of("t", by: ["k"], where: "gone IS NULL", into: ("p", "c"), name: "of_parent"),
    ]

    /// Statements in all; MARTLET_COUNTER_OPERATIONS asks for more.
    private static let operations =
        ProcessInfo.processInfo.environment["MARTLET_COUNTER_OPERATIONS"].flatMap { Int($0) } ?? 6_000

    @Test("is none after random statements of all kinds", arguments: SQLiteRandomChanges.schemas.indices)
    func randomChanges(_ schema: Int) async throws {
        let seed =
            ProcessInfo.processInfo.environment["MARTLET_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...UInt64.max)
        print("counters of SQLite, table \(schema): MARTLET_SEED=\(seed)")
        var changes = SQLiteRandomChanges(seed: seed &+ UInt64(schema))
        try await SQLiteCounterFixture.with(SQLiteRandomChanges.schemas[schema], counters: Self.counters) { fixture in
            var recent: [String] = []
            for number in 1...Self.operations / SQLiteRandomChanges.schemas.count {
                let statement = changes.statement()
                recent.append(statement)
                let referenced = statement.contains("UPDATE") ? await Self.referencedRows(fixture) : []
                await fixture.attempt(statement)
                if let rows = await Self.rows(fixture), !referenced.isSubset(of: rows) {
                    // SQLite's own fault: see "What triggers cannot see" in docs/counters.md. What it leaves may be
                    // gone again: the row that was written back can be replaced by the same statement.
                    await fixture.attempt("COMMIT")
                    _ = try await fixture.store.fix("weighed")
                }
                if try await Self.hasDrifted(fixture) {
                    Issue.record("seed \(seed): the first drift is after \(number): \(recent.suffix(12))")
                    return
                }
                guard number.isMultiple(of: 500) else { continue }
                await fixture.attempt("COMMIT")
                for counter in Self.counters {
                    let ignoresCase = counter.keyColumns.contains("b")
                    try await fixture.expectExact(counter, ignoringCase: ignoresCase, "seed \(seed) after \(number):")
                }
                recent.removeAll()
            }
        }
    }

    @Test("where SQLite writes back a reference that it has cleared, it is found and mended")
    func danglingReference() async throws {
        let schema = """
            CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT UNIQUE, up INTEGER REFERENCES t ON DELETE SET NULL);
            INSERT INTO t VALUES (1, 'z', NULL), (2, 'y', 1);
            """
        try await SQLiteCounterFixture.with(schema, counters: [.of("t", by: ["up"])]) { fixture in
            try await fixture.connection.runScript("PRAGMA foreign_keys = ON")
            await fixture.attempt("UPDATE OR REPLACE t SET b = 'z' WHERE id = 2")
            #expect(try await fixture.connection.run("SELECT * FROM pragma_foreign_key_check('t')").count == 1)
            #expect(try await fixture.store.verify("tested").isExact == false)
            _ = try await fixture.store.fix("tested")
            try await fixture.expectExact(.of("t", by: ["up"]))
        }
    }

    /// Rows that others of the table refer to, where removing them clears those references.
    private static func referencedRows(_ fixture: SQLiteCounterFixture) async -> Set<Int> {
        await integers(
            """
            SELECT up FROM t, pragma_foreign_keys WHERE foreign_keys
              AND EXISTS (SELECT 1 FROM pragma_foreign_key_list('t') AS key WHERE key."table" = 't')
              AND EXISTS (SELECT 1 FROM t AS target WHERE target.id = t.up)
            """,
            fixture
        ) ?? []
    }

    private static func rows(_ fixture: SQLiteCounterFixture) async -> Set<Int>? {
        await integers("SELECT id FROM t WHERE id IS NOT NULL", fixture)
    }

    /// Nil within a transaction that has failed, where nothing can be read.
    private static func integers(_ query: BoundStatement, _ fixture: SQLiteCounterFixture) async -> Set<Int>? {
        try? await Set(fixture.connection.run(query).map { try $0.decode(Int.self, at: 0) })
    }

    /// A quick look after each statement, so that a failure names the one that caused it.
    private static func hasDrifted(_ fixture: SQLiteCounterFixture) async throws -> Bool {
        let look: BoundStatement = """
            SELECT (SELECT count(*) FROM t) IS NOT (SELECT n FROM martlet_counter_total)
              OR (SELECT count(*) FROM t WHERE gone IS NULL)
                IS NOT (SELECT coalesce(sum(n), 0) FROM martlet_counter_by_key)
              OR EXISTS (SELECT up, number FROM martlet_weighed WHERE number <> 0
                EXCEPT SELECT up, sum(n) FROM t WHERE length(a) < 3 OR n > '5' GROUP BY up)
            """
        return try await (try? fixture.connection.run(look))?.first?.decode(Bool.self, at: 0) ?? false
    }
}
