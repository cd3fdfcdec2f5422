import MartletCore

/// Random changes of a chat database, in transactions of which some are rolled back.
struct ChatChanges {
    private(set) var made = 0
    private var random: SplitMix64
    private let fixture: CaseFixture
    private let onlyMessages: Bool
    private let seed: UInt64

    init(seed: UInt64, fixture: CaseFixture, onlyMessages: Bool = false) {
        self.seed = seed
        self.fixture = fixture
        self.onlyMessages = onlyMessages
        random = SplitMix64(seed: seed)
    }

    private struct RolledBack: Error {}

    mutating func transaction(on connection: any Connection) async throws {
        let isolation = [Isolation.readCommitted, .repeatableRead, .serializable][below(3)]
        let isRolledBack = below(4) == 0
        let statements = (0...below(12)).map { _ in change() }
        made += statements.count
        do {
            try await connection.transaction(isolation: onlyMessages ? .readCommitted : isolation) { transaction in
                for statement in statements { try await transaction.run(statement) }
                if isRolledBack { throw RolledBack() }
            }
        } catch is RolledBack {}
    }

    /// Writers of several chats at once may deadlock, as they may without counters; then they try again.
    mutating func retryingTransaction(on connection: any Connection) async throws {
        while true {
            do {
                return try await transaction(on: connection)
            } catch let error as EngineError where error.code.isRetryable {
                continue
            }
        }
    }

    private mutating func below(_ bound: Int) -> Int {
        Int.random(in: 0..<bound, using: &random)
    }

    private mutating func change() -> BoundStatement {
        let messages = fixture.table("messages")
        let message = below(10_000) + 1
        let chat = below(400) + 1
        let now = Timestamp(microsecondsSince1970: 1_750_000_000_000_000)
        switch below(onlyMessages ? 6 : 10) {
        case 0, 1:
            return """
                INSERT INTO \(messages) (chat_id, user_id, role, content)
                SELECT id, 1, 'user', 'random' FROM \(fixture.table("chats")) WHERE id IN (\(chat), \(chat + 7))
                """
        case 2: return "DELETE FROM \(messages) WHERE id = \(message)"
        case 3: return "UPDATE \(messages) SET deleted_at = \(now) WHERE id BETWEEN \(message) AND \(message + 3)"
        case 4: return "UPDATE \(messages) SET deleted_at = NULL WHERE id BETWEEN \(message) AND \(message + 9)"
        case 5:
            return """
                UPDATE \(messages) SET chat_id = (SELECT min(id) FROM \(fixture.table("chats")) WHERE id >= \(chat))
                WHERE id = \(message)
                """
        case 6:
            return """
                INSERT INTO \(fixture.table("chats")) (user_id, title)
                SELECT min(id), 'random' FROM \(fixture.table("users"))
                """
        case 7: return "DELETE FROM \(fixture.table("chats")) WHERE id = \(chat + 3)"
        case 8:
            return """
                INSERT INTO \(fixture.table("users")) (email, name)
                VALUES (\("random\(seed)-\(made)-\(below(1_000_000_000))"), 'random')
                """
        default:
            return """
                DELETE FROM \(fixture.table("users")) WHERE id = (SELECT max(id) FROM \(fixture.table("users")))
                AND email LIKE 'random%'
                """
        }
    }
}
