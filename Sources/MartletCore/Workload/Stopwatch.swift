/// Time since it was started, by whichever clock was passed in.
package struct Stopwatch: Sendable {
    private let read: @Sendable () -> Duration

    package init(_ clock: any Clock<Duration>) {
        // The clock of everyday use is read without witnesses: a recorder reads it twice for each statement.
        if clock is ContinuousClock {
            let start = ContinuousClock.now
            read = { start.duration(to: ContinuousClock.now) }
        } else {
            read = Self.start(clock)
        }
    }

    package var elapsed: Duration { read() }

    private static func start<C: Clock>(_ clock: C) -> @Sendable () -> Duration where C.Duration == Duration {
        let start = clock.now
        return { start.duration(to: clock.now) }
    }
}
