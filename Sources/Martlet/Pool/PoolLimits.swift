/// What a pool's state machine keeps to.
package struct PoolLimits: Sendable, Hashable {
    /// Sessions that are kept open even when nobody wants them.
    package var min = 0
    /// Sessions that are kept while they are wanted now and then.
    package var max = 10
    /// Sessions beyond `max` that are opened when somebody would have to wait, and closed when nobody does.
    package var overflow = 0
    package var waitersMax = 10_000
    package var idleTimeout = Duration.seconds(60)
    package var ageMax = Duration.seconds(3_600)
    /// A session that was idle for so long is asked whether it is alive before it is lent.
    package var validateAfter = Duration.seconds(30)
    package var leakAfter: Duration?

    /// The part of the maximum age by which sessions differ, so that those opened together do not end together.
    package static let ageSpread = 0.1
    /// How long to wait before the next attempt after one that failed; twice as long after each.
    package static let backoffMin = Duration.milliseconds(50)
    package static let backoffMax = Duration.seconds(2)

    package init() {}

    package var capacity: Int { max + overflow }
}
