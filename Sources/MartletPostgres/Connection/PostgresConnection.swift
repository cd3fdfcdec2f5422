internal import CLibPQ
internal import Foundation
package import MartletCore

/// One session with PostgreSQL, served by an event loop.
///
/// Most of its life the connection is in libpq's pipeline mode: `inFlight` holds what was sent and not yet answered,
/// in order. Scripts, COPY and streams need the connection for themselves: they wait until nothing is in flight.
package actor PostgresConnection: Connection {
    package nonisolated let dialect = Dialect.postgres
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    nonisolated let loop: EventLoop
    let session: Session
    var inFlight: [Exchange] = []
    var cache = StatementCache()
    var parameters = ParameterBuffer()
    /// Why it can no longer be used.
    var failure: EngineError?
    var isExclusive = false
    var gateWaiters: [CheckedContinuation<Void, Never>] = []
    /// Who waits for the socket while the connection is used exclusively.
    var socketWaiter: CheckedContinuation<Void, Never>?
    var isCancelling = false
    /// Whether the Sync that ends a stream has yet to come.
    var isStreamOpen = false
    private var watched: UInt32 = 0

    /// The connection whose stream the current task is in the middle of.
    @TaskLocal static var streaming: ObjectIdentifier?

    init(_ session: Session, on loop: EventLoop) {
        self.session = session
        self.loop = loop
    }

    isolated deinit {
        watch(0)
        session.finish()
    }

    /// Makes the session ready. One round trip for a read-only one, else none.
    func open(_ access: Access) async throws(EngineError) {
        guard session.enterPipeline() else { throw PostgresError.lost(session.message) }
        watch(EPOLLIN.rawValue)
        var settings: [BoundStatement] = []
        // Dates in text format are read as ISO; the server reports its setting without being asked.
        if session.parameterStatus("DateStyle")?.hasPrefix("ISO") != true { settings.append("SET datestyle = 'ISO'") }
        if access == .readOnly { settings.append("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY") }
        for setting in settings { _ = try await run(setting, timeout: nil) }
    }

    package func run(_ statement: BoundStatement, timeout: Duration?) async throws(EngineError) -> Rows {
        do throws(EngineError) {
            return try await attempt(statement, timeout: timeout)
        } catch  where isWorthPreparingAgain(error, statement) {
            cache.remove(statement.statement.text)
            return try await attempt(statement, timeout: timeout)
        }
    }

    package func runPipelined(
        _ statements: [BoundStatement],
        timeout: Duration?
    ) async throws(EngineError) -> [Rows] {
        guard !statements.isEmpty else { return [] }
        for statement in statements where cache.statement(statement.statement.text) == nil {
            try await prepareIfWorthwhile(statement)
        }
        while try isGateClosed() { await waitAtGate { $0.isExclusive } }
        var prepared: [PreparedStatement?] = []
        prepared.reserveCapacity(statements.count)
        for statement in statements { prepared.append(try send(statement)) }
        let exchange = try begin(commands: statements.count, timeout: timeout)
        let results = try await results(of: exchange, timeout: timeout, statement: nil)
        return try rows(results, prepared, statements)
    }

    package func close() async {
        guard failure == nil else { return }
        fail(EngineError(.connectionLost, "the connection was closed; open another"))
    }

    // MARK: One statement

    private func attempt(_ statement: BoundStatement, timeout: Duration?) async throws(EngineError) -> Rows {
        if cache.statement(statement.statement.text) == nil { try await prepareIfWorthwhile(statement) }
        while try isGateClosed() { await waitAtGate { $0.isExclusive } }
        // No suspension from here until the Sync is sent, or statements of others would come in between.
        let prepared = try send(statement)
        let exchange = try begin(commands: 1, timeout: timeout)
        let results = try await results(of: exchange, timeout: timeout, statement: statement.statement.text)
        guard let result = results.first else { throw PostgresError.lost("a result is missing") }
        return try rows(result, prepared, statement)
    }

    /// Puts one statement into libpq's buffer.
    func send(_ statement: BoundStatement) throws(EngineError) -> PreparedStatement? {
        let text = statement.statement.text
        guard let prepared = cache.statement(text) else {
            try parameters.encodeAsText(statement.values)
            try check(session.sendUnprepared(text, &parameters))
            return nil
        }
        guard statement.values.count == prepared.parameterTypes.count else {
            throw EngineError(
                .invalidBinding,
                "the statement has \(prepared.parameterTypes.count) placeholders, "
                    + "but \(statement.values.count) values are bound",
                statement: text
            )
        }
        try parameters.encode(statement.values, as: prepared.parameterTypes)
        let isSent = prepared.name.withUnsafeBufferPointer { name in
            name.baseAddress.map { session.sendPrepared($0, &parameters, binary: prepared.codecs != nil) } ?? false
        }
        try check(isSent)
        return prepared
    }

    private func rows(
        _ results: [ReceivedResult],
        _ prepared: [PreparedStatement?],
        _ statements: [BoundStatement]
    ) throws(EngineError) -> [Rows] {
        var rows: [Rows] = []
        rows.reserveCapacity(results.count)
        var failure: EngineError?
        for (position, result) in results.enumerated() {
            do throws(EngineError) {
                rows.append(try self.rows(result, prepared[position], statements[position]))
            } catch {
                // The first failure is the cause; those after it were skipped for it.
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return rows
    }

    private func rows(
        _ result: ReceivedResult,
        _ prepared: PreparedStatement?,
        _ statement: BoundStatement
    ) throws(EngineError) -> Rows {
        switch result.status {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            let storage = result.storage(codecs: prepared?.codecs)
            return Rows(
                columns: prepared?.columns ?? storage.columns,
                affectedRows: storage.affectedRows,
                storage: storage
            )
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            result.discard()
            fail(EngineError(.unsupported, "COPY was run as a statement; the connection had to be closed"))
            throw EngineError(.unsupported, "COPY cannot be run as a statement; use load(_:into:columns:)")
        default:
            throw result.takeError(statement: statement.statement.text)
        }
    }

    /// A plan made before the schema changed, or a statement that someone deallocated, is prepared again; only outside
    /// a transaction, as within one the error has already ended it.
    private func isWorthPreparingAgain(_ error: EngineError, _ statement: BoundStatement) -> Bool {
        guard cache.statement(statement.statement.text) != nil, !session.isInTransaction else { return false }
        return error.driverCode == "26000"
            || error.driverCode == "0A000" && error.message.contains("cached plan must not change result type")
    }

    // MARK: The socket

    /// Watches the socket for these events; 0 ends watching.
    func watch(_ events: UInt32) {
        guard events != watched else { return }
        let descriptor = session.descriptor
        guard descriptor >= 0 else { return }
        if watched == 0 {
            loop.watch(descriptor, for: events) { [unowned self] _ in
                assumeIsolated { $0.socketIsReady() }
            }
        } else if events == 0 {
            loop.forget(descriptor)
        } else {
            loop.change(descriptor, to: events)
        }
        watched = events
    }

    private func socketIsReady() {
        if isExclusive {
            // Nobody reads until the waiter does, so watching on would spin.
            watch(0)
            socketWaiter?.resume()
            socketWaiter = nil
            return
        }
        guard session.consumeInput() else {
            fail(PostgresError.lost(session.message))
            return
        }
        flush()
        receive()
    }

    func check(_ isSent: Bool) throws(EngineError) {
        guard !isSent else { return }
        let error = PostgresError.lost(session.message)
        if session.isBad { fail(error) }
        throw error
    }

    /// Ends the connection: everyone who waits is told.
    func fail(_ error: EngineError) {
        guard failure == nil else { return }
        failure = error
        watch(0)
        session.finish()
        let waiting = inFlight
        inFlight = []
        for exchange in waiting { end(exchange, error) }
        socketWaiter?.resume()
        socketWaiter = nil
        let waiters = gateWaiters
        gateWaiters = []
        for waiter in waiters { waiter.resume() }
    }
}
