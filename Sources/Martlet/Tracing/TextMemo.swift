import Synchronization

/// Remembers what was read from each text, so that a statement is read once and not at every execution.
final class TextMemo<Content: Sendable>: Sendable {
    private let entriesMax: Int
    private let entries = Mutex<[String: Content]>([:])

    /// Remembers so many texts: more than applications have distinct statements, unless they splice values.
    init(entriesMax: Int) {
        self.entriesMax = entriesMax
    }

    /// What is remembered of a text, or what is read from it now.
    func content(of text: String, read: (String) -> Content) -> Content {
        if let known = entries.withLock({ $0[text] }) { return known }
        let content = read(text)
        entries.withLock { entries in
            // An application that splices values has no end of texts; starting afresh is cheaper than an order of use.
            if entries.count == entriesMax { entries.removeAll(keepingCapacity: true) }
            entries[text] = content
        }
        return content
    }
}
