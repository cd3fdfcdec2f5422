internal import CLibPQ
internal import Foundation
package import MartletCore
internal import Synchronization

/// One session with PostgreSQL, served by an event loop.
///
/// Most of its life the connection is in libpq's pipeline mode: `inFlight` holds what was sent and not yet answered,
/// in order. Scripts, COPY and streams need the connection for themselves: the gate lets them in once nothing is in
/// flight, and nobody else until they are done.
package actor PostgresConnection: Connection {
    package nonisolated let dialect = Dialect.postgres
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    package nonisolated var standing: SessionStanding { standingRecord.load(ordering: .acquiring) }

    nonisolated let loop: EventLoop
    private nonisolated let standingRecord = Atomic(SessionStanding.ready)
    let session: Session
    var inFlight: [Exchange] = []
    var cache = StatementCache()
    var parameters = ParameterBuffer()
    var gate = Gate()
    /// Why it can no longer be used.
    var failure: EngineError?
    /// Whether a request to cancel is on its way: whatever is sent meanwhile could be hit by it.
    var isCancelling = false
    var cancelTimer: TimerQueue.ID?
    /// How long to wait before the next request to cancel the same.
    var cancelPause = Duration.zero
    /// Of the one that uses the connection alone.
    var exclusive = ExclusiveUse()
    private var watched: UInt32 = 0

    init(_ session: Session, on loop: EventLoop) {
        self.session = session
        self.loop = loop
    }

    isolated deinit {
        watch(0)
        session.finish()
    }

    /// Makes the session ready.
    ///
    /// One round trip for a read-only one, else none.
    func open(_ access: Access) async throws(EngineError) {
        try check(session.enterPipeline())
        watch(EPOLLIN.rawValue)
        if access == .readOnly {
            _ = try await run("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", timeout: nil)
        }
    }

    package func close() async {
        guard failure == nil else { return }
        // What runs would run on otherwise, with its locks, until it has something to send.
        if !inFlight.isEmpty || gate.isExclusive, let handle = session.cancelHandle() {
            BlockingThread.run(named: "martlet-cancel") { handle.send() }
        }
        fail(EngineError(.connectionLost, "the connection was closed; open another"))
    }

    /// Ends the connection: everyone who waits is told.
    func fail(_ error: EngineError) {
        guard failure == nil else { return }
        failure = error
        recordStanding()
        watch(0)
        session.finish()
        if let cancelTimer { loop.cancel(cancelTimer) }
        if let timer = exclusive.timer { loop.cancel(timer) }
        let waiting = inFlight
        inFlight = []
        for exchange in waiting { end(exchange, error) }
        exclusive.wake()
        gate.close()
    }

    /// Lets other threads know what the session is in; called whenever nothing is in flight any more.
    func recordStanding() {
        let standing: SessionStanding = failure != nil ? .lost : session.isInTransaction ? .inTransaction : .ready
        standingRecord.store(standing, ordering: .releasing)
    }

    /// Fails the connection if libpq could not do something: what it has kept of it, nobody knows.
    func check(_ isDone: Bool) throws(EngineError) {
        guard !isDone else { return }
        fail(PostgresError.lost(session.message))
        throw failure ?? PostgresError.lost("")
    }

    // MARK: The socket

    /// Watches the socket for these events; 0 ends watching.
    func watch(_ events: UInt32) {
        guard events != watched else { return }
        let descriptor = session.descriptor
        guard descriptor >= 0 else { return }
        var isDone = true
        if watched == 0 {
            // Weak: an event may come between the last release and the deinit, which runs on the loop.
            isDone = loop.watch(descriptor, for: events) { [weak self] _ in
                self?.assumeIsolated { $0.socketIsReady() }
            }
        } else if events == 0 {
            loop.forget(descriptor)
        } else {
            isDone = loop.change(descriptor, to: events)
        }
        watched = events
        if !isDone { fail(EngineError(.resourcesExhausted, "the system has no room to watch one more connection")) }
    }

    private func socketIsReady() {
        if gate.isExclusive {
            // Nobody reads until the waiter does, so watching on would spin.
            watch(0)
            exclusive.wake()
            return
        }
        guard session.consumeInput() else {
            fail(PostgresError.lost(session.message))
            return
        }
        flush()
        receive()
    }

    /// Calls a method at an instant, if the connection still exists then.
    func schedule(
        at instant: ContinuousClock.Instant,
        _ body: @escaping (isolated PostgresConnection) -> Void
    ) -> TimerQueue.ID {
        loop.schedule(at: instant) { [weak self] in self?.assumeIsolated(body) }
    }
}
