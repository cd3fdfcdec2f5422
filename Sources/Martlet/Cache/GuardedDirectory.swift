import Synchronization

/// A cache's directory and its lock, in memory of their own: what readers look at does not share a cache line with a
/// lock that others take.
final class GuardedDirectory<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let directory: Mutex<CacheDirectory<Key, Value>>

    init(_ directory: CacheDirectory<Key, Value>) {
        self.directory = Mutex(directory)
    }

    func withLock<Result>(_ body: (inout sending CacheDirectory<Key, Value>) -> sending Result) -> sending Result {
        directory.withLock(body)
    }

    /// Does nothing if another thread has the lock.
    func withLockIfAvailable(_ body: (inout sending CacheDirectory<Key, Value>) -> Void) {
        _ = directory.withLockIfAvailable { body(&$0) }
    }
}
