import MartletCore

/// The document's counters: filled once, then kept by the application alone.
///
/// A write by any other path, a soft delete, or two writers at once leave them wrong; so does a writer during the fill.
struct ChatSeedCounters: Sendable {
    let dialect: Dialect

    var migration: MigrationPlan {
        let tables = ChatTables(dialect)
        let (statistics, chats) = (tables.statistics.quoted, tables.chats.quoted)
        let totals = ChatStatistic.allCases.map { statistic in
            "SELECT '\(statistic.rawValue)', 0, (SELECT count(*) FROM \(tables.counted(by: statistic).quoted))"
        }
        let keys = ChatStatistic.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return MigrationPlan(
            name: "chat-seed-counters",
            summary: "Fills the running counters and message counts that the application keeps from then on.",
            up: [
                MigrationStep(
                    sql: """
                        INSERT INTO \(statistics) (stat_key, stripe, value)
                        \(totals.joined(separator: " UNION ALL "))
                        """,
                    lock: "none that blocks reads or writes; reads every counted table once"
                ),
                MigrationStep(
                    sql: """
                        UPDATE \(chats) SET message_count = live.children
                        FROM (SELECT chats.id AS id, count(messages.id) AS children FROM \(chats) AS chats
                              LEFT JOIN \(tables.messages.quoted) AS messages
                                ON messages.chat_id = chats.id AND messages.deleted_at IS NULL
                              GROUP BY chats.id) AS live
                        WHERE live.id = chats.id
                        """,
                    lock: "row locks on every chat: writers of chats wait until it is done"
                ),
            ],
            down: [
                MigrationStep(
                    sql: """
                        DELETE FROM \(statistics) WHERE stat_key IN (\(keys));
                        UPDATE \(chats) SET message_count = NULL WHERE message_count IS NOT NULL;
                        """,
                    lock: "row locks on every chat: writers of chats wait until it is done"
                )
            ],
            verify: verification
        )
    }

    /// One row with one true value each while every counter is right.
    private var verification: [String] {
        let tables = ChatTables(dialect)
        return ChatStatistic.allCases.map { statistic in
            """
            SELECT (SELECT count(*) FROM \(tables.counted(by: statistic).quoted)) = coalesce((SELECT sum(value)
            FROM \(tables.statistics.quoted) WHERE stat_key = '\(statistic.rawValue)'), -1)
            """
        } + [ChatMessageCounts(dialect: dialect).areRight]
    }
}
