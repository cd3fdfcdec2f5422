import Synchronization

/// A clock that stands still until a test moves it.
///
/// Its sleeps end at once.
package final class SteppedClock: Clock, Sendable {
    package struct Instant: InstantProtocol {
        var offset: Duration
        package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        package func duration(to other: Instant) -> Duration { other.offset - offset }
        package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let time = Mutex(Instant(offset: .zero))

    package init() {}

    package var now: Instant { time.withLock { $0 } }
    package var minimumResolution: Duration { .zero }
    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {}
    package func advance(by duration: Duration) { time.withLock { $0 = $0.advanced(by: duration) } }
}
