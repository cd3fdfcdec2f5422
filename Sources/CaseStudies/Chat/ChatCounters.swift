import MartletCore

/// The expert's counters: exact whatever the application does, kept by triggers.
struct ChatCounters: Sendable {
    let dialect: Dialect

    var migration: MigrationPlan {
        switch dialect {
        case .postgres: PostgresCounterSQL(counters: counters).migration
        case .sqlite: SQLiteCounterSQL(counters: counters).migration
        }
    }

    var counters: CounterSet {
        let tables = ChatTables(dialect)
        return CounterSet(
            name: "chat-counters",
            summary: "Keeps the numbers of users, chats and messages, and the live messages of each chat, by triggers.",
            statistics: tables.statistics,
            totals: [
                CounterSet.Total(key: ChatStatistic.users.rawValue, table: tables.users),
                CounterSet.Total(key: ChatStatistic.chats.rawValue, table: tables.chats),
                CounterSet.Total(key: ChatStatistic.messages.rawValue, table: tables.messages),
            ],
            parentCount: CounterSet.ParentCount(
                child: tables.messages,
                parentColumn: "chat_id",
                deletedColumn: "deleted_at",
                parent: tables.chats,
                countColumn: "message_count"
            ),
            now: tables.now
        )
    }
}
