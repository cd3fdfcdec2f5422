package import MartletCore

/// Row 3a: how many messages wait for a user.
package struct DchatInbox: Sendable {
    package init() {}

    /// The number of unread messages.
    ///
    /// All ways ask the same; what differs is the index. The status is written out: a plan that fits any status cannot
    /// use an index of unread messages only.
    package func unread(of user: Int, _ way: Way, on connection: any Connection) async throws -> Int {
        let tables = DchatTables(connection.dialect)
        let rows = try await connection.run(
            "SELECT count(*) FROM \(tables.messages) WHERE receiver_id = \(user) AND status = 'unread'"
        )
        return try rows[0].decode(Int.self, at: 0)
    }
}
