import Foundation
import Glibc
import MartletCore
import MartletSQLite
import Synchronization

/// Writes to counted tables of an SQLite file in transactions, until it kills its own process amid them.
final class CrashingWriter: Sendable {
    static let schema = """
        CREATE TABLE chats (id INTEGER PRIMARY KEY, message_count INTEGER);
        CREATE TABLE messages (
          id INTEGER PRIMARY KEY, chat_id INTEGER REFERENCES chats (id), size INTEGER NOT NULL, deleted_at TEXT
        );
        CREATE INDEX messages_of_chat ON messages (chat_id);
        CREATE TABLE progress (committed INTEGER NOT NULL);
        WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 10)
        INSERT INTO chats (id) SELECT id FROM n;
        """
    /// Transactions that it commits before it dies, so that something was done.
    static let transactionsMin = 10

    private let path: String
    private let seed: UInt64
    private let committed = Mutex(0)

    init(path: String, seed: UInt64) {
        self.path = path
        self.seed = seed
    }

    /// Does not return.
    func run() async throws {
        var random = SplitMix64(seed: seed)
        let delay = UInt32.random(in: 0...20_000, using: &random)
        Thread.detachNewThread {
            while self.committed.withLock({ $0 }) < Self.transactionsMin { usleep(100) }
            usleep(delay)
            kill(getpid(), SIGKILL)
        }
        try await SQLiteEngine(path: path, journal: .writeAheadLog)
            .withConnection(.readWrite) { connection in
                while true {
                    let statements = (0..<8).map { _ in Self.change(&random) }
                    try await connection.transaction { transaction in
                        for statement in statements { try await transaction.run(statement) }
                        try await transaction.run("INSERT INTO progress VALUES (1)")
                    }
                    committed.withLock { $0 += 1 }
                }
            }
    }

    private static func change(_ random: inout SplitMix64) -> BoundStatement {
        let chat = Int.random(in: 1...10, using: &random)
        let part = Int.random(in: 0..<7, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return "INSERT INTO messages (chat_id, size) VALUES (\(chat), \(part)), (NULL, 1), (\(chat), 2)"
        case 1:
            return """
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
                INSERT INTO messages (chat_id, size) SELECT 1 + i % 10, i FROM n
                """
        case 2: return "UPDATE messages SET deleted_at = 'now' WHERE chat_id = \(chat) AND id % 7 = \(part)"
        case 3: return "UPDATE messages SET chat_id = \(chat), size = size + 1 WHERE id % 97 = \(part)"
        case 4: return "REPLACE INTO messages (id, chat_id, size) SELECT id, \(chat), 3 FROM messages LIMIT \(part)"
        default: return "DELETE FROM messages WHERE id % 7 = \(part)"
        }
    }
}
