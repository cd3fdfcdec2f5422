import MartletCore
import Synchronization

/// Sessions that change random messages in transactions of all levels until they are told to end.
final class RandomWriters: Sendable {
    private struct State {
        var isDone = false
        var committed = 0
    }

    private let engine: any Engine
    private let seed: UInt64
    private let state = Mutex(State())

    init(_ engine: any Engine, seed: UInt64) {
        self.engine = engine
        self.seed = seed
    }

    /// Runs a body while some sessions write, and returns how many transactions they committed.
    func run(_ count: Int = 6, while body: () async throws -> Void) async throws -> Int {
        let writers = (0..<count)
            .map { writer in Task { try await self.write(SplitMix64(seed: self.seed &+ UInt64(writer))) } }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        state.withLock { $0.isDone = true }
        for writer in writers { try await writer.value }
        try result.get()
        return state.withLock { $0.committed }
    }

    private func write(_ generator: SplitMix64) async throws {
        var random = generator
        let levels: [Isolation] = [.readCommitted, .repeatableRead, .serializable]
        try await engine.withConnection(.readWrite) { connection in
            while !state.withLock({ $0.isDone }) {
                let statements = Self.changes(Int64(random.next() % 4_000), Int64(random.next() % 20))
                do {
                    try await connection.transaction(isolation: levels[Int(random.next() % 3)]) { connection in
                        for statement in statements { try await connection.run(statement) }
                    }
                    state.withLock { $0.committed += 1 }
                } catch let error as EngineError where error.code.isRetryable {
                    continue
                }
            }
        }
    }

    /// The rows are no writer's own, so that writers meet.
    private static func changes(_ number: Int64, _ chat: Int64) -> [BoundStatement] {
        [
            """
            INSERT INTO messages (id, chat_id, size) VALUES (\(number), \(chat), \(number)::bigint / 4.0)
            ON CONFLICT (id) DO UPDATE SET chat_id = excluded.chat_id
            """,
            "UPDATE messages SET deleted_at = now() WHERE id = \(number ^ 1)",
            "DELETE FROM messages WHERE id = \(number ^ 3)",
        ]
    }
}
