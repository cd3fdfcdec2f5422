/// What a store has done since it was made.
public struct RedisMetrics: Sendable, Hashable {
    /// Whether the server answers, as far as is known.
    public internal(set) var isAvailable = false
    /// Calls that the server has answered.
    public internal(set) var answers = 0
    /// Calls that were given up, because the server was too slow or went away, or because too many waited.
    public internal(set) var refusals = 0
    /// Times that a connection was made.
    public internal(set) var connections = 0
    /// Commands that the server has refused, such as for want of memory.
    public internal(set) var commandErrors = 0
    /// Why the server was given up last.
    public internal(set) var lastFailure: String?
}
