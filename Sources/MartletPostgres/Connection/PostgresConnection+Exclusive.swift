internal import CLibPQ
internal import Foundation
package import MartletCore

/// Scripts, COPY and streams: what needs the connection for itself, outside the pipeline.
extension PostgresConnection {
    package func runScript(_ sql: String) async throws(EngineError) {
        try await enterExclusive()
        defer { leaveExclusive() }
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

    // MARK: Streams

    package nonisolated func stream(
        _ statement: BoundStatement,
        batchRows: Int,
        _ body: (Rows) async throws -> Void
    ) async throws {
        precondition(batchRows > 0, "a batch needs a row")
        try await startStream(statement)
        do {
            while let rows = try await nextBatch(batchRows) {
                try await PostgresConnection.$streaming.withValue(ObjectIdentifier(self)) { try await body(rows) }
                try Task.checkCancellation()
            }
            await endStream()
        } catch let error as EngineError {
            await abandonStream()
            throw error
        } catch is CancellationError {
            await abandonStream()
            throw EngineError(.cancelled, "the stream was cancelled", statement: statement.statement.text)
        } catch {
            await abandonStream()
            throw error
        }
    }

    private func startStream(_ statement: BoundStatement) async throws(EngineError) {
        try await prepareForStream(statement)
        try await enterExclusive()
        do throws(EngineError) {
            _ = try send(statement)
            guard session.enterSingleRowMode() else { throw PostgresError.lost(session.message) }
            try await flushAll()
        } catch {
            leaveExclusive()
            throw error
        }
    }

    private func prepareForStream(_ statement: BoundStatement) async throws(EngineError) {
        guard !statement.values.isEmpty, cache.statement(statement.statement.text) == nil else { return }
        try await prepareIfWorthwhile(statement)
    }

    /// Up to so many rows; nil at the end.
    private func nextBatch(_ rows: Int) async throws(EngineError) -> Rows? {
        var batch: [ResultStorage] = []
        batch.reserveCapacity(rows)
        while batch.count < rows, let result = try await nextResult() {
            switch result.status {
            case PGRES_SINGLE_TUPLE: batch.append(result.storage(codecs: nil))
            case PGRES_FATAL_ERROR: throw result.takeError(statement: nil)
            default: result.discard()
            }
        }
        guard let first = batch.first else { return nil }
        return Rows(columns: first.columns, affectedRows: batch.count, storage: BatchStorage(batch))
    }

    private func endStream() {
        leaveExclusive()
    }

    /// Cancels what still runs, and reads what is already under way.
    private func abandonStream() async {
        guard failure == nil else { return leaveExclusive() }
        cancelOnServer()
        try? await discardResults()
        leaveExclusive()
    }

    // MARK: The gate

    /// Waits until nobody uses the connection exclusively.
    func passGate() async throws(EngineError) {
        if Self.streaming == ObjectIdentifier(self) {
            throw EngineError(
                .unsupported,
                "a statement was run on a connection in the middle of its own stream; use a second connection for it"
            )
        }
        while isExclusive, failure == nil { await withCheckedContinuation { gateWaiters.append($0) } }
        if let failure { throw failure }
    }

    private func enterExclusive() async throws(EngineError) {
        try await passGate()
        while isExclusive || !inFlight.isEmpty {
            await withCheckedContinuation { gateWaiters.append($0) }
            if let failure { throw failure }
        }
        isExclusive = true
        watch(0)
        try check(session.exitPipeline())
    }

    private func leaveExclusive() {
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

    func openGate() {
        let waiters = gateWaiters
        gateWaiters = []
        for waiter in waiters { waiter.resume() }
    }

    // MARK: Straight-line reading and writing

    private func nextResult() async throws(EngineError) -> ReceivedResult? {
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

    private func flushAll() async throws(EngineError) {
        while true {
            let status = session.flush()
            if status == 0 { return }
            try check(status > 0)
            try await waitForSocket(EPOLLIN.rawValue | EPOLLOUT.rawValue)
            try check(session.consumeInput())
        }
    }

    private func waitForSocket(_ events: UInt32) async throws(EngineError) {
        if let failure { throw failure }
        watch(events)
        await withCheckedContinuation { socketWaiter = $0 }
        if let failure { throw failure }
    }
}
