import Martlet
import MartletCore
import MartletPostgres
import Metrics

/// Everything that a server wants to know of its database, and one pool for all that it asks.
func tracedPool(url: String, recorder: TraceRecorder) throws -> Pool {
    // From the inside: the text that is sent, spans and metrics, the trace in memory.
    let commented = CommentingEngine(try PostgresEngine(url), options: CommentOptions(tags: ["application": "shop"]))
    let measured = TelemetryEngine(commented, identity: DatabaseIdentity(DatabaseLocation(url)))
    var configuration = PoolConfiguration(max: 8)
    configuration.name = "shop"
    configuration.statementTimeout = .seconds(10)
    return Pool(
        RecordingEngine(measured, recorder: recorder),
        configuration,
        reportingTo: MetricsSystem.factory
    ) { event in
        switch event {
        case .leakSuspected(let holder): print("held for long at \(holder)")
        case .connectFailed(let error): print("no connection: \(error)")
        case .transactionLeftOpen(let site): print("no COMMIT at \(site)")
        case .idleConnectionLost: print("an idle connection was lost")
        }
    }
}

/// Two reads at once, on at most two connections of the pool, of one instant, in one trace.
func overview(_ pool: Pool, recorder: TraceRecorder) async throws -> (Int, Int) {
    try await withTrace("GET /overview", recorder: recorder) {
        try await PooledEngine(pool)
            .parallel(connections: 2, snapshot: true) {
                Read("SELECT count(*) FROM pg_class") { try $0[0].decode(Int.self, at: 0) }
                Read("SELECT count(*) FROM pg_stat_activity") { try $0[0].decode(Int.self, at: 0) }
            }
    }
}
