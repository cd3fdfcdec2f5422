/// Keys that are read together.
///
/// `@unchecked Sendable`: what changes in it is read and written under the lock of its loader.
@usableFromInline
final class LoadBatch<Key: Hashable & Sendable, Value: Sendable>: @unchecked Sendable {
    @usableFromInline let slots: [LoadSlot<Key, Value>]
    /// Calls that wait for its keys, one counted for each key.
    @usableFromInline var callCount: Int
    /// Nobody waits any more.
    @usableFromInline var isAbandoned = false
    @usableFromInline var task: Task<Void, Never>?

    @inlinable
    init(_ slots: [LoadSlot<Key, Value>]) {
        self.slots = slots
        callCount = slots.reduce(0) { $0 + $1.callCount }
    }
}
