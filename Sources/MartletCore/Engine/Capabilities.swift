/// What an engine can do beyond the common ground; a command that needs more says so to its user.
public struct Capabilities: OptionSet, Sendable, Hashable {
    /// One bit for each capability.
    public let rawValue: Int

    /// Takes the bits.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Several statements share one round trip.
    public static let pipelining = Capabilities(rawValue: 1 << 0)
    /// The server keeps statistics per statement, or can if an extension is installed.
    public static let statementStatistics = Capabilities(rawValue: 1 << 1)
    /// Plans report the buffers they touched.
    public static let planBuffers = Capabilities(rawValue: 1 << 2)
    /// Tables can be partitioned.
    public static let partitioning = Capabilities(rawValue: 1 << 3)
    /// Indexes can be built without blocking writers.
    public static let concurrentIndexBuild = Capabilities(rawValue: 1 << 4)
    /// Statistics count how often an index was used.
    public static let indexUsage = Capabilities(rawValue: 1 << 5)
    /// The server writes the rows of a statement itself: `Connection.copyOut`.
    public static let copying = Capabilities(rawValue: 1 << 6)
}
