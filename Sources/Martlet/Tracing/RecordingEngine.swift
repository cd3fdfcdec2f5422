public import MartletCore

/// An engine that writes what runs on it into the traces of a recorder.
///
/// Each statement becomes an `Execution`; statements of one pipeline share a round trip, and so do calls that overlap
/// in time, because none of them waited for another (`Trace.roundTrips` is the length of the critical path). The round
/// trip in which a connection first prepares a statement is not counted apart. `explain`, `catalog` and
/// `statementStatistics` are not recorded. Put it outside a `DelayedEngine` to have the delay within its durations.
public struct RecordingEngine: Engine {
    private let base: any Engine
    private let recorder: TraceRecorder

    /// Wraps an engine.
    public init(_ base: any Engine, recorder: TraceRecorder) {
        self.base = base
        self.recorder = recorder
    }

    /// The SQL of the engine beneath.
    public var dialect: Dialect { base.dialect }
    /// What the engine beneath can do.
    public var capabilities: Capabilities { base.capabilities }
    /// Where the engine beneath is.
    public var displayName: String { base.displayName }

    /// Opens a connection whose statements are recorded.
    public func connect(_ access: Access) async throws(EngineError) -> any Connection {
        ObservedConnection(try await base.connect(access), observer: RecordingObserver(recorder: recorder))
    }

    /// Shuts the engine beneath down; the traces stay.
    public func shutdown() async {
        await base.shutdown()
    }
}
