internal import CLibPQ
internal import Foundation
package import MartletCore

/// Scripts and COPY, which need the connection for themselves, outside the pipeline.
extension PostgresConnection {
    package func runScript(_ sql: String) async throws(EngineError) {
        try await enterExclusive()
        defer { leaveExclusive() }
        try leavePipeline()
        try check(session.sendScript(sql))
        try await flushAll()
        var failure: EngineError?
        while let result = try await nextResult() {
            switch result.status {
            case PGRES_FATAL_ERROR: failure = failure ?? result.takeError(statement: nil)
            case PGRES_COPY_IN:
                result.discard()
                _ = session.putCopyEnd(failing: "COPY FROM STDIN is no part of a script")
            default: result.discard()
            }
        }
        if let failure { throw failure }
    }

    package func load(
        _ rows: [[Value]],
        into table: QualifiedName,
        columns: [String]
    ) async throws(EngineError) -> Int {
        let names = columns.map { Identifier($0).quoted }.joined(separator: ", ")
        let statement = "COPY \(table.quoted) (\(names)) FROM STDIN"
        try await enterExclusive()
        defer { leaveExclusive() }
        try leavePipeline()
        try check(session.sendScript(statement))
        try await flushAll()
        guard let start = try await nextResult() else { throw PostgresError.lost("COPY did not start") }
        guard start.status == PGRES_COPY_IN else {
            let error = start.takeError(statement: statement)
            try await discardResults()
            throw error
        }
        start.discard()
        try await copy(rows)
        var loaded = 0
        var failure: EngineError?
        while let result = try await nextResult() {
            if result.status == PGRES_FATAL_ERROR {
                failure = failure ?? result.takeError(statement: statement)
            } else {
                loaded = result.storage(codecs: nil).affectedRows
            }
        }
        if let failure { throw failure }
        return loaded
    }

    /// Sends rows in COPY's text format, in pieces that fit a socket's buffer.
    private func copy(_ rows: [[Value]]) async throws(EngineError) {
        let pieceBytes = 64 * 1_024
        var piece = CopyEncoder()
        for row in rows {
            piece.append(row)
            if piece.bytes.count >= pieceBytes {
                try await put(piece.bytes)
                piece.removeAll()
            }
        }
        try await put(piece.bytes)
        while true {
            let status = session.putCopyEnd()
            if status > 0 { break }
            try check(status == 0)
            try await waitForSocket(EPOLLOUT.rawValue)
        }
        try await flushAll()
    }

    private func put(_ bytes: [UInt8]) async throws(EngineError) {
        guard !bytes.isEmpty else { return }
        while true {
            let status = bytes.withUnsafeBytes { session.putCopyData($0) }
            if status > 0 { break }
            try check(status == 0)
            try await waitForSocket(EPOLLOUT.rawValue)
        }
        try await flushAll()
    }

    // MARK: The gate

    /// Whether someone uses the connection exclusively. Asked again after every suspension, as others may have run.
    func isGateClosed() throws(EngineError) -> Bool {
        if let failure { throw failure }
        if Self.streaming == ObjectIdentifier(self) {
            throw EngineError(
                .unsupported,
                "a statement was run on a connection in the middle of its own stream; use a second connection for it"
            )
        }
        return isExclusive
    }

    func enterExclusive() async throws(EngineError) {
        while try isGateClosed() || !inFlight.isEmpty {
            await waitAtGate { $0.isExclusive || !$0.inFlight.isEmpty }
        }
        isExclusive = true
        watch(0)
    }

    private func leavePipeline() throws(EngineError) {
        try check(session.exitPipeline())
    }

    func leaveExclusive() {
        isExclusive = false
        if failure == nil {
            if session.enterPipeline() {
                watch(EPOLLIN.rawValue)
            } else {
                fail(PostgresError.lost(session.message))
            }
        }
        openGate()
    }

    /// The condition is looked at again: between the caller's look and the suspension others may have run.
    func waitAtGate(while isClosed: (isolated PostgresConnection) -> Bool) async {
        await withCheckedContinuation { continuation in
            if failure == nil, isClosed(self) {
                gateWaiters.append(continuation)
            } else {
                continuation.resume()
            }
        }
    }

    func openGate() {
        let waiters = gateWaiters
        gateWaiters = []
        for waiter in waiters { waiter.resume() }
    }

    // MARK: Straight-line reading and writing

    func nextResult() async throws(EngineError) -> ReceivedResult? {
        if let failure { throw failure }
        while session.isBusy {
            try await waitForSocket(EPOLLIN.rawValue)
            guard session.consumeInput() else {
                let error = PostgresError.lost(session.message)
                fail(error)
                throw error
            }
        }
        return session.nextResult()
    }

    private func discardResults() async throws(EngineError) {
        while let result = try await nextResult() { result.discard() }
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

    private func waitForSocket(_ events: UInt32) async throws(EngineError) {
        await withCheckedContinuation { continuation in
            guard failure == nil else { return continuation.resume() }
            // Watched only once someone waits, or the event could come before its waiter.
            socketWaiter = continuation
            watch(events)
        }
        if let failure { throw failure }
    }
}
