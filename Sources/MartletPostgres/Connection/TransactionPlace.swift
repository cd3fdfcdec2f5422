/// Where the next statement of a connection will find itself, as far as it can be known before it is sent.
enum TransactionPlace {
    /// No transaction is open: what can neither begin nor end one is a transaction of its own.
    case outside
    /// A transaction is open, or has failed since.
    case within
    /// What is in flight may begin or end one, or the transaction has failed.
    case unknown

    /// The place behind a statement of this kind.
    func behind(_ kind: StatementKind) -> Self {
        switch kind {
        case .rows: self
        case .begin: .within
        case .copy, .commit, .rollback, .other: .unknown
        }
    }
}
