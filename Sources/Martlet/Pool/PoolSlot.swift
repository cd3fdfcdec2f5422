/// A place for one session, and what is going on there.
struct PoolSlot: Sendable, Hashable {
    /// free → connecting → idle or leased or closing or free; idle → leased, validating, closing;
    /// leased → idle, leased, validating, closing; validating → idle, leased, closing; closing → free.
    enum State: Sendable, Hashable {
        case free
        case connecting
        case idle(since: Duration)
        case validating
        case leased(since: Duration, isReported: Bool)
        case closing
    }

    var state = State.free
    /// When the session is too old to be lent again.
    var retiresAt = Duration.zero
}
