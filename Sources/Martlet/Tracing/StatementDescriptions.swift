import MartletCore
import Synchronization

/// Remembers the description of each text, so that a statement is read once and not at every execution.
final class StatementDescriptions: Sendable {
    /// Texts that are remembered: more than applications have distinct statements, unless they splice values.
    private static let entriesMax = 2_048

    private let entries = Mutex<[String: StatementDescription]>([:])

    func description(of text: String, dialect: Dialect) -> StatementDescription {
        if let known = entries.withLock({ $0[text] }) { return known }
        let description = StatementDescription(text, dialect: dialect)
        entries.withLock { entries in
            // An application that splices values has no end of texts; starting afresh is cheaper than an order of use.
            if entries.count == Self.entriesMax { entries.removeAll(keepingCapacity: true) }
            entries[text] = description
        }
        return description
    }
}
