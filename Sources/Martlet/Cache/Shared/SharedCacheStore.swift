/// Keeps records for several processes: what a second tier needs of Redis, or of something like it.
///
/// A store promises nothing about what it keeps: it may lose records, or answer with old ones. It does promise to be
/// quick: a call that cannot be answered within a short time is answered with `.unavailable`, and none fails.
public protocol SharedCacheStore: Sendable {
    /// Looks for a record; where there is none that will do, asks for the right to load it.
    ///
    /// - Parameters:
    ///   - name: what the record is kept under.
    ///   - stamp: a record with this stamp or an earlier one will not do. A record begins with its stamp.
    ///   - bytesMax: a record that is larger will not do.
    ///   - lease: who asks, and for how long others are kept from loading; nil to ask for a record only.
    /// - Returns: the record, or whether the lease was granted.
    func read(_ name: String, after stamp: String, bytesMax: Int, lease: SharedCacheLease?) async -> SharedCacheAnswer

    /// Keeps a record, unless there is one with a later stamp, and ends the lease.
    ///
    /// Returns at once: whoever loaded does not wait.
    func write(_ record: [UInt8], stamp: String, under name: String, timeToLive: Duration, lease: SharedCacheLease?)

    /// Ends a lease without a record.
    func end(_ lease: SharedCacheLease, of name: String)
}

/// The right of one process to load what several want.
public struct SharedCacheLease: Sendable, Hashable {
    /// Whose it is: a number that nobody else has.
    public let holder: UInt64
    /// After how long others may load, whatever has become of the holder.
    public let duration: Duration
}

/// What a second tier knows of a record.
public enum SharedCacheAnswer: Sendable, Hashable {
    /// The record, and how long it is still kept.
    case record([UInt8], timeLeft: Duration)
    /// There is none; whether the lease was granted.
    case none(isLeased: Bool)
    /// The store did not answer in time, or is known not to.
    case unavailable
}
