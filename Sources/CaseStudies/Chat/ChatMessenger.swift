package import MartletCore

/// Row 0b: a message is added to a chat unless the chat is full.
package struct ChatMessenger: Sendable {
    /// A message that a user wants to send.
    package struct Draft: Sendable {
        package var chatID: Int
        package var userID: Int
        package var content: String

        package init(chatID: Int, userID: Int, content: String) {
            self.chatID = chatID
            self.userID = userID
            self.content = content
        }
    }

    /// Live messages that a chat may have.
    package let messagesMax: Int

    package init(messagesMax: Int) {
        self.messagesMax = messagesMax
    }

    /// Sends the message; false if the chat is full.
    package func send(_ draft: Draft, _ way: Way, on connection: any Connection) async throws -> Bool {
        let tables = ChatTables(connection.dialect)
        return switch way {
        case .before: try await readingAll(draft, tables, connection)
        case .fair: try await counting(draft, tables, connection)
        case .seed: try await writingCounters(draft, tables, connection)
        case .expert: try await claimingRoom(draft, tables, connection)
        }
    }

    /// All messages of the chat, counted in the application.
    private func readingAll(
        _ draft: Draft,
        _ tables: ChatTables,
        _ connection: any Connection
    ) async throws -> Bool {
        let messages = try await connection.run(
            "SELECT * FROM \(tables.messages) WHERE chat_id = \(draft.chatID) AND deleted_at IS NULL"
        )
        guard messages.count < messagesMax else { return false }
        try await add(draft, tables, connection)
        try await touch(draft.chatID, tables, connection)
        return true
    }

    /// Counted by the database, which still reads every message of the chat, or its index entries.
    private func counting(
        _ draft: Draft,
        _ tables: ChatTables,
        _ connection: any Connection
    ) async throws -> Bool {
        let rows = try await connection.run(
            "SELECT count(*) FROM \(tables.messages) WHERE chat_id = \(draft.chatID) AND deleted_at IS NULL"
        )
        guard try rows[0].decode(Int.self, at: 0) < messagesMax else { return false }
        try await add(draft, tables, connection)
        try await touch(draft.chatID, tables, connection)
        return true
    }

    /// The document's way: a counter is read and, after the insert, written with one more; so is the total.
    ///
    /// Two senders who read the same number both write the same, and the limit and the counters are off by one.
    private func writingCounters(
        _ draft: Draft,
        _ tables: ChatTables,
        _ connection: any Connection
    ) async throws -> Bool {
        let chats = try await connection.run("SELECT message_count FROM \(tables.chats) WHERE id = \(draft.chatID)")
        let count = try chats.first?.decode(Int?.self, at: 0) ?? 0
        guard count < messagesMax else { return false }
        try await add(draft, tables, connection)
        try await connection.run(
            """
            UPDATE \(tables.chats) SET message_count = \(count + 1), updated_at = \(unsafeSQL: tables.now)
            WHERE id = \(draft.chatID)
            """
        )
        let key = ChatStatistic.messages.rawValue
        let totals = try await connection.run(
            "SELECT value FROM \(tables.statistics) WHERE stat_key = \(key) AND stripe = 0"
        )
        let total = try totals.first?.decode(Int.self, at: 0) ?? 0
        try await connection.run(
            """
            UPDATE \(tables.statistics) SET value = \(total + 1), updated_at = \(unsafeSQL: tables.now)
            WHERE stat_key = \(key) AND stripe = 0
            """
        )
        return true
    }

    /// Takes room in the chat and adds the message in one round trip.
    ///
    /// The row of the chat is locked by its conditional update, so that a racing sender waits and then sees the count
    /// that this one left; a counter moves the count. A chat whose count is not known yet is counted.
    private func claimingRoom(
        _ draft: Draft,
        _ tables: ChatTables,
        _ connection: any Connection
    ) async throws -> Bool {
        switch connection.dialect {
        case .postgres:
            let rows = try await connection.run(
                """
                WITH room AS (
                  UPDATE \(tables.chats) SET updated_at = now()
                  WHERE id = \(draft.chatID)
                    AND coalesce(message_count, (SELECT count(*) FROM \(tables.messages) AS live
                                                 WHERE live.chat_id = \(draft.chatID) AND live.deleted_at IS NULL))
                        < \(messagesMax)::bigint
                  RETURNING id
                )
                INSERT INTO \(tables.messages) (chat_id, user_id, role, content)
                SELECT room.id, \(draft.userID)::bigint, 'user', \(draft.content)::text FROM room RETURNING id
                """
            )
            return !rows.isEmpty
        case .sqlite:
            let room: BoundStatement = """
                UPDATE \(tables.chats) SET updated_at = \(unsafeSQL: tables.now)
                WHERE id = \(draft.chatID)
                  AND coalesce(message_count, (SELECT count(*) FROM \(tables.messages) AS live
                                               WHERE live.chat_id = \(draft.chatID) AND live.deleted_at IS NULL))
                      < \(messagesMax)
                """
            // changes() tells what the statement before changed: 1 if there was room.
            let insert: BoundStatement = """
                INSERT INTO \(tables.messages) (chat_id, user_id, role, content)
                SELECT \(draft.chatID), \(draft.userID), 'user', \(draft.content) WHERE changes() > 0 RETURNING id
                """
            return !(try await connection.runPipelined([room, insert])[1].isEmpty)
        }
    }

    private func add(_ draft: Draft, _ tables: ChatTables, _ connection: any Connection) async throws {
        try await connection.run(
            """
            INSERT INTO \(tables.messages) (chat_id, user_id, role, content)
            VALUES (\(draft.chatID), \(draft.userID), 'user', \(draft.content))
            """
        )
    }

    private func touch(_ chatID: Int, _ tables: ChatTables, _ connection: any Connection) async throws {
        try await connection.run(
            "UPDATE \(tables.chats) SET updated_at = \(unsafeSQL: tables.now) WHERE id = \(chatID)"
        )
    }
}
