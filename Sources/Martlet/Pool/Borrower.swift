/// Who asks for a connection.
struct Borrower: Sendable {
    let site: PoolSite
    /// Tells tasks apart that run at the same time.
    let task: Int
    /// The loan within which it asks, taken by its own task or one that this descends from.
    let outer: PooledConnection?

    /// Which task this is, and whether it is cancelled.
    ///
    /// Two are the same task if their addresses are, which is all that a handle holds; to hash it costs
    /// several times as much.
    static var current: (task: Int, isCancelled: Bool) {
        withUnsafeCurrentTask { task in
            // Taken apart no further than this: each copy of a handle is counted. Without a task the address is zero.
            guard MemoryLayout<UnsafeCurrentTask?>.size == MemoryLayout<Int>.size else {
                return (task.hashValue, task?.isCancelled ?? false)
            }
            return (unsafeBitCast(task, to: Int.self), task?.isCancelled ?? false)
        }
    }
}
