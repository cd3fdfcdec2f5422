/// How long an operation of the messenger may take: the document's table, and the tenth of it that is held to here.
package struct DchatTarget: Sendable, Hashable {
    /// The operations of the table.
    package enum Operation: String, Sendable, Hashable, CaseIterable, Codable {
        case login
        case searchUsers = "search-users"
        case sendMessage = "send-message"
        case createGroup = "create-group"
        case loadMessages = "load-messages"

        var changesRows: Bool { self == .sendMessage || self == .createGroup }
    }

    package let operation: Operation
    /// What the document aims at.
    package let target: Duration
    /// What it still accepts; more calls for action.
    package let acceptable: Duration
    /// Its share of all requests; the document gives none.
    package let share: Double

    /// What 95 of 100 requests take at the most with 50 clients: a tenth of the target.
    package var p95Max: Duration { target / 10 }

    /// The targets in the document's order.
    ///
    /// Shares are those of a messenger: mostly reading, some writing, now and then a group.
    package static let all = [
        DchatTarget(.login, target: .milliseconds(100), acceptable: .milliseconds(500), share: 0.15),
        DchatTarget(.loadMessages, target: .milliseconds(200), acceptable: .seconds(1), share: 0.50),
        DchatTarget(.sendMessage, target: .milliseconds(150), acceptable: .milliseconds(500), share: 0.25),
        DchatTarget(.createGroup, target: .milliseconds(300), acceptable: .seconds(1), share: 0.02),
        DchatTarget(.searchUsers, target: .milliseconds(500), acceptable: .seconds(2), share: 0.08),
    ]

    private init(_ operation: Operation, target: Duration, acceptable: Duration, share: Double) {
        self.operation = operation
        self.target = target
        self.acceptable = acceptable
        self.share = share
    }
}
