package import MartletCore

/// Row 3d: a message is sent.
package struct DchatMessenger: Sendable {
    /// A message that a user wants to send.
    package struct Draft: Sendable, Hashable {
        package var sender: Int
        package var receiver: Int
        package var content: String

        package init(sender: Int, receiver: Int, content: String) {
            self.sender = sender
            self.receiver = receiver
            self.content = content
        }
    }

    package init() {}

    /// Sends the message, and returns it as it is kept; nil if one of the two users does not exist.
    package func send(_ draft: Draft, _ way: Way, on connection: any Connection) async throws -> DchatMessage? {
        let tables = DchatTables(connection.dialect)
        switch way {
        case .before, .fair, .seed: return try await lookingFirst(draft, tables, connection)
        case .expert:
            do {
                return try DchatMessage(
                    try await
                        connection.run(
                            addition(of: draft, returning: "id, sender_id, receiver_id, content", tables)
                        )[0]
                )
            } catch let error as EngineError where error.code == .foreignKeyViolation {
                return nil
            }
        }
    }

    /// As a mapper of objects does it: both users are loaded, the row is added, and read again.
    private func lookingFirst(
        _ draft: Draft,
        _ tables: DchatTables,
        _ connection: any Connection
    ) async throws -> DchatMessage? {
        for user in [draft.sender, draft.receiver] {
            guard try await connection.run("SELECT * FROM \(tables.users) WHERE id = \(user)").first != nil else {
                return nil
            }
        }
        let id = try await connection.run(addition(of: draft, returning: "id", tables))[0].decode(Int.self, "id")
        let rows = try await connection.run("SELECT * FROM \(tables.messages) WHERE id = \(id)")
        return try rows.first.map { try DchatMessage($0) }
    }

    private func addition(of draft: Draft, returning columns: String, _ tables: DchatTables) -> BoundStatement {
        """
        INSERT INTO \(tables.messages) (sender_id, receiver_id, content, status)
        VALUES (\(draft.sender), \(draft.receiver), \(draft.content), 'unread') RETURNING \(unsafeSQL: columns)
        """
    }
}
