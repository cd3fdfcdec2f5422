/// What a load found, and which tags it belongs to.
public struct CacheLoad<Value: Sendable>: Sendable {
    /// The value; nil if there is none, which is kept for `timeToLiveAbsent`.
    public var value: Value?
    /// Tags that invalidate it.
    public var tags: [CacheTag]
    /// How long ago its load began, where another process loaded it.
    @usableFromInline var age = Duration.zero

    /// A value with its tags.
    @inlinable
    public init(_ value: Value?, tags: [CacheTag] = []) {
        self.value = value
        self.tags = tags
    }

    init(_ value: Value?, tags: [CacheTag], age: Duration) {
        self.init(value, tags: tags)
        self.age = age
    }
}
