/// What a cache knows of a key without loading it.
public enum CacheLookup<Value: Sendable>: Sendable {
    /// The value.
    case value(Value)
    /// It is known that there is none.
    case absent
    /// Loading it failed not long ago; only where `timeToLiveError` is set.
    case failure(any Error)
    /// Nothing is known.
    case miss
}
