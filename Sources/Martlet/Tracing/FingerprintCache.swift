import MartletCore
import Synchronization

/// Remembers the fingerprint of each text, so that a statement is read once and not at every execution.
final class FingerprintCache: Sendable {
    /// Texts that are remembered: more than applications have distinct statements, unless they splice values.
    private static let entriesMax = 4_096

    private let entries = Mutex<[String: Fingerprint]>([:])

    func fingerprint(of text: String, dialect: Dialect) -> Fingerprint {
        if let known = entries.withLock({ $0[text] }) { return known }
        let fingerprint = Fingerprint(of: text, dialect: dialect)
        entries.withLock { entries in
            // An application that splices values has no end of texts; starting afresh is cheaper than an order of use.
            if entries.count == Self.entriesMax { entries.removeAll(keepingCapacity: true) }
            entries[text] = fingerprint
        }
        return fingerprint
    }
}
