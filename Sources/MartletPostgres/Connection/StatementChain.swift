internal import MartletCore

/// Statements of one caller of which each is sent when the one before was answered, by the connection itself.
///
/// It ends once, and resumes its caller then.
///
/// Confined to the event loop of its connection, which is why it is `@unchecked Sendable`.
final class StatementChain: @unchecked Sendable {
    /// How it ended.
    enum End {
        /// The source had no more.
        case finished
        /// This statement has to be run by the usual way: it is not prepared, or its turn has to be waited for.
        case unready(BoundStatement)
        case failed(EngineError)
    }

    /// What an exchange tells of its end, instead of a caller that waits for it.
    struct Link {
        let chain: StatementChain
        let statement: BoundStatement
        let isPrepared: Bool
    }

    let source: any StatementSource
    /// Texts that nobody prepares: BEGIN, COMMIT and their like.
    private let unprepared: Set<StatementText>
    /// Whether the caller was cancelled: nothing more is sent.
    var isCancelled = false
    /// What is under way.
    private(set) var exchange: Exchange?
    private var continuation: UnsafeContinuation<End, Never>?
    private var outcome: End?

    init(_ source: any StatementSource, unprepared: Set<StatementText>) {
        self.source = source
        self.unprepared = unprepared
    }

    func isUnprepared(_ text: String) -> Bool {
        !unprepared.isEmpty && unprepared.contains(StatementText(text))
    }

    /// Notes what was sent.
    func follow(_ exchange: Exchange, _ link: Link) {
        self.exchange = exchange
        exchange.link = link
    }

    func wait(_ continuation: UnsafeContinuation<End, Never>) {
        if let outcome {
            continuation.resume(returning: outcome)
        } else {
            self.continuation = continuation
        }
    }

    func end(_ outcome: End) {
        exchange = nil
        self.outcome = outcome
        continuation?.resume(returning: outcome)
        continuation = nil
    }
}
