/// Who asks for a connection.
struct Borrower: Sendable {
    let site: PoolSite
    /// Tells tasks apart that run at the same time.
    let task: Int
    /// The loan within which it asks, taken by its own task or one that this descends from.
    let outer: PooledConnection?

    /// Which task it is, and whether it is cancelled.
    ///
    /// Two are the same task if their addresses are, which is all that a handle holds; to hash it costs
    /// several times as much.
    static func identity(_ task: UnsafeCurrentTask?) -> (task: Int, isCancelled: Bool) {
        guard let task else { return (0, false) }
        guard MemoryLayout<UnsafeCurrentTask>.size == MemoryLayout<Int>.size else {
            return (task.hashValue, task.isCancelled)
        }
        return (unsafeBitCast(task, to: Int.self), task.isCancelled)
    }
}
