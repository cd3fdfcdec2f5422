/// A second tier behind a cache, which several processes share.
///
///     feed.attach(users, scope: "users", sharing: SharedCacheTier(redis, coding: .json))
public struct SharedCacheTier<Value: Sendable>: Sendable {
    /// Where the records are.
    public let store: any SharedCacheStore
    /// How values are written.
    public let coding: SharedCacheCoding<Value>
    /// Begins the name of each record: what shares a store and means something else has another.
    ///
    /// Change it when the form of the values changes, so that processes of both versions can run beside each other.
    public var namespace = "martlet"
    /// A value that takes more bytes is not shared.
    public var valueBytesMax = 256 * 1_024
    /// How long others are kept from loading what one process loads; then they load it too.
    public var leaseDuration = Duration.milliseconds(500)

    /// A tier in a store.
    public init(_ store: any SharedCacheStore, coding: SharedCacheCoding<Value>) {
        (self.store, self.coding) = (store, coding)
    }
}
