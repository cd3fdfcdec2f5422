public import MartletCore

/// An engine whose statements become spans and metrics by OpenTelemetry's stable names for databases.
///
/// Each call that carries statements is one span of kind client below the current one, called by its summary
/// (`SELECT chats messages`), and one observation of `db.client.operation.duration` in seconds. Literals are `?`, bound
/// values are left out unless asked for. `explain`, `catalog` and `statementStatistics` are not seen. Cost: a look at a
/// text the first time it runs, then a few dictionary entries for each call, and what the tracer takes.
public struct TelemetryEngine: Engine {
    private let base: any Engine
    private let observer: TelemetryObserver

    /// Wraps an engine.
    public init(
        _ base: any Engine,
        identity: DatabaseIdentity = DatabaseIdentity(),
        options: TelemetryOptions = TelemetryOptions()
    ) {
        self.base = base
        observer = TelemetryObserver(dialect: base.dialect, identity: identity, options: options)
    }

    /// The SQL of the engine beneath.
    public var dialect: Dialect { base.dialect }
    /// What the engine beneath can do.
    public var capabilities: Capabilities { base.capabilities }
    /// Where the engine beneath is.
    public var displayName: String { base.displayName }

    /// Opens a connection whose statements are told of.
    public func connect(_ access: Access) async throws(EngineError) -> any Connection {
        ObservedConnection(try await base.connect(access), observer: observer)
    }

    /// Shuts the engine beneath down.
    public func shutdown() async {
        await base.shutdown()
    }
}
