import Martlet
import MartletCore

/// The expert's counters: exact whatever the application does, kept by the library.
struct ChatCounters: Sendable {
    let dialect: Dialect

    var definitions: [CounterDefinition] {
        let tables = ChatTables(dialect)
        return ChatStatistic.allCases.map { statistic in
            CounterDefinition(
                name: CounterName(stringLiteral: statistic.rawValue),
                table: tables.counted(by: statistic)
            )
        } + [
            CounterDefinition(
                name: "messages_of_chat",
                table: tables.messages,
                keyColumns: ["chat_id"],
                condition: "deleted_at IS NULL",
                parent: CounterDefinition.Parent(table: tables.chats, column: "message_count")
            )
        ]
    }

    /// Makes the message counts unknown before a counter keeps them, and after.
    ///
    /// A counter that is taken away leaves its last numbers in the column, where they would be believed.
    var migration: MigrationPlan {
        let forget = MigrationStep(
            sql: "UPDATE \(ChatTables(dialect).chats.quoted) SET message_count = NULL WHERE message_count IS NOT NULL",
            lock: "row locks on every chat with a count: writers of chats wait until it is done"
        )
        return MigrationPlan(
            name: "chat-message-counts",
            summary: "Forgets the message counts of chats that nobody keeps.",
            up: [forget],
            down: [forget],
            verify: [ChatMessageCounts(dialect: dialect).areRightWhereKnown]
        )
    }
}
