/// Who asks for a connection.
struct Borrower: Sendable {
    let site: PoolSite
    /// Tells tasks apart that run at the same time.
    let task: Int
    /// The loan within which it asks, taken by its own task or one that this descends from.
    let outer: PooledConnection?
}
