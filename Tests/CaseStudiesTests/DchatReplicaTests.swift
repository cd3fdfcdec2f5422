import MartletCore
import MartletPostgres
import MartletTesting
import Testing

/// The document's "master-slave" without a word on lag: what was written is not at once where it is read.
@Suite("A replica of the wallet messenger")
struct DchatReplicaTests {
    @Test("a replica that lags shows what was; who waits for his own position, or asks the primary, sees what he wrote")
    func lag() async throws {
        let server = try await PrivatePostgres.startedOrCancelled(.init(replica: true, autovacuum: false))
        let primary = try PostgresEngine(server.connectionString())
        let replica = try PostgresEngine(server.connectionString(on: .replica))
        try await primary.withConnection(.readWrite) { writer in
            try await writer.run("CREATE TABLE messages (id bigint PRIMARY KEY, status text)")
            try await writer.run("INSERT INTO messages VALUES (1, 'unread')")
            try await server.waitForReplica()
            try await replica.withConnection(.readOnly) { reader in
                try await reader.run("SELECT pg_wal_replay_pause()")
                let written = try await write("read", on: writer)
                #expect(try await status(on: reader) == "unread", "the user has read it, and is told that he has not")

                // Waiting has an end: then the primary is asked, which always knows.
                let isThere = try await waits(for: written, on: reader, noLongerThan: .milliseconds(100))
                #expect(!isThere)
                #expect(try await status(on: writer) == "read")

                try await reader.run("SELECT pg_wal_replay_resume()")
                let isThereNow = try await waits(for: written, on: reader, noLongerThan: .seconds(30))
                #expect(isThereNow)
                #expect(try await status(on: reader) == "read")
            }
        }
        await primary.shutdown()
        await replica.shutdown()
        await server.stop()
    }

    /// Changes the message and returns the position in the log behind the change.
    private func write(_ status: String, on connection: any Connection) async throws -> String {
        try await connection.run("UPDATE messages SET status = \(status) WHERE id = 1")
        return try await connection.run("SELECT pg_current_wal_insert_lsn()::text")[0].decode(String.self, at: 0)
    }

    private func status(on connection: any Connection) async throws -> String {
        try await connection.run("SELECT status FROM messages WHERE id = 1")[0].decode(String.self, at: 0)
    }

    /// Whether the replica has come so far in time.
    private func waits(
        for position: String,
        on replica: any Connection,
        noLongerThan patience: Duration
    ) async throws -> Bool {
        let end = ContinuousClock.now + patience
        repeat {
            let row = try await replica.run("SELECT pg_last_wal_replay_lsn() >= \(position)::text::pg_lsn")[0]
            if try row.decode(Bool.self, at: 0) { return true }
            try await Task.sleep(for: .milliseconds(5))
        } while .now < end
        return false
    }
}
