import MartletCore

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
