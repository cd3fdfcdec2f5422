public import MartletCore

/// An engine that is further away than it really is: each round trip takes a while longer.
///
/// With it, gains that are distance (fewer round trips) and gains that are data (less work in the database) can be
/// told apart. One delay for each `run`, `runPipelined`, `runScript`, `stream` (however many batches) and `load`,
/// waited for after the database has answered, so that the order of statements stays as it was. Opening a connection,
/// `explain`, `catalog` and `statementStatistics` are not delayed. A cancelled task does not wait the delay out.
public struct DelayedEngine: Engine {
    private let base: any Engine
    private let roundTripTime: Duration
    private let clock: any Clock<Duration>

    /// Wraps an engine; a delay that is not positive delays nothing.
    public init(
        _ base: any Engine,
        roundTripTime: Duration,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.base = base
        self.roundTripTime = roundTripTime
        self.clock = clock
    }

    /// The SQL of the engine beneath.
    public var dialect: Dialect { base.dialect }
    /// What the engine beneath can do.
    public var capabilities: Capabilities { base.capabilities }
    /// Where the engine beneath is, and how much further away it seems.
    public var displayName: String { "\(base.displayName) + \(roundTripTime) per round trip" }

    /// Opens a connection whose calls are delayed.
    public func connect(_ access: Access) async throws(EngineError) -> any Connection {
        let connection = try await base.connect(access)
        guard roundTripTime > .zero else { return connection }
        return ObservedConnection(connection, observer: Delay(duration: roundTripTime, clock: clock))
    }

    /// Shuts the engine beneath down.
    public func shutdown() async {
        await base.shutdown()
    }
}

/// Waits at the end of each call.
private struct Delay: ConnectionObserver, CallObservation {
    let duration: Duration
    let clock: any Clock<Duration>

    func willSend(_ statements: [BoundStatement], dialect: Dialect) -> any CallObservation {
        self
    }

    func received(_ rows: Rows, ofStatementAt position: Int) {}

    func ended(_ error: (any Error)?) async {
        // The statement has taken effect: a cancellation now must not hide its result.
        try? await clock.sleep(for: duration)
    }
}
