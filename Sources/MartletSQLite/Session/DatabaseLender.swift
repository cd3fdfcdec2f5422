internal import GRDB

/// Lends a database for as long as a session needs it.
enum DatabaseLender {
    /// A connection that belongs to the session.
    case exclusive(DatabaseQueue)
    /// Any reader of an application's pool, for one transaction or one statement at a time.
    case reader(DatabasePool)
    /// The writer of an application's pool, for one transaction or one statement at a time.
    case writer(DatabasePool)

    /// Whether the session has its database to itself until it ends.
    var isExclusive: Bool {
        if case .exclusive = self { true } else { false }
    }

    /// Blocks until the database is free, and while the body runs.
    func lend(_ body: (Database) throws -> Void) throws {
        switch self {
        case .exclusive(let queue): try queue.inDatabase(body)
        case .reader(let pool): try pool.unsafeRead(body)
        case .writer(let pool): try pool.writeWithoutTransaction(body)
        }
    }

    /// Closes what the session opened; an application's pool stays as it is.
    func close() {
        // Closing fails only for statements that are still open, and then GRDB closes when the queue is released.
        if case .exclusive(let queue) = self { try? queue.close() }
    }
}
