internal import CLibPQ
package import MartletCore

/// Scripts, and straight-line reading and writing for whoever uses the connection alone.
extension PostgresConnection {
    package func runScript(_ sql: String) async throws(EngineError) {
        try refuseNUL(sql)
        try await enterExclusive()
        defer { leaveExclusive() }
        try check(session.exitPipeline())
        try check(session.sendScript(sql))
        try await flushAll()
        var failure: EngineError?
        while let result = try await nextResult() {
            switch result.status {
            case PGRES_FATAL_ERROR: failure = failure ?? takeError(result, nil)
            case PGRES_COPY_IN:
                result.discard()
                failure = failure ?? EngineError(.unsupported, "COPY FROM STDIN is no part of a script; use load")
                try check(session.putCopyEnd(failing: "COPY FROM STDIN is no part of a script"))
                try await flushAll()
            case PGRES_COPY_OUT, PGRES_COPY_BOTH:
                result.discard()
                failure =
                    failure
                    ?? EngineError(
                        .unsupported,
                        "COPY TO STDOUT has no reader in a script: its rows were thrown away, and the rest was run"
                    )
                try await discardCopyRows()
            default:
                forgetAllIfTold(result)
                result.discard()
            }
        }
        if let failure { throw failure }
    }

    // MARK: Entering and leaving

    /// Returns in pipeline mode, with nothing in flight.
    func enterExclusive(isText: Bool = false) async throws(EngineError) {
        if try isGateClosed(nil) == false { try restoreSettings(isText: isText) }
        try await waitAtGate(exclusively: true, nil)
        watch(0)
    }

    func leaveExclusive() {
        if let timer = exclusive.timer { loop.cancel(timer) }
        exclusive = ExclusiveUse()
        gate.leave()
        guard failure == nil else { return }
        guard session.enterPipeline() else {
            fail(PostgresError.lost(session.message))
            return
        }
        recordStanding()
        watch(EPOLLIN.rawValue)
        admit()
    }

    /// A report of the server; what follows from an interruption is reported as a cancellation.
    func takeError(_ result: ReceivedResult, _ statement: BoundStatement?) -> EngineError {
        let error = result.takeError(of: statement)
        guard exclusive.isEnding, error.driverCode == PostgresError.queryCanceled else { return error }
        return PostgresError.cancelled(statement?.statement.text)
    }

    // MARK: Reading and writing

    /// The next result; nil at the end of those of a command.
    ///
    /// A caller that is cancelled meanwhile is interrupted, and gets what the server says then.
    func nextResult() async throws(EngineError) -> ReceivedResult? {
        if let failure { throw failure }
        while session.isBusy {
            try await waitForSocket(EPOLLIN.rawValue)
            try check(session.consumeInput())
        }
        return session.nextResult()
    }

    func flushAll() async throws(EngineError) {
        while true {
            let status = session.flush()
            if status == 0 { return }
            try check(status > 0)
            try await waitForSocket(EPOLLIN.rawValue | EPOLLOUT.rawValue)
            try check(session.consumeInput())
        }
    }

    /// Reads what COPY still brings, to its end.
    func discardCopyRows() async throws(EngineError) {
        while true {
            let length = session.discardCopyData()
            if length < 0 { return }
            guard length == 0 else { continue }
            try await waitForSocket(EPOLLIN.rawValue)
            try check(session.consumeInput())
        }
    }

    func waitForSocket(_ events: UInt32) async throws(EngineError) {
        if exclusive.isEnding {
            await socketEvent(events)
        } else {
            await withTaskCancellationHandler {
                await socketEvent(events)
            } onCancel: {
                Task(executorPreference: loop) { await self.wakeSocketWaiter() }
            }
            if Task.isCancelled { interrupt() }
        }
        if let failure { throw failure }
    }

    /// May return without an event, so that a cancelled caller can look about.
    private func socketEvent(_ events: UInt32) async {
        await withCheckedContinuation { continuation in
            guard failure == nil, exclusive.isEnding || !Task.isCancelled else { return continuation.resume() }
            // Watched only once someone waits, or the event could come before its waiter.
            exclusive.socketWaiter = continuation
            watch(events)
        }
    }

    private func wakeSocketWaiter() {
        exclusive.wake()
    }
}
