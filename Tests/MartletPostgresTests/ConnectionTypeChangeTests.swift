import MartletCore
import MartletPostgres
import Synchronization
import Testing

@Suite("Statements that were prepared before a column got another type", .timeLimit(.minutes(5)))
struct ConnectionTypeChangeTests {
    /// How a caller runs a statement.
    enum Way: CaseIterable {
        case single, pipeline, stream, turn
    }

    private final class OneStatement: StatementSource {
        private let statements: [BoundStatement]
        private let asked = Atomic(0)

        init(_ statements: [BoundStatement]) {
            self.statements = statements
        }

        func next() -> BoundStatement? {
            let place = asked.add(1, ordering: .sequentiallyConsistent).oldValue
            return place < statements.count ? statements[place] : nil
        }
    }

    private func run(_ statement: BoundStatement, _ way: Way, on connection: any Connection) async throws {
        switch way {
        case .single: try await connection.run(statement)
        case .pipeline: try await connection.runPipelined(["SELECT \(1)::int", statement])
        case .stream: try await connection.stream(statement, batchRows: 10) { _ in }
        case .turn:
            let connection = try #require(connection as? any SequentialConnection)
            try await connection.runInTurn(OneStatement(["SELECT \(1)::int", statement]))
        }
    }

    @Test("take values that only the new type has room for, or that only it has a form for", arguments: Way.allCases)
    func changes(_ way: Way) async throws {
        let connection = try await ConnectionFixture().connect()
        try await connection.runScript("CREATE TABLE t (id int, at text)")
        func insert(_ id: Int, _ at: String) async throws {
            try await run("INSERT INTO t (id, at) VALUES (\(id), \(at))", way, on: connection)
        }
        for id in 1...3 { try await insert(id, "2024-01-01") }
        try await connection.runScript("ALTER TABLE t ALTER COLUMN id TYPE bigint")
        try await insert(5_000_000_000, "2024-01-01")
        try await connection.runScript("ALTER TABLE t ALTER COLUMN at TYPE timestamptz USING at::timestamptz")
        try await insert(4, "2024-01-01")
        try await connection.runScript("ALTER TABLE t ALTER COLUMN at TYPE text")
        try await insert(5, "some time")
        #expect(try await connection.number("SELECT count(*) FROM t") == 6)
        #expect(try await connection.number("SELECT count(*) FROM t WHERE at = 'some time'") == 1)
        try await expectFailure(.invalidValue) { try await insert(5, "no\0text") }
        #expect(connection.standing == .ready)
        await connection.close()
    }

    @Test("fail once within a transaction, and no longer in the next")
    func withinTransaction() async throws {
        let connection = try await ConnectionFixture().connect()
        try await connection.runScript("CREATE TABLE t (at text)")
        let insert: BoundStatement = "INSERT INTO t (at) VALUES (\("2024-01-01"))"
        for _ in 0..<3 { try await connection.run(insert) }
        try await connection.runScript("ALTER TABLE t ALTER COLUMN at TYPE date USING at::date")
        try await expectFailure(.syntaxError) { _ = try await connection.transaction { try await $0.run(insert) } }
        _ = try await connection.transaction { try await $0.run(insert) }
        #expect(try await connection.number("SELECT count(*) FROM t") == 4)
        await connection.close()
    }
}
