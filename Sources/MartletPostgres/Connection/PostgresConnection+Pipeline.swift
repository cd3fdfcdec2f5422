internal import CLibPQ
internal import MartletCore

/// Sending exchanges, receiving their results, and ending them early.
extension PostgresConnection {
    /// How long a server may take to answer a cancellation before the connection is given up.
    private static let cancelGrace = Duration.seconds(5)

    /// Ends the commands that were sent with a Sync, and puts them in flight.
    func begin(commands: Int, timeout: Duration?) throws(EngineError) -> Exchange {
        try check(session.sync())
        let exchange = Exchange()
        exchange.results.reserveCapacity(commands)
        inFlight.append(exchange)
        flush()
        if let timeout {
            exchange.timer = loop.schedule(after: timeout) { [unowned self] in
                assumeIsolated { $0.stop(exchange, .deadline) }
            }
        }
        return exchange
    }

    /// Waits for one result of each command.
    func results(
        of exchange: Exchange,
        timeout: Duration?,
        statement: String?
    ) async throws(EngineError) -> [ReceivedResult] {
        let error = await withTaskCancellationHandler {
            await end(of: exchange)
        } onCancel: {
            Task(executorPreference: loop) { await self.stop(exchange, .cancelled) }
        }
        if let error { throw error }
        return try resultsOrStop(exchange, timeout: timeout, statement: statement)
    }

    /// A function of its own, so that it runs on the loop: a closure that does not name the connection need not, and
    /// would then race with the exchange's end and wait for ever.
    private func end(of exchange: Exchange) async -> EngineError? {
        await withCheckedContinuation { exchange.wait($0) }
    }

    /// A failure that follows from a stop is reported as that stop.
    private func resultsOrStop(
        _ exchange: Exchange,
        timeout: Duration?,
        statement: String?
    ) throws(EngineError) -> [ReceivedResult] {
        let results = exchange.takeResults()
        guard let stop = exchange.stop,
            let failed = results.firstIndex(where: { $0.status == PGRES_FATAL_ERROR })
        else { return results }
        let error = results[failed].takeError(statement: statement)
        for (position, result) in results.enumerated() where position != failed { result.discard() }
        guard error.driverCode == "57014" else { throw error }
        switch stop {
        case .cancelled:
            throw EngineError(.cancelled, "the statement was cancelled", driverCode: "57014", statement: statement)
        case .deadline:
            throw EngineError(
                .deadlineExceeded,
                "the statement ran longer than \(timeout ?? .zero) and was cancelled; "
                    + "give it more time, or look at its plan with EXPLAIN",
                driverCode: "57014",
                statement: statement
            )
        }
    }

    /// Takes in what has arrived.
    func receive() {
        var consecutiveEnds = 0
        while let exchange = inFlight.first, !session.isBusy {
            guard let result = session.nextResult() else {
                // Each command's results end with one nil; more mean that libpq has nothing to wait for.
                consecutiveEnds += 1
                if consecutiveEnds > 2 {
                    fail(PostgresError.lost(session.message))
                    return
                }
                continue
            }
            consecutiveEnds = 0
            if result.status == PGRES_PIPELINE_SYNC {
                result.discard()
                inFlight.removeFirst()
                end(exchange, nil)
                sendCancelIfWanted()
            } else {
                exchange.results.append(result)
                if session.isBad {
                    fail(result.status == PGRES_FATAL_ERROR ? exchange.lastError() : PostgresError.lost(""))
                    return
                }
            }
        }
    }

    func end(_ exchange: Exchange, _ error: EngineError?) {
        if let timer = exchange.timer { loop.cancel(timer) }
        exchange.finish(error)
        if inFlight.isEmpty { openGate() }
    }

    /// Sends what libpq has buffered, and goes on when the socket can take more.
    func flush() {
        switch session.flush() {
        case 0: watch(EPOLLIN.rawValue)
        case 1: watch(EPOLLIN.rawValue | EPOLLOUT.rawValue)
        default: fail(PostgresError.lost(session.message))
        }
    }

