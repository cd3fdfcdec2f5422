import MartletCore

/// How many rows the chat application has, and how its messages lie.
struct ChatShape: Sendable, Hashable {
    var users: Int
    var chats: Int
    var messages: Int
    var files: Int
    /// Live messages of chat 1, the busiest.
    var messagesOfChat1: Int
    /// Live messages of chat 2: the figure of the source document.
    let messagesOfChat2 = 1_000

    /// One row in twenty is softly deleted.
    static let deletedShare = 0.05

    init(size: CaseSize, dialect: Dialect) {
        switch size {
        case .small: (users, chats, messages, files, messagesOfChat1) = (200, 1_000, 20_000, 500, 2_000)
        case .tenThousand: (users, chats, messages, files, messagesOfChat1) = (100, 500, 10_000, 250, 2_000)
        case .large:
            (users, chats, messages, files, messagesOfChat1) = (20_000, 100_000, 2_000_000, 100_000, 50_000)
            if dialect == .sqlite { divide(by: 4) }
        }
    }

    private mutating func divide(by divisor: Int) {
        users /= divisor
        chats /= divisor
        messages /= divisor
        files /= divisor
        messagesOfChat1 /= divisor
    }
}
