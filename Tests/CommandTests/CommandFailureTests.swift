import Martlet
import MartletCore
import MartletSQLite
import MartletTesting
import Testing

@testable import MartletCLI

@Suite("Failures of commands")
struct CommandFailureTests {
    /// How borrowing from a pool failed, as a command ends.
    private func failure(_ pool: Pool) async throws -> CommandFailure {
        let error = await #expect(throws: PoolError.self) {
            try await pool.withConnection(timeout: .milliseconds(20)) { _ in }
        }
        return CommandFailure(try #require(error) as any Error)
    }

    @Test("a pool that cannot connect tells what kept it, and ends as that does")
    func cannotConnect() async throws {
        let pool = Pool(SQLiteEngine(path: "/nowhere/app.db"))
        let failure = try await failure(pool)
        await pool.shutdown()
        #expect(failure.status == .usage)
        #expect(failure.description.hasPrefix("no connection could be opened: "))
        #expect(failure.description.contains("/nowhere/app.db"))
        #expect(!failure.description.contains(".swift"))
    }

    @Test("a pool that has no connection in time, or is shut down, ends as a database that refuses, in one line")
    func noneInTime() async throws {
        let database = try TemporaryDatabase()
        let pool = Pool(database.engine, PoolConfiguration(max: 1))
        let late = try await pool.withConnection { _ in
            try await Task { try await self.failure(pool) }.value
        }
        #expect(late.status == .unreachable)
        #expect(late.description.contains("1 of 1 are lent"))
        #expect(!late.description.contains("\n"))
        await pool.shutdown()
        let refused = try await failure(pool)
        #expect(refused.status == .unreachable)
        #expect(refused.description.contains("shut down"))
    }

    @Test("a task that is cancelled while it waits for a connection was interrupted")
    func cancelled() async throws {
        let database = try TemporaryDatabase()
        let pool = Pool(database.engine)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await failure(pool)
        }
        #expect(try await task.value.status == .interrupted)
        await pool.shutdown()
    }
}