    // MARK: Ending early

    /// Asks for the end of an exchange. A cancellation hits whatever the server runs, so it is sent only once the
    /// exchange is the one that runs.
    func stop(_ exchange: Exchange, _ reason: Exchange.Stop) {
        guard exchange.stop == nil, inFlight.contains(where: { $0 === exchange }) else { return }
        exchange.stop = reason
        sendCancelIfWanted()
    }

    private func sendCancelIfWanted() {
        guard let exchange = inFlight.first, exchange.stop != nil, !exchange.isCancelSent, !isCancelling else { return }
        exchange.isCancelSent = true
        cancelOnServer()
        exchange.timer = loop.schedule(after: Self.cancelGrace) { [unowned self] in
            assumeIsolated { $0.giveUp() }
        }
    }

    private func giveUp() {
        fail(PostgresError.lost("the server did not answer a cancellation within \(Self.cancelGrace)"))
    }

    private func cancelOnServer() {
        isCancelling = true
        Task(executorPreference: loop) { [weak self] in
            await self?.cancelOnServerAndWait()
            await self?.cancelWasSent()
        }
    }

    /// Asks the server to cancel what it runs for this connection, from a thread that may block.
    func cancelOnServerAndWait() async {
        guard let handle = session.cancelHandle() else { return }
        await withCheckedContinuation { continuation in
            BlockingThread.run(named: "martlet-cancel") {
                handle.send()
                continuation.resume()
            }
        }
    }

    private func cancelWasSent() {
        isCancelling = false
        sendCancelIfWanted()
    }

    // MARK: Preparing

    /// One round trip. A statement without values is prepared when it is seen for the second time, as most of them
    /// (BEGIN, SET, CREATE …) never gain from it.
    func prepareIfWorthwhile(_ statement: BoundStatement) async throws(EngineError) {
        let text = statement.statement.text
        if text.utf8.contains(0) {
            throw EngineError(.syntaxError, "the statement holds the character NUL, where PostgreSQL would end it")
        }
        if statement.values.isEmpty {
            guard Self.gainsFromPreparing(text), cache.isRepeated(text) else { return }
        }
        while try isGateClosed() { await waitAtGate { $0.isExclusive } }
        let name = cache.newName()
        try check(session.sendPrepare(name, text))
        let results = try await results(of: begin(commands: 2, timeout: nil), timeout: nil, statement: text)
        if let failed = results.firstIndex(where: { $0.status == PGRES_FATAL_ERROR }) {
            for (position, result) in results.enumerated() where position != failed { result.discard() }
            throw results[failed].takeError(statement: text)
        }
        guard results.count == 2 else {
            for result in results { result.discard() }
            throw PostgresError.lost("a description is missing")
        }
        results[0].discard()
        let (parameterTypes, columnTypes, names) = results[1].takeDescription()
        let prepared = PreparedStatement(
            name: name,
            parameterTypes: parameterTypes,
            columnTypes: columnTypes,
            columns: names
        )
        if let evicted = cache.insert(prepared, for: text) { forgetOnServer(evicted) }
    }

    private func forgetOnServer(_ statement: PreparedStatement) {
        let name = String(decoding: statement.name.dropLast().map(UInt8.init), as: UTF8.self)
        var none = ParameterBuffer()
        guard session.sendUnprepared("DEALLOCATE \(Identifier(name).quoted)", &none), session.sync() else { return }
        inFlight.append(Exchange())
    }

    private static func gainsFromPreparing(_ text: String) -> Bool {
        let word = text.utf8.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }
        return ["SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "VALUES", "MERGE"]
            .contains(String(Substring(word)).uppercased())
    }
}

extension Exchange {
    /// The report of the last result as an error: what libpq says when the connection breaks.
    fileprivate func lastError() -> EngineError {
        guard let last = results.popLast() else { return PostgresError.lost("") }
        let error = last.takeError(statement: nil)
        return error.code == .connectionLost ? error : PostgresError.lost(error.message)
    }
}
