package import MartletCore

/// Row 0c: a file is added to a chat unless its user has used up the quota.
package struct ChatUploads: Sendable {
    /// A file whose bytes are stored elsewhere already.
    package struct File: Sendable {
        package var userID: Int
        package var chatID: Int
        package var storageKey: String
        package var name: String
        package var sizeBytes: Int

        package init(userID: Int, chatID: Int, storageKey: String, name: String, sizeBytes: Int) {
            self.userID = userID
            self.chatID = chatID
            self.storageKey = storageKey
            self.name = name
            self.sizeBytes = sizeBytes
        }
    }

    /// Files that a user may upload.
    package let filesMax: Int

    package init(filesMax: Int) {
        self.filesMax = filesMax
    }

    /// Saves the file; false if the quota is used up, or user and chat do not belong together.
    package func save(_ file: File, _ way: Way, on connection: any Connection) async throws -> Bool {
        let tables = ChatTables(connection.dialect)
        return switch way {
        case .before, .fair: try await oneByOne(file, tables, connection)
        case .seed: try await readingTogether(file, tables, connection)
        case .expert: try await claimingQuota(file, tables, connection)
        }
    }

    /// Five statements, each waiting for the one before; the user is read twice.
    ///
    /// The count is read and written back,
    /// so of two uploads at the same time one is not counted.
    private func oneByOne(
        _ file: File,
        _ tables: ChatTables,
        _ connection: any Connection
    ) async throws -> Bool {
        let users = try await connection.run("SELECT * FROM \(tables.users) WHERE id = \(file.userID)")
        let chats = try await connection.run("SELECT * FROM \(tables.chats) WHERE id = \(file.chatID)")
        guard let user = users.first, let chat = chats.first, try mayUpload(file, user: user, chat: chat) else {
            return false
        }
        try await add(file, tables, connection)
        let again = try await connection.run("SELECT * FROM \(tables.users) WHERE id = \(file.userID)")
        guard let current = again.first else { return false }
        try await setCount(try current.decode(Int.self, "file_upload_count") + 1, of: file.userID, tables, connection)
        return true
    }

    /// The document's way: user and chat together, the user not read again.
    ///
    /// Still read, add, write.
    private func readingTogether(
        _ file: File,
        _ tables: ChatTables,
        _ connection: any Connection
    ) async throws -> Bool {
        let results = try await connection.runPipelined([
            "SELECT * FROM \(tables.users) WHERE id = \(file.userID)",
            "SELECT * FROM \(tables.chats) WHERE id = \(file.chatID)",
        ])
        guard let user = results[0].first, let chat = results[1].first,
            try mayUpload(file, user: user, chat: chat)
        else { return false }
        try await add(file, tables, connection)
        try await setCount(try user.decode(Int.self, "file_upload_count") + 1, of: file.userID, tables, connection)
        return true
    }

    /// Takes a place of the quota and adds the file in one round trip: both happen or neither.
    private func claimingQuota(
        _ file: File,
        _ tables: ChatTables,
        _ connection: any Connection
    ) async throws -> Bool {
        switch connection.dialect {
        case .postgres:
            let rows = try await connection.run(
                """
                WITH quota AS (
                  UPDATE \(tables.users) SET file_upload_count = file_upload_count + 1
                  WHERE id = \(file.userID) AND deleted_at IS NULL AND file_upload_count < \(filesMax)::bigint
                    AND EXISTS (SELECT 1 FROM \(tables.chats) AS chat
                                WHERE chat.id = \(file.chatID)::bigint AND chat.user_id = users.id
                                  AND chat.deleted_at IS NULL)
                  RETURNING id
                )
                INSERT INTO \(tables.files) (user_id, chat_id, storage_key, file_name, mime_type, size_bytes)
                SELECT quota.id, \(file.chatID)::bigint, \(file.storageKey)::text, \(file.name)::text, 'image/png',
                       \(file.sizeBytes)::bigint
                FROM quota RETURNING id
                """
            )
            return !rows.isEmpty
        case .sqlite:
            let quota: BoundStatement = """
                UPDATE \(tables.users) SET file_upload_count = file_upload_count + 1
                WHERE id = \(file.userID) AND deleted_at IS NULL AND file_upload_count < \(filesMax)
                  AND EXISTS (SELECT 1 FROM \(tables.chats) AS chat
                              WHERE chat.id = \(file.chatID) AND chat.user_id = users.id AND chat.deleted_at IS NULL)
                """
            // changes() tells what the statement before changed: 1 if there was a place.
            let insert: BoundStatement = """
                INSERT INTO \(tables.files) (user_id, chat_id, storage_key, file_name, mime_type, size_bytes)
                SELECT \(file.userID), \(file.chatID), \(file.storageKey), \(file.name), 'image/png', \(file.sizeBytes)
                WHERE changes() > 0 RETURNING id
                """
            return !(try await connection.runPipelined([quota, insert])[1].isEmpty)
        }
    }

    private func mayUpload(_ file: File, user: Row, chat: Row) throws -> Bool {
        try chat.decode(Int.self, "user_id") == file.userID && chat["deleted_at"].isNull
            && user["deleted_at"].isNull && user.decode(Int.self, "file_upload_count") < filesMax
    }

    private func add(_ file: File, _ tables: ChatTables, _ connection: any Connection) async throws {
        try await connection.run(
            """
            INSERT INTO \(tables.files) (user_id, chat_id, storage_key, file_name, mime_type, size_bytes)
            VALUES (\(file.userID), \(file.chatID), \(file.storageKey), \(file.name), 'image/png', \(file.sizeBytes))
            """
        )
    }

    private func setCount(
        _ count: Int,
        of userID: Int,
        _ tables: ChatTables,
        _ connection: any Connection
    ) async throws {
        try await connection.run(
            "UPDATE \(tables.users) SET file_upload_count = \(count) WHERE id = \(userID)"
        )
    }
}
