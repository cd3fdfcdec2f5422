public import Synchronization

/// A part of a cache's keys under a lock of its own, so that readers of different keys seldom meet.
///
/// The lock may be taken while the directory's is held, never the other way round.
@usableFromInline
final class CacheShard<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// Hits that are noted before the policy is told of them: once for many is cheaper, see Ding, Jiang, Zhang:
    /// BP-Wrapper (ICDE 2009), https://doi.org/10.1109/ICDE.2009.96.
    @usableFromInline static var touchesMax: Int { 64 }

    @usableFromInline
    struct State: Sendable {
        @usableFromInline var entries: [ExactKey<Key>: CacheEntry<Value>] = [:]
        /// Slots that were hit since the policy was told, in order.
        @usableFromInline var touches: [Int32] = []
        @usableFromInline var hits = 0
        /// Stores there had been when the policy was told last, and batches of hits since.
        @usableFromInline var storesTold = 0
        @usableFromInline var batchesUntold = 0
        @usableFromInline var hitAgeNanoseconds: Int64 = 0
    }

    /// Batches of which the policy is told one, as long as nothing is stored: without a newcomer nothing has to go.
    ///
    /// Telling of one hit costs the policy some 60 ns, so with one in 32 it is 2 ns of each. What it counts then is a
    /// sample, which has the same frequencies; once something is stored, it is told of every batch.
    @usableFromInline static var batchesPerTelling: Int { 32 }

    @usableFromInline let state = Mutex(State())
}

/// What is kept for one key; times are nanoseconds since the cache was made.
@usableFromInline
struct CacheEntry<Value: Sendable>: Sendable {
    @usableFromInline var outcome: CacheLookup<Value>
    /// Here it fits behind the outcome's tag, so that an entry is eight bytes smaller.
    @usableFromInline var slot: Int32
    /// When its load began: it is at least as new as that.
    @usableFromInline var loadedAt: Int64
    /// From when on it is loaded again behind the answer.
    @usableFromInline var refreshAt: Int64
    @usableFromInline var expiresAt: Int64
}
