import MartletCore
import MartletPostgres
import MartletTesting
import Testing

@Suite("A PostgreSQL connection that is lost", .timeLimit(.minutes(5)))
struct ConnectionLossTests {
    /// Everything that can be under way when it happens; each would last for ever.
    enum Work: String, CaseIterable, Sendable {
        case statement, pipeline, script, stream, load

        func run(on connection: any Connection, _ fixture: ConnectionFixture) async throws {
            switch self {
            case .statement: _ = try await connection.run("SELECT pg_sleep(1000)")
            case .pipeline: _ = try await connection.runPipelined(["SELECT 1", "SELECT pg_sleep(1000)", "SELECT 2"])
            case .script: try await connection.runScript("SELECT 1; SELECT pg_sleep(1000); SELECT 2")
            case .stream:
                try await connection.stream("SELECT generate_series(1, 1000000000)", batchRows: 100) { _ in }
            case .load:
                // A trigger keeps the server from reading on, and the socket fills up.
                let rows = [[Value]](repeating: [.text(String(repeating: "x", count: 1_000))], count: 20_000)
                _ = try await connection.load(rows, into: fixture.table("t"), columns: ["v"])
            }
        }

        /// How the statement begins that shows that the work is under way.
        var beginning: String {
            switch self {
            case .statement, .pipeline: "SELECT pg_sleep"
            case .script: "SELECT 1; SELECT pg_sleep"
            case .stream: "SELECT generate_series"
            case .load: "COPY"
            }
        }
    }

    @Test("while nothing runs tells the next caller")
    func idle() async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        try await fixture.terminate(try await fixture.backend(of: connection))
        for _ in 0..<2 {
            try await expectFailure(.connectionLost) {
                // The news may come after the first statement was sent.
                while true { _ = try await connection.run("SELECT 1") }
            }
        }
        try await expectFailure(.connectionLost) { try await connection.runScript("SELECT 1") }
        try await expectFailure(.connectionLost) { try await connection.stream("SELECT 1", batchRows: 1) { _ in } }
        await connection.close()
    }

    @Test("in the middle of its work tells whoever waits", arguments: Work.allCases)
    func busy(work: Work) async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        let locker = try await fixture.connect()
        _ = try await locker.run("CREATE TABLE t (v text)")
        try await locker.runScript(
            """
            CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1000); RETURN NEW; END';
            CREATE TRIGGER sleeps BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION sleep()
            """
        )
        let backend = try await fixture.backend(of: connection)
        let task = Task { try await work.run(on: connection, fixture) }
        try await fixture.waitUntilRuns(work.beginning, backend)
        let waiting = Task { try await connection.runScript("SELECT 1") }
        try await fixture.terminate(backend)
        try await expectFailure(.connectionLost) { try await task.value }
        try await expectFailure(.connectionLost) { try await waiting.value }
        try await expectFailure(.connectionLost) { _ = try await connection.run("SELECT 1") }
        for connection in [connection, locker] { await connection.close() }
    }

    @Test("between two batches of a stream ends it, and its body is not asked again")
    func betweenBatches() async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        let backend = try await fixture.backend(of: connection)
        try await expectFailure(.connectionLost) {
            try await connection.stream("SELECT generate_series(1, 1000000000)", batchRows: 10) { batch in
                if try batch[0].decode(Int.self, at: 0) == 1 { try await fixture.terminate(backend) }
            }
        }
        try await expectFailure(.connectionLost) {
            try await connection.stream("SELECT 1", batchRows: 10) { _ in }
        }
    }

    @Test("by closing it within its own stream ends that stream")
    func closedWithinStream() async throws {
        let connection = try await ConnectionFixture().connect()
        try await expectFailure(.connectionLost) {
            try await connection.stream("SELECT generate_series(1, 1000000)", batchRows: 10) { _ in
                await connection.close()
            }
        }
    }

    @Test("when the server crashes is a typed error, and the next connection works once it is back")
    func crash() async throws {
        let server = try await PrivatePostgres.start()
        let engine = try PostgresEngine(server.connectionString())
        let idle = try await engine.connect(.readWrite)
        let busy = try await engine.connect(.readWrite)
        let task = Task { try await busy.run("SELECT pg_sleep(1000)") }
        try await Task.sleep(for: .milliseconds(50))
        try await server.crash()
        try await expectFailure(.connectionLost) { _ = try await task.value }
        try await expectFailure(.connectionLost) { while true { _ = try await idle.run("SELECT 1") } }
        try await expectFailure(.unreachable) { _ = try await engine.connect(.readWrite) }
        try await server.restart()
        let again = try await engine.connect(.readWrite)
        #expect(try await again.number("SELECT 7") == 7)
        // An orderly stop says so before it closes the socket.
        try await server.restart()
        try await expectFailure(.connectionLost) { while true { _ = try await again.run("SELECT 1") } }
        for connection in [idle, busy, again] { await connection.close() }
        await server.stop()
    }

    @Test("by releasing it without closing leaves nothing behind")
    func released() async throws {
        let fixture = try await ConnectionFixture()
        var backend = 0
        do {
            let connection = try await fixture.connect()
            backend = try await fixture.backend(of: connection)
        }
        let observer = try await fixture.connect()
        while try await observer.number("SELECT count(*) FROM pg_stat_activity WHERE pid = \(backend)::int") > 0 {
            try await Task.sleep(for: .milliseconds(5))
        }
        // Terminated and released at once: news of a connection that is going away has nobody to tell.
        for _ in 0..<50 {
            let connection = try await fixture.connect()
            let backend = try await fixture.backend(of: connection)
            _ = try await observer.run("SELECT pg_terminate_backend(\(backend)::int)")
        }
        await observer.close()
    }
}
