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
                await fixture.attempt(statement)
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

    /// A quick look after each statement, so that a failure names the one that caused it.
    private static func hasDrifted(_ fixture: SQLiteCounterFixture) async throws -> Bool {
        let look: BoundStatement = """
            SELECT (SELECT count(*) FROM t) IS NOT (SELECT n FROM martlet_counter_total)
              OR (SELECT count(*) FROM t WHERE gone IS NULL)
                IS NOT (SELECT coalesce(sum(n), 0) FROM martlet_counter_by_key)
            """
        return try await (try? fixture.connection.run(look))?.first?.decode(Bool.self, at: 0) ?? false
    }
}
