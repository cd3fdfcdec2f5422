extension Duration {
    /// The longest that anything lasts here, so that what is reckoned with it fits 64 bits of nanoseconds.
    package static var century: Duration { .seconds(3_155_760_000) }

    /// Seconds as a number, for statistics.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }

    /// Whole nanoseconds; 292 years at most.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, overflows) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflows ? .max : sum
    }

    /// Whole milliseconds, rounded down.
    package var milliseconds: Int64 { nanoseconds / 1_000_000 }

    /// Whole milliseconds for a timeout of PostgreSQL: rounded up, as 0 would mean no limit, and 25 days at the most.
    ///
    /// It refuses what is longer, see https://www.postgresql.org/docs/15/config-setting.html: integers of 32 bits, here
    /// of milliseconds.
    package var timeoutMilliseconds: Int64 {
        let (seconds, attoseconds) = min(self, .milliseconds(Int32.max)).components
        return seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }

    /// As `1.234 s`.
    package var shownInSeconds: String {
        let (seconds, attoseconds) = components
        let milliseconds = String(attoseconds / 1_000_000_000_000_000)
        return "\(seconds).\(String(repeating: "0", count: max(0, 3 - milliseconds.count)))\(milliseconds) s"
    }
}
