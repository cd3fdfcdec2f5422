import Foundation
import MartletCore
import MartletSQLite
import MartletTesting
import Testing

@Suite("Ending statements early")
struct InterruptionTests {
    private static let endless: BoundStatement =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

    @Test("never interrupts the statement after the one that was cancelled")
    func neverTheNext() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SplitMix64(seed: seed)
        let file = try TemporaryDatabase()
        try await file.engine.withConnection(.readWrite) { connection in
            for round in 0..<300 {
                // Some hundred microseconds of work, cancelled before, during and after it.
                let rows = Int.random(in: 1...3_000, using: &generator)
                let pause = Int.random(in: 0...600, using: &generator)
                let task = Task {
                    try await connection.run(
                        """
                        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
                        SELECT count(*) FROM n
                        """
                    )
                }
                try await Task.sleep(for: .microseconds(pause))
                task.cancel()
                let after = try await connection.run("SELECT \(round)")
                #expect(after[0][0] == .integer(Int64(round)), "seed \(seed)")
                switch await task.result {
                case .success(let counted): #expect(counted[0][0] == .integer(Int64(rows)), "seed \(seed)")
                case .failure(let error): #expect((error as? EngineError)?.code == .cancelled, "seed \(seed): \(error)")
                }
            }
        }
    }

    @Test("ends the wait for another connection's lock at the deadline and on cancellation")
    func lockWait() async throws {
        let file = try await TemporaryDatabase(script: "CREATE TABLE t (id INTEGER)")
        try await file.engine.withConnection(.readWrite) { holder in
            try await file.engine.withConnection(.readWrite) { waiter in
                _ = try await holder.run("BEGIN IMMEDIATE")
                let clock = ContinuousClock()
                let start = clock.now
                let late = await #expect(throws: EngineError.self) {
                    try await waiter.run("INSERT INTO t VALUES (1)", timeout: .milliseconds(100))
                }
                #expect(late?.code == .deadlineExceeded)
                let task = Task { try await waiter.run("INSERT INTO t VALUES (2)") }
                try await Task.sleep(for: .milliseconds(50))
                task.cancel()
                let cancelled = await #expect(throws: EngineError.self) { try await task.value }
                #expect(cancelled?.code == .cancelled)
                // Either wait, if it were slept through, would take five seconds.
                #expect(clock.now - start < .seconds(5))
                // One that still waits when the lock is given up gets it.
                let patient = Task { try await waiter.run("INSERT INTO t VALUES (3)") }
                try await Task.sleep(for: .milliseconds(50))
                _ = try await holder.run("COMMIT")
                #expect(try await patient.value.affectedRows == 1)
            }
        }
    }

    @Test("ends a count of a whole table, which SQLite does in one step of its machine")
    func singleStep() async throws {
        let file = try await TemporaryDatabase(
            script: """
                CREATE TABLE t (v BLOB);
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
                INSERT INTO t SELECT zeroblob(900) FROM n;
                """
        )
        try await file.engine.withConnection(.readOnly) { connection in
            let error = await #expect(throws: EngineError.self) {
                for _ in 0..<10_000 {
                    _ = try await connection.run("SELECT count(*) FROM t", timeout: .microseconds(300))
                }
            }
            #expect(error?.code == .deadlineExceeded)
        }
    }

    @Test("ends the streams of a connection with the statement that is interrupted, and goes on")
    func openStream() async throws {
        let file = try TemporaryDatabase()
        try await file.engine.withConnection(.readWrite) { connection in
            let error = await #expect(throws: EngineError.self) {
                try await connection.stream("SELECT value FROM json_each('[1,2,3]')", batchRows: 1) { _ in
                    _ = try? await connection.run(Self.endless, timeout: .milliseconds(20))
                    let one = try await connection.run("SELECT 1")
                    #expect(one[0][0] == 1)
                }
            }
            #expect(error?.code == .cancelled)
            #expect(error?.message.contains("another statement") == true)
        }
    }

    @Test("refuses a call whose deadline passes while another one runs")
    func waiting() async throws {
        let file = try TemporaryDatabase()
        try await file.engine.withConnection(.readWrite) { connection in
            let running = Task { try await connection.run(Self.endless) }
            try await Task.sleep(for: .milliseconds(20))
            let error = await #expect(throws: EngineError.self) {
                try await connection.run("SELECT 1", timeout: .milliseconds(20))
            }
            #expect(error?.code == .deadlineExceeded)
            running.cancel()
            _ = await running.result
        }
    }

    @Test("leaves no thread behind when connections are closed or forgotten")
    func threads() async throws {
        let file = try TemporaryDatabase()
        for isClosed in [true, false] {
            for _ in 0..<20 {
                let connection = try await file.engine.connect(.readWrite)
                _ = try await connection.run("SELECT 1")
                if isClosed { await connection.close() }
            }
        }
        // A database that nobody holds open has neither log nor shared memory beside it.
        var left: [String] = []
        for _ in 0..<3_000 {
            left = try FileManager.default.contentsOfDirectory(atPath: file.folder.path)
            if left == ["test.sqlite"] { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(left == ["test.sqlite"])
    }
}
