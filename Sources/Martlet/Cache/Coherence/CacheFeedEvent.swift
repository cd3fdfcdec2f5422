/// What a feed tells of itself: worth a line in a log.
public enum CacheFeedEvent: Sendable, CustomStringConvertible {
    /// The log is read, and the attached caches serve what they keep.
    case following
    /// The log cannot be read: the attached caches are empty, and every request is loaded, until `following`.
    ///
    /// The feed tries again by itself, and tells it again only when the reason is another.
    case interrupted(any Error)

    /// For a log.
    public var description: String {
        switch self {
        case .following: "the log of changes is followed"
        case .interrupted(let error): "the log of changes cannot be read, so nothing is served from the cache: \(error)"
        }
    }
}
