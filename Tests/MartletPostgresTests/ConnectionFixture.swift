import MartletCore
import MartletPostgres
import MartletTesting
import Synchronization
import Testing

/// Connections to an empty schema of a test's own, on a server that the tests of connections share.
struct ConnectionFixture {
    /// It takes more connections than others do, as tests run beside one another.
    static let server = Task {
        let settings = ["max_connections": "400"]
        return try await PrivatePostgres.start(PrivatePostgres.Options(autovacuum: false, settings: settings))
    }
    private static let schemasMade = Atomic<Int>(0)

    let engine: PostgresEngine
    private let schema: String

    init() async throws {
        schema = "test_\(Self.schemasMade.add(1, ordering: .relaxed).newValue)"
        let server = try await Self.server.value
        engine = try PostgresEngine(server.connectionString() + " options='-c search_path=\(schema)'")
        try await runApart(BoundStatement(unsafeText: "CREATE SCHEMA \(schema)"))
    }

    /// A table of the schema.
    func table(_ name: String) -> QualifiedName {
        QualifiedName(schema: schema, name: name)
    }

    func connect() async throws -> any Connection {
        try await engine.connect(.readWrite)
    }

    /// What another session sees of a connection.
    func backend(of connection: any Connection) async throws -> Int {
        try await connection.number("SELECT pg_backend_pid()")
    }

    /// Runs a statement on a connection of its own.
    func runApart(_ statement: BoundStatement) async throws {
        try await engine.withConnection(.readWrite) { connection in _ = try await connection.run(statement) }
    }

    /// Ends a session as an administrator does.
    func terminate(_ backend: Int) async throws {
        try await runApart("SELECT pg_terminate_backend(\(backend)::int)")
    }

    /// Returns once the session of a process runs a statement that begins like this.
    func waitUntilRuns(_ beginning: String, _ backend: Int) async throws {
        try await engine.withConnection(.readWrite) { connection in
            for _ in 0..<30_000 {
                let found = try await connection.number(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE pid = \(backend)::int AND state = 'active' AND starts_with(query, \(beginning))
                    """
                )
                if found == 1 { return }
                try await Task.sleep(for: .milliseconds(2))
            }
            Issue.record("the session never ran \(beginning)")
        }
    }
}

extension Connection {
    /// The one number that a statement returns.
    func number(_ statement: BoundStatement, timeout: Duration? = nil) async throws -> Int {
        try await run(statement, timeout: timeout)[0].decode(Int.self, at: 0)
    }

    /// The one text that a statement returns.
    func text(_ statement: BoundStatement) async throws -> String {
        try await run(statement)[0].decode(String.self, at: 0)
    }
}

/// Runs the body, which must fail with an error of this code, and returns it.
@discardableResult
func expectFailure(
    _ code: EngineError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async throws -> EngineError {
    let error = await #expect(throws: EngineError.self, sourceLocation: sourceLocation) { try await body() }
    #expect(error?.code == code, "\(String(reflecting: error))", sourceLocation: sourceLocation)
    return try #require(error, sourceLocation: sourceLocation)
}

extension BoundStatement {
    /// A statement that is put together by a test.
    init(unsafeText text: String, _ values: [Value] = []) {
        self.init(Statement(unsafeText: text), values: values)
    }
}
