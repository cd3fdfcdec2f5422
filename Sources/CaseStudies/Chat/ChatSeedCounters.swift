import MartletCore

/// The document's counters: filled once, then kept by the application alone.
///
/// A write by any other path, a soft delete, or two writers at once leave them wrong; so does a writer during the fill.
struct ChatSeedCounters: Sendable {
    let dialect: Dialect

    var migration: MigrationPlan {
        let counters = ChatCounters(dialect: dialect).counters
        let count = counters.parentCount
        let totals = counters.totals.map { total in
            "SELECT '\(total.key)', 0, (SELECT count(*) FROM \(total.table.quoted))"
        }
        return MigrationPlan(
            name: "chat-seed-counters",
            summary: "Fills the running counters and message counts that the application keeps from then on.",
            up: [
                MigrationStep(
                    sql: """
                        INSERT INTO \(counters.statistics.quoted) (stat_key, stripe, value)
                        \(totals.joined(separator: " UNION ALL "))
                        """,
                    lock: "none that blocks reads or writes; reads every counted table once"
                ),
                MigrationStep(
                    sql: """
                        UPDATE \(count.parent.quoted) SET message_count = live.children
                        FROM (SELECT chats.id AS id, count(messages.id) AS children FROM \(count.parent.quoted) AS chats
                              LEFT JOIN \(count.child.quoted) AS messages
                                ON messages.chat_id = chats.id AND messages.deleted_at IS NULL
                              GROUP BY chats.id) AS live
                        WHERE live.id = \(Identifier(count.parent.name).quoted).id
                        """,
                    lock: "row locks on every chat: writers of chats wait until it is done"
                ),
            ],
            down: [
                MigrationStep(
                    sql: """
                        DELETE FROM \(counters.statistics.quoted) WHERE stat_key IN (\(counters.keyList));
                        UPDATE \(count.parent.quoted) SET message_count = NULL WHERE message_count IS NOT NULL;
                        """,
                    lock: "row locks on every chat: writers of chats wait until it is done"
                )
            ],
            verify: counters.verification
        )
    }
}
