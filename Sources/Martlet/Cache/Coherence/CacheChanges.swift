import Synchronization

/// Collects what a transaction changes, and invalidates it in this process as it comes.
public final class CacheChanges: Sendable {
    private let collected = Mutex<Set<CacheInvalidation>>([])
    private let apply: @Sendable (CacheInvalidation) -> Void

    init(apply: @escaping @Sendable (CacheInvalidation) -> Void) {
        self.apply = apply
    }

    /// Says that something changes.
    public func insert(_ change: CacheInvalidation) {
        collected.withLock { _ = $0.insert(change) }
        apply(change)
    }

    /// All that was said to change.
    var all: Set<CacheInvalidation> { collected.withLock(\.self) }
}
