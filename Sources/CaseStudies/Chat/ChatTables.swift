import MartletCore

/// Names of the chat application's tables, and the little in which its SQL differs between the dialects.
struct ChatTables: Sendable {
    let users: QualifiedName
    let chats: QualifiedName
    let messages: QualifiedName
    let files: QualifiedName
    let statistics: QualifiedName
    /// An expression for the instant of the statement.
    let now: String

    init(_ dialect: Dialect) {
        let study = ChatCaseStudy()
        users = study.table("users", in: dialect)
        chats = study.table("chats", in: dialect)
        messages = study.table("messages", in: dialect)
        files = study.table("files", in: dialect)
        statistics = study.table("db_stats", in: dialect)
        now = SchemaWriter(schema: study.name, dialect: dialect).now
    }

    /// The table whose rows a number of the dashboard counts.
    func counted(by statistic: ChatStatistic) -> QualifiedName {
        switch statistic {
        case .users: users
        case .chats: chats
        case .messages: messages
        }
    }
}

/// The numbers of the dashboard by the keys that the source document gives them; counters have the same names.
enum ChatStatistic: String, CaseIterable, Sendable {
    case users = "users_total"
    case chats = "chats_total"
    case messages = "messages_total"
}
