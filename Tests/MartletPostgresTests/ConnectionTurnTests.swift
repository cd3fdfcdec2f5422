import MartletCore
import MartletPostgres
import Synchronization
import Testing

@Suite("Statements that a PostgreSQL connection runs one after the other by itself", .timeLimit(.minutes(5)))
struct ConnectionTurnTests {
    /// Hands statements out, and knows how many were asked for.
    private final class Statements: StatementSource {
        private let make: @Sendable (Int) -> BoundStatement?
        private let asked = Atomic(0)

        init(_ make: @escaping @Sendable (Int) -> BoundStatement?) {
            self.make = make
        }

        convenience init(_ statements: [BoundStatement]) {
            self.init { $0 < statements.count ? statements[$0] : nil }
        }

        var count: Int { asked.load(ordering: .sequentiallyConsistent) }

        func next() -> BoundStatement? {
            make(asked.add(1, ordering: .sequentiallyConsistent).oldValue)
        }
    }

    private func connect(_ fixture: ConnectionFixture) async throws -> any SequentialConnection {
        let connection = try await fixture.connect()
        return try #require(connection as? any SequentialConnection)
    }

    @Test("run once each and in order, prepared or not, in transactions or not")
    func order() async throws {
        let connection = try await connect(try await ConnectionFixture())
        try await connection.run("CREATE TABLE t (place serial PRIMARY KEY, number int)")
        var statements: [BoundStatement] = []
        var expected: [Int] = []
        for number in 0..<200 {
            let insert: BoundStatement = "INSERT INTO t (number) VALUES (\(number))"
            switch number % 4 {
            case 0: statements.append(insert)
            case 1: statements += ["BEGIN", insert, "SELECT count(*) FROM t", "COMMIT"]
            case 2: statements += ["BEGIN", insert, "ROLLBACK"]
            default: statements += ["SET work_mem = '1MB'", "SELECT count(*) FROM t", insert]
            }
            if number % 4 != 2 { expected.append(number) }
        }
        let source = Statements(statements)
        try await connection.runInTurn(source)
        #expect(source.count == statements.count + 1)
        let rows = try await connection.run("SELECT number FROM t ORDER BY place")
        #expect(try rows.map { try $0.decode(Int.self, at: 0) } == expected)
        #expect(connection.standing == .ready)
        await connection.close()
    }

    @Test("end at the first failure, which is thrown, and the connection stays usable", arguments: [0, 1, 2, 50])
    func failure(_ place: Int) async throws {
        let connection = try await connect(try await ConnectionFixture())
        let source = Statements { "SELECT 1 / \($0 == place ? 0 : 1)::int" }
        try await expectFailure(.invalidValue) { try await connection.runInTurn(source) }
        #expect(source.count == place + 1)
        #expect(try await connection.number("SELECT 7") == 7)
        await connection.close()
    }

    @Test("a transaction within a transaction is refused, and the outer one goes on")
    func nesting() async throws {
        let connection = try await connect(try await ConnectionFixture())
        let source = Statements(["BEGIN", "COMMIT", "BEGIN", "BEGIN", "COMMIT"])
        try await expectFailure(.unsupported) { try await connection.runInTurn(source) }
        #expect(source.count == 4)
        #expect(connection.standing == .inTransaction)
        try await connection.run("COMMIT")
        await connection.close()
    }

    @Test("a value that cannot be bound is a failure like any other", arguments: [0, 5])
    func unfit(_ place: Int) async throws {
        let connection = try await connect(try await ConnectionFixture())
        let source = Statements { "SELECT \($0 == place ? 1 << 40 : 1)::int" }
        try await expectFailure(.invalidValue) { try await connection.runInTurn(source) }
        #expect(source.count == place + 1)
        #expect(try await connection.number("SELECT 7") == 7)
        await connection.close()
    }

    @Test("end when their task is cancelled, also in the middle of one", arguments: [0, 1, 20])
    func cancelling(_ place: Int) async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await connect(fixture)
        let backend = try await fixture.backend(of: connection)
        let source = Statements { "SELECT pg_sleep(\($0 == place ? 1_000.0 : 0.0))" }
        let task = Task { try await connection.runInTurn(source) }
        while source.count <= place { try await Task.sleep(for: .milliseconds(1)) }
        try await fixture.waitUntilRuns("SELECT pg_sleep", backend)
        task.cancel()
        try await expectFailure(.cancelled) { try await task.value }
        #expect(source.count == place + 1)
        #expect(try await connection.number("SELECT 7") == 7)
        await connection.close()
    }

    @Test("end when their task is cancelled while each is short")
    func cancellingBetween() async throws {
        let connection = try await connect(try await ConnectionFixture())
        let source = Statements { "SELECT \($0)::int" }
        let task = Task { try await connection.runInTurn(source) }
        while source.count < 100 { try await Task.sleep(for: .milliseconds(1)) }
        task.cancel()
        try await expectFailure(.cancelled) { try await task.value }
        let count = source.count
        #expect(try await connection.number("SELECT 7") == 7)
        #expect(source.count == count)
        await connection.close()
    }

    @Test("tell of a connection that is lost, or closed meanwhile", arguments: [true, false])
    func loss(_ isClosed: Bool) async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await connect(fixture)
        let backend = try await fixture.backend(of: connection)
        let source = Statements { "SELECT pg_sleep(\($0 == 9 ? 1_000.0 : 0.0))" }
        let task = Task { try await connection.runInTurn(source) }
        while source.count < 10 { try await Task.sleep(for: .milliseconds(1)) }
        if isClosed { await connection.close() } else { try await fixture.terminate(backend) }
        try await expectFailure(.connectionLost) { try await task.value }
        try await expectFailure(.connectionLost) { try await connection.runInTurn(Statements(["SELECT 1"])) }
    }

    @Test("are prepared again when what they were prepared for has changed or was forgotten")
    func outdated() async throws {
        let connection = try await connect(try await ConnectionFixture())
        try await connection.run("CREATE TABLE t (id int)")
        let select: BoundStatement = "SELECT * FROM t WHERE id = \(1)"
        let change: [BoundStatement] = ["ALTER TABLE t ADD COLUMN a int", "ALTER TABLE t DROP COLUMN a"]
        var statements: [BoundStatement] = []
        for round in 0..<6 {
            statements += [select, select, select, change[round % 2], select, select, "DISCARD ALL"]
        }
        let source = Statements(statements)
        try await connection.runInTurn(source)
        #expect(source.count == statements.count + 1)
        await connection.close()
    }

    @Test("let others in between, beside them and alone")
    func sharing() async throws {
        let connection = try await connect(try await ConnectionFixture())
        let isOver = Mutex(false)
        let source = Statements { number in isOver.withLock { $0 } ? nil : "SELECT \(number)::int" }
        let task = Task { try await connection.runInTurn(source) }
        for number in 0..<20 {
            #expect(try await connection.number("SELECT \(number)::int") == number)
            try await connection.runScript("CREATE TABLE t\(number) (); DROP TABLE t\(number)")
        }
        let before = source.count
        while source.count <= before { try await Task.sleep(for: .milliseconds(1)) }
        isOver.withLock { $0 = true }
        try await task.value
        await connection.close()
    }
}
