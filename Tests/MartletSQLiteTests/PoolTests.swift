import Foundation
import GRDB
import MartletCore
import MartletSQLite
import MartletTesting
import Synchronization
import Testing

@Suite("Borrowing from an application's pool")
struct PoolTests {
    @Test("shows the application's observers what is changed")
    func observers() async throws {
        let file = try TemporaryDatabase()
        let pool = try DatabasePool(path: file.path)
        try await pool.write { try $0.execute(sql: "CREATE TABLE t (id INTEGER PRIMARY KEY)") }
        let counts = Mutex<[Int]>([])
        let observation = ValueObservation.tracking { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") ?? -1 }
        let observing = observation.start(in: pool, scheduling: .async(onQueue: .global())) { _ in
        } onChange: { count in
            counts.withLock { $0.append(count) }
        }
        try await SQLiteEngine(pool: pool)
            .withConnection(.readWrite) { connection in
                _ = try await connection.run("INSERT INTO t VALUES (1)")
                _ = try await connection.transaction {
                    try await $0.load([[2], [3]], into: QualifiedName(schema: "main", name: "t"), columns: ["id"])
                }
                for _ in 0..<3_000 where counts.withLock({ $0.last }) != 3 {
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
        #expect(counts.withLock { $0.last } == 3)
        observing.cancel()
        try pool.close()
    }

    @Test("leaves the writer to the application between transactions")
    func sharesWriter() async throws {
        let file = try TemporaryDatabase()
        let pool = try DatabasePool(path: file.path)
        let engine = SQLiteEngine(pool: pool)
        let first = try await engine.connect(.readWrite)
        let second = try await engine.connect(.readWrite)
        _ = try await first.run("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        try await pool.write { try $0.execute(sql: "INSERT INTO t VALUES (1)") }
        _ = try await second.run("INSERT INTO t VALUES (2)")
        let rows = try await first.run("SELECT count(*) FROM t")
        #expect(rows[0][0] == 2)
        await first.close()
        await second.close()
        try pool.close()
    }

    @Test("waits for the application's transaction no longer than the caller does")
    func waitsForWriter() async throws {
        let file = try TemporaryDatabase()
        let pool = try DatabasePool(path: file.path)
        try await pool.write { try $0.execute(sql: "CREATE TABLE t (id INTEGER PRIMARY KEY)") }
        let connection = try await SQLiteEngine(pool: pool).connect(.readWrite)
        let isHeld = DispatchSemaphore(value: 0)
        let mayEnd = DispatchSemaphore(value: 0)
        let holder = Thread {
            pool.writeWithoutTransaction { _ in
                isHeld.signal()
                mayEnd.wait()
            }
        }
        holder.start()
        await Task.detached { isHeld.waitBlocking() }.value
        let error = await #expect(throws: EngineError.self) {
            try await connection.run("INSERT INTO t VALUES (1)", timeout: .milliseconds(50))
        }
        #expect(error?.code == .deadlineExceeded)
        mayEnd.signal()
        let rows = try await connection.run("SELECT count(*) FROM t")
        #expect(rows[0][0] == 0)
        await connection.close()
        try pool.close()
    }

    @Test("says that the application has closed its pool")
    func closedPool() async throws {
        let file = try TemporaryDatabase()
        let pool = try DatabasePool(path: file.path)
        let engine = SQLiteEngine(pool: pool)
        for access in [Access.readOnly, .readWrite] {
            let connection = try await engine.connect(access)
            if access == .readOnly { try pool.close() }
            let error = await #expect(throws: EngineError.self) { try await connection.run("SELECT 1") }
            #expect(error?.code == .connectionLost, "\(access): \(String(describing: error))")
            await connection.close()
        }
    }
}

extension DispatchSemaphore {
    /// For a thread that may block.
    fileprivate func waitBlocking() {
        wait()
    }
}
