/// How closely a process follows what others change.
///
/// A feed that is made with durations outside the ranges that are given here ends the process.
public struct CacheFeedOptions: Sendable, Hashable {
    /// How long the feed waits between two looks at the log.
    ///
    /// Each is one statement, of a fraction of a millisecond. Shorter than `stalenessMax`.
    public var pollInterval = Duration.milliseconds(20)
    /// How old what is served may be beside another process's commit.
    ///
    /// If the log could not be read for so long, caches serve nothing, and every request is loaded. Longer than
    /// `pollInterval`.
    public var stalenessMax = Duration.seconds(1)
    /// How long changes stay in the log.
    ///
    /// A process that was away for longer throws everything away. Longer than twice `stalenessMax`.
    public var retention = Duration.seconds(600)
    /// How long the feed waits before it connects again.
    public var reconnectDelay = Duration.milliseconds(200)

    /// The defaults.
    public init() {}
}
