/// What a load found, and which tags it belongs to.
public struct CacheLoad<Value: Sendable>: Sendable {
    /// The value; nil if there is none, which is kept for `timeToLiveAbsent`.
    public var value: Value?
    /// Tags that invalidate it.
    public var tags: [CacheTag]

    /// A value with its tags.
    @inlinable
    public init(_ value: Value?, tags: [CacheTag] = []) {
        self.value = value
        self.tags = tags
    }
}
