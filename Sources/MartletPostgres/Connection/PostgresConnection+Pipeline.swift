internal import CLibPQ
internal import MartletCore

/// Exchanges: sending them and receiving their results.
extension PostgresConnection {
    /// Ends the commands that were sent with a Sync, and puts them in flight; `place` is where the next will be.
    func begin(_ place: TransactionPlace, _ deadline: Deadline?) throws(EngineError) -> Exchange {
        try check(session.sync())
        let exchange = Exchange(placeBehind: place)
        inFlight.append(exchange)
        flush()
        if let deadline {
            exchange.timer = schedule(at: deadline.instant) { $0.stop(exchange, .deadline) }
        }
        return exchange
    }

    /// Waits until the exchange has ended; fails if the connection was lost.
    func finish(_ exchange: Exchange, _ deadline: Deadline?, of statement: BoundStatement?) async throws(EngineError) {
        let error = await withTaskCancellationHandler {
            await end(of: exchange)
        } onCancel: {
            Task(executorPreference: loop) { await self.stop(exchange, .cancelled) }
        }
        if let error { throw error }
    }

    /// A function of its own, so that it runs on the loop: a closure that does not name the connection need not, and
    /// would then race with the exchange's end and wait for ever.
    private func end(of exchange: Exchange) async -> EngineError? {
        await withUnsafeContinuation { exchange.wait($0) }
    }

    /// One result of each command; a failure that follows from a stop is reported as that stop.
    func results(
        of exchange: Exchange,
        _ deadline: Deadline?,
        _ statement: BoundStatement?
    ) throws(EngineError) -> ReceivedResults {
        guard exchange.stop != nil || exchange.mayBeHit,
            let failed = exchange.results.first(where: \.isFailure), failed.sqlState == PostgresError.queryCanceled
        else { return exchange.takeResults() }
        let text = statement?.statement.text
        switch exchange.stop {
        case .cancelled: throw PostgresError.cancelled(text)
        case .deadline:
            throw deadline?.error(text, driverCode: PostgresError.queryCanceled) ?? failed.error(of: statement)
        case nil: throw PostgresError.cancelledForAnother(text)
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
            switch result.status {
            case PGRES_PIPELINE_SYNC:
                result.discard()
                inFlight.removeFirst()
                end(exchange, nil)
                sendCancelIfWanted()
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                // libpq has no way out of COPY within a pipeline.
                result.discard()
                inFlight.removeFirst()
                end(exchange, PostgresError.copyWithinPipeline)
                fail(PostgresError.lost("COPY was run as a statement"))
            default:
                exchange.results.append(result)
                if session.isBad { fail(PostgresError.lost(exchange.takeLastReport())) }
            }
        }
    }

    func end(_ exchange: Exchange, _ error: EngineError?) {
        if let timer = exchange.timer { loop.cancel(timer) }
        if inFlight.isEmpty { recordStanding() }
        exchange.finish(error)
        if let link = exchange.link {
            exchange.link = nil
            advance(link, after: exchange, error)
        }
        if inFlight.isEmpty { admit() }
    }

    /// Sends what libpq has buffered, and goes on when the socket can take more.
    func flush() {
        switch session.flush() {
        case 0: watch(EPOLLIN.rawValue)
        case 1: watch(EPOLLIN.rawValue | EPOLLOUT.rawValue)
        default: fail(PostgresError.lost(session.message))
        }
    }
}

extension Exchange {
    /// What the last result says: libpq's report of a connection that broke.
    fileprivate func takeLastReport() -> String {
        guard let last = results.popLast() else { return "" }
        defer { last.discard() }
        return last.isFailure ? last.report : ""
    }
}
