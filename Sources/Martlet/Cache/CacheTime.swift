/// Times of a cache: nanoseconds since it was made, which compare faster than durations.
enum CacheTime {
    /// Reads a clock, as nanoseconds since now.
    static func stopwatch(_ clock: any Clock<Duration>) -> @Sendable () -> Int64 {
        // Nearly every cache has this clock, and every hit reads it: known by its type it costs half.
        if let clock = clock as? ContinuousClock {
            let start = clock.now
            return { start.duration(to: clock.now).nanoseconds }
        }
        return reading(clock)
    }

    private static func reading(_ clock: some Clock<Duration>) -> @Sendable () -> Int64 {
        let start = clock.now
        return { start.duration(to: clock.now).nanoseconds }
    }
}

extension Duration {
    /// Whole nanoseconds; 292 years at most.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, overflows) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflows ? .max : sum
    }
}
