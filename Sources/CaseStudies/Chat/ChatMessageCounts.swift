import MartletCore

/// The column of chats that holds the number of their live messages, compared with the messages.
///
/// Each text is a query of one row with one true value. It is one statement and so sees one snapshot, which makes it
/// right under concurrent writers too.
struct ChatMessageCounts: Sendable {
    let dialect: Dialect

    /// Every chat has its true count.
    var areRight: String { noChat(where: "IS DISTINCT FROM") }

    /// No chat has a wrong count; it may have none.
    var areRightWhereKnown: String { noChat(where: "<>") }

    private func noChat(where comparison: String) -> String {
        let tables = ChatTables(dialect)
        return """
            SELECT NOT EXISTS (SELECT 1 FROM \(tables.chats.quoted) AS parent LEFT JOIN (
              SELECT chat_id AS id, count(*) AS children FROM \(tables.messages.quoted)
              WHERE deleted_at IS NULL GROUP BY chat_id) AS live ON live.id = parent.id
            WHERE parent.message_count \(comparison) coalesce(live.children, 0))
            """
    }
}
