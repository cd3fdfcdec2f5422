/// What a runner tells while it works.
package enum MigrationEvent: Sendable, Hashable {
    /// Which way the steps go.
    package enum Direction: String, Sendable, Hashable {
        /// Steps are made.
        case up
        /// Steps are undone.
        case down
    }

    /// A step begins; `number` starts at 1.
    case stepBegins(number: Int, of: Int, direction: Direction, sql: String, lock: String)
    /// A step is done; `found` if it was already so before.
    case stepDone(number: Int, of: Int, direction: Direction, found: Bool)
    /// A step needs nothing.
    case stepSkipped(number: Int, of: Int, direction: Direction, reason: String)
    /// A lock was not to be had; the attempt of that number follows after the pause.
    case retry(attempt: Int, of: Int, pause: Duration, reason: String)
    /// Another runner holds the lock.
    case waitingForRunner(holder: String, attempt: Int, of: Int)
    /// What an interrupted build left behind is dropped before anything else.
    case clearingLeftover(index: String)
    /// How far the server is with building an index; 0...1, nil while the server does not say.
    case building(index: String, phase: String, ratioDone: Double?)
    /// The queries that verify the change begin.
    case verifying(queries: Int)
}
