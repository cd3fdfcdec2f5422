public import CoreMetrics
public import MartletCore
internal import Synchronization

/// Keeps connections open and lends each to one task at a time.
///
/// Who came first is served first; a request has one deadline, which never starts anew; nobody is lent a connection
/// that is known to be lost or that a transaction was left open on. Taking a connection that is idle and giving it
/// back costs no round trip, no suspension and one allocation.
///
///     let pool = Pool(try PostgresEngine("postgres://localhost/shop"), PoolConfiguration(max: 8))
///     let name = try await pool.withConnection { connection in
///         try await connection.run("SELECT name FROM users WHERE id = \(42)")[0].decode(String.self, "name")
///     }
///     await pool.shutdown()
public final class Pool: Sendable {
    let core: PoolCore

    /// What it was made with.
    public var configuration: PoolConfiguration { core.configuration }

    /// Makes a pool; nothing is opened before it is wanted, or `run()` is called.
    ///
    /// - Parameters:
    ///   - engine: where connections come from; the pool does not shut it down.
    ///   - configuration: how large it is, and how long anything may take.
    ///   - access: whether its connections may change the database.
    ///   - factory: where its figures go by OpenTelemetry's names, such as `MetricsSystem.factory`; nil for nowhere.
    ///     Each loan then costs two recordings more.
    ///   - onEvent: called with what is worth a line in a log, on any thread; it must not block.
    ///   - clock: what deadlines and ages are measured by.
    public init<C: Clock>(
        _ engine: any Engine,
        _ configuration: PoolConfiguration = PoolConfiguration(),
        access: Access = .readWrite,
        reportingTo factory: (any MetricsFactory)? = nil,
        onEvent: (@Sendable (PoolEvent) -> Void)? = nil,
        clock: C = ContinuousClock()
    ) where C.Duration == Duration {
        core = PoolCore(
            engine,
            configuration,
            access: access,
            clock: PoolClock(clock),
            factory: factory,
            onEvent: onEvent
        )
    }

    deinit {
        core.abandon()
    }

    /// Lends a connection to a body, and takes it back however the body ends.
    ///
    /// Waits when all are lent, for `timeout` at most or else the configured `acquireTimeout`. Ends at once when the
    /// task is cancelled while it waits. The connection must not be used after the body has returned: calls are then
    /// refused, and if one is still running the session is ended.
    ///
    /// - Parameters:
    ///   - timeout: how long to wait; nil for the configured time.
    ///   - nested: what happens if the task holds a connection of this pool already. A child task that asks for one
    ///     gets another, or waits; should it time out, the error names the outer place too.
    ///   - fileID: where it is asked for, for reports.
    ///   - line: where it is asked for, for reports.
    ///   - body: what uses the connection.
    /// - Returns: what the body returns.
    /// - Throws: `PoolError`, or what the body throws.
    @discardableResult
    public func withConnection<Success>(
        timeout: Duration? = nil,
        nested: NestedAcquire = .refuse,
        fileID: StaticString = #fileID,
        line: Int = #line,
        _ body: (any Connection) async throws -> Success
    ) async throws -> Success {
        let (task, isCancelled) = Borrower.current
        let outer = PooledConnection.current?.firstHeld
        if let held = outer?.held(by: task, of: core.id), nested != .allow {
            if nested == .reuse { return try await body(held) }
            throw core.nestedError(PoolSite(fileID: fileID, line: line), within: held)
        }
        let borrower = Borrower(site: PoolSite(fileID: fileID, line: line), task: task, outer: outer)
        guard !isCancelled else { throw core.cancelled(borrower.site) }
        let loan: PooledConnection
        if let lent = core.borrowAtOnce(borrower) {
            loan = lent
        } else {
            loan = try await core.borrow(borrower, timeout: timeout ?? configuration.acquireTimeout)
        }
        defer { core.giveBack(loan) }
        return try await PooledConnection.$current.withValue(loan) { try await body(loan) }
    }

    /// Who holds its connections, the longest first.
    public var holders: [PoolHolder] {
        core.holders(of: core.state.withLock { $0.loans.compactMap(\.self) })
    }

    /// What it is doing and has done.
    public var metrics: PoolMetrics { core.state.withLock { $0.snapshot() } }

    /// Keeps `min` connections open until the task is cancelled, and then shuts the pool down.
    ///
    /// For a service of its own in an application; a pool that is not run opens connections when they are wanted.
    public func run() async {
        core.act { $0.machine.start(now: $1) }
        let (stream, continuation) = AsyncStream<Never>.makeStream()
        for await _ in stream {}
        continuation.finish()
        await shutdown()
    }

    /// Refuses who waits or comes, waits for the connections that are lent, and closes all.
    ///
    /// Those that have not come back after `grace` are closed under their borrowers, whose statements then fail. Not
    /// ended by cancellation. A pool that was shut down stays so.
    public func shutdown(grace: Duration = .seconds(30)) async {
        await core.shutdown(grace: grace)
    }
}
