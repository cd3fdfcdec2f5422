import MartletCore
import MartletPostgres
import Testing

@Suite("Cancellation and deadlines of a PostgreSQL connection", .timeLimit(.minutes(5)))
struct ConnectionCancellationTests {
    @Test("end a stream that waits for its first row")
    func cancelsWaitingStream() async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        let backend = try await fixture.backend(of: connection)
        let task = Task {
            try await connection.stream("SELECT pg_sleep(1000)", batchRows: 10) { _ in }
        }
        try await fixture.waitUntilRuns("SELECT pg_sleep", backend)
        task.cancel()
        try await expectFailure(.cancelled) { try await task.value }
        #expect(try await connection.number("SELECT 7") == 7)
        await connection.close()
    }

    @Test("end a script and a load")
    func cancelsScriptAndLoad() async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        let backend = try await fixture.backend(of: connection)
        let script = Task { try await connection.runScript("CREATE TABLE t (v text); SELECT pg_sleep(1000)") }
        try await fixture.waitUntilRuns("CREATE TABLE t", backend)
        script.cancel()
        try await expectFailure(.cancelled) { try await script.value }
        #expect(try await connection.text("SELECT to_regclass('t') IS NULL || ''") == "true")

        _ = try await connection.run("CREATE TABLE t (v text)")
        let rows = [[Value]](repeating: [.text(String(repeating: "x", count: 1_000))], count: 300_000)
        let load = Task { try await connection.load(rows, into: fixture.table("t"), columns: ["v"]) }
        try await fixture.waitUntilRuns("COPY", backend)
        load.cancel()
        try await expectFailure(.cancelled) { _ = try await load.value }
        #expect(try await connection.number("SELECT count(*) FROM t") == 0)
        await connection.close()
    }

    @Test("end the wait for a connection that is busy with a stream")
    func endsWaitAtGate() async throws {
        let connection = try await ConnectionFixture().connect()
        try await connection.stream("SELECT generate_series(1, 2)", batchRows: 1) { batch in
            guard try batch[0].decode(Int.self, at: 0) == 1 else { return }
            // Detached tasks know nothing of the stream that they are waiting for.
            let late = Task.detached { try await connection.run("SELECT 1", timeout: .milliseconds(20)) }
            try await expectFailure(.deadlineExceeded) { _ = try await late.value }
            let cancelled = Task.detached { try await connection.runScript("SELECT 1") }
            cancelled.cancel()
            try await expectFailure(.cancelled) { try await cancelled.value }
        }
        #expect(try await connection.number("SELECT 7") == 7)
        await connection.close()
    }

    @Test("hold while a statement is being prepared, which may wait for a lock")
    func holdsWhilePreparing() async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        let locker = try await fixture.connect()
        _ = try await locker.run("CREATE TABLE locked (id int)")
        _ = try await locker.run("BEGIN")
        _ = try await locker.run("LOCK TABLE locked IN ACCESS EXCLUSIVE MODE")
        let statement: BoundStatement = "SELECT id FROM locked WHERE id = \(1)"
        try await expectFailure(.deadlineExceeded) {
            _ = try await connection.run(statement, timeout: .milliseconds(50))
        }
        _ = try await locker.run("ROLLBACK")
        #expect(try await connection.run(statement).isEmpty)
        for connection in [connection, locker] { await connection.close() }
    }

    @Test("never hit the statement after the one that they were meant for")
    func neverHitsTheNext() async throws {
        let connection = try await ConnectionFixture().connect()
        var endings: [EngineError.Code: Int] = [:]
        // Deadlines around the time that the statement takes: some pass as its result arrives.
        for round in 0..<300 {
            do {
                _ = try await connection.run("SELECT pg_sleep(0.001)", timeout: .microseconds(900 + round * 2))
            } catch {
                endings[error.code, default: 0] += 1
            }
            #expect(try await connection.number("SELECT \(round)::bigint") == round)
        }
        #expect(endings.keys.allSatisfy { $0 == .deadlineExceeded }, "\(endings)")
        await connection.close()
    }

    @Test("spare the callers that share the connection, outside a transaction")
    func sparesOthers() async throws {
        let connection = try await ConnectionFixture().connect()
        _ = try await connection.run("CREATE TABLE written (id bigint PRIMARY KEY)")
        for round in 0..<30 {
            let victims = (0..<8)
                .map { _ in
                    Task { _ = try await connection.run("SELECT pg_sleep(\(0.002)::float8)") }
                }
            let others = (0..<20)
                .map { number in
                    Task { try await connection.run("INSERT INTO written VALUES (\(round * 20 + number))") }
                }
            try await Task.sleep(for: .microseconds(100 * round))
            for victim in victims { victim.cancel() }
            for victim in victims {
                if case .failure(let error) = await victim.result {
                    #expect((error as? EngineError)?.code == .cancelled, "\(error)")
                }
            }
            for other in others { #expect(try await other.value.affectedRows == 1) }
        }
        #expect(try await connection.number("SELECT count(*) FROM written") == 600)
        await connection.close()
    }

    @Test("leave a timer behind that finds nobody")
    func timersOutliveConnections() async throws {
        let fixture = try await ConnectionFixture()
        for _ in 0..<5 {
            let connection = try await fixture.connect()
            let task = Task { try await connection.run("SELECT pg_sleep(1000)", timeout: .milliseconds(300)) }
            try await Task.sleep(for: .milliseconds(20))
            task.cancel()
            try await expectFailure(.cancelled) { _ = try await task.value }
            await connection.close()
        }
        // The deadlines pass now; the connections are gone.
        try await Task.sleep(for: .milliseconds(400))
        let connection = try await fixture.connect()
        #expect(try await connection.number("SELECT 7") == 7)
        await connection.close()
    }

    @Test("take any length of time, none and for ever included")
    func extremeTimeouts() async throws {
        let connection = try await ConnectionFixture().connect()
        let statement: BoundStatement = "SELECT 7"
        for timeout in [Duration.seconds(Int64.max), .seconds(Int64.max / 1_000), .milliseconds(Int64.max)] {
            #expect(try await connection.number(statement, timeout: timeout) == 7)
            _ = try await connection.run("SELECT pg_sleep(0.01)", timeout: timeout)
        }
        for timeout in [Duration.zero, .seconds(-5)] {
            try await expectFailure(.deadlineExceeded) { _ = try await connection.run(statement, timeout: timeout) }
        }
        #expect(try await connection.number(statement) == 7)
        await connection.close()
    }

    @Test("say what the server's own limit and an administrator did")
    func serverSideCancellations() async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        _ = try await connection.run("SET statement_timeout = '20ms'")
        try await expectFailure(.deadlineExceeded) { _ = try await connection.run("SELECT pg_sleep(1000)") }
        _ = try await connection.run("SET statement_timeout = 0")
        let backend = try await fixture.backend(of: connection)
        let task = Task { try await connection.run("SELECT pg_sleep(1000)") }
        try await fixture.waitUntilRuns("SELECT pg_sleep", backend)
        try await fixture.runApart("SELECT pg_cancel_backend(\(backend)::int)")
        try await expectFailure(.cancelled) { _ = try await task.value }
        await connection.close()
    }

    @Test("of two hundred callers at once end all of them")
    func storm() async throws {
        let connection = try await ConnectionFixture().connect()
        let tasks = (0..<200)
            .map { _ in
                Task { _ = try await connection.run("SELECT pg_sleep(1000)") }
            }
        try await Task.sleep(for: .milliseconds(20))
        for task in tasks { task.cancel() }
        for task in tasks { try await expectFailure(.cancelled) { try await task.value } }
        #expect(try await connection.number("SELECT 7") == 7)
        await connection.close()
    }

    @Test("of closing end what runs on the server")
    func closingCancels() async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        let backend = try await fixture.backend(of: connection)
        let task = Task { try await connection.run("SELECT pg_sleep(1000)") }
        try await fixture.waitUntilRuns("SELECT pg_sleep", backend)
        await connection.close()
        try await expectFailure(.connectionLost) { _ = try await task.value }
        let observer = try await fixture.connect()
        while try await observer.number("SELECT count(*) FROM pg_stat_activity WHERE pid = \(backend)::int") > 0 {
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
