/// A cache as its feed sees it, whatever its keys and values are.
struct CacheFeedMember: Sendable {
    /// Nanoseconds since the cache was made, or a little less.
    let mark: @Sendable () -> Int64
    /// Removes what has changed.
    let apply: @Sendable (CacheInvalidation) -> Void
    /// Lets the cache serve what it keeps until then.
    let serve: @Sendable (_ until: Int64) -> Void
    /// Removes everything, and serves nothing until it may.
    let bypass: @Sendable () -> Void
}
