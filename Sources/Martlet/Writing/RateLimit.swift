import MartletCore

/// How often something may happen: a bucket of tokens that fills steadily.
///
///     let logins = RateLimit(5, per: .seconds(60))       // five at once, then one every twelve seconds
public struct RateLimit: Sendable, Hashable {
    /// The most that may happen at once.
    public let capacity: Int
    /// How long an empty bucket takes to fill.
    public let period: Duration

    /// Takes the capacity and the time in which it fills, from a microsecond for each token to a century.
    public init(_ capacity: Int, per period: Duration) {
        precondition(capacity > 0, "a limit that allows nothing needs no database")
        precondition(
            period >= .microseconds(capacity) && period <= .century,
            "a token takes a microsecond at least, a bucket a century at most"
        )
        self.capacity = capacity
        self.period = period
    }

    /// Time for one token, rounded up: rather a microsecond late than one token too many.
    var tokenMicroseconds: Int64 {
        let (seconds, attoseconds) = period.components
        let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        return (microseconds + Int64(capacity) - 1) / Int64(capacity)
    }

    var bucketMicroseconds: Int64 {
        tokenMicroseconds * Int64(capacity)
    }
}
