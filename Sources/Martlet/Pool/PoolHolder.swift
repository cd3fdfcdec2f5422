/// Somebody who holds a connection of a pool.
public struct PoolHolder: Sendable, CustomStringConvertible {
    /// Where the connection was asked for.
    public let site: PoolSite
    /// How long it has been held.
    public let age: Duration
    /// The statement that runs, or the last that ran, without values; nil if none has.
    public let statement: String?
    /// Whether that statement is running now.
    public let isRunning: Bool

    /// One line for people.
    public var description: String {
        let doing =
            switch (statement, isRunning) {
            case (nil, _): "has run nothing"
            case (let statement?, true): "runs \(statement)"
            case (let statement?, false): "last ran \(statement)"
            }
        return "\(site) for \(age.shownInSeconds), \(doing)"
    }
}

extension Duration {
    /// As `1.234 s`.
    var shownInSeconds: String {
        let (seconds, attoseconds) = components
        let milliseconds = String(attoseconds / 1_000_000_000_000_000)
        return "\(seconds).\(String(repeating: "0", count: max(0, 3 - milliseconds.count)))\(milliseconds) s"
    }
}
