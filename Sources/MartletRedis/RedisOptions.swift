/// Where a Redis is, and how long it may take.
public struct RedisOptions: Sendable {
    /// The address of a server.
    public enum Address: Sendable, Hashable {
        /// A host name or number, and a port.
        case host(String, port: Int = 6379)
        /// The path of a unix socket.
        case socket(String)
    }

    /// The address of the server.
    public var address: Address
    /// The user, for servers that know more than the default one.
    public var user: String?
    /// The password, if the server asks for one.
    public var password: String?
    /// The number of the database.
    public var database = 0
    /// How long the server may take for what is sent to it together.
    ///
    /// A call waits for twice as long at most: for what was sent before, and for itself. Whoever cannot be answered in
    /// time goes on without the second tier.
    public var deadline = Duration.milliseconds(25)
    /// How long connecting may take; nobody waits for it.
    public var connectDeadline = Duration.seconds(1)
    /// How long the server is left alone after it has failed for the first time.
    ///
    /// It doubles with each failure, and goes back when the server has answered for as long as `pauseMax`.
    public var pauseMin = Duration.milliseconds(100)
    /// How long the server is left alone at most.
    public var pauseMax = Duration.seconds(10)
    /// Calls that may wait; beyond it, a call is answered at once with "unavailable".
    public var waitingMax = 1_024

    /// The defaults, for a server at an address.
    public init(_ address: Address) {
        self.address = address
    }
}
