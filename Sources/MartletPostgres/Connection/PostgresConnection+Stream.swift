internal import CLibPQ
package import MartletCore

/// Streams: one statement in libpq's single-row mode, read only as fast as its caller takes the rows.
///
/// It stays within the pipeline, because libpq 15 forgets single-row mode only there.
extension PostgresConnection {
    package nonisolated func stream(
        _ statement: BoundStatement,
        batchRows: Int,
        _ body: (Rows) async throws -> Void
    ) async throws {
        precondition(batchRows > 0, "a batch needs a row")
        try await startStream(statement)
        do {
            while let rows = try await nextBatch(batchRows, of: statement) {
                try await PostgresConnection.$streaming.withValue(ObjectIdentifier(self)) { try await body(rows) }
                try Task.checkCancellation()
            }
            await leaveExclusive()
        } catch {
            await abandonStream()
            guard error is CancellationError else { throw error }
            throw EngineError(.cancelled, "the stream was cancelled", statement: statement.statement.text)
        }
    }

    private func startStream(_ statement: BoundStatement) async throws(EngineError) {
        if cache.statement(statement.statement.text) == nil { try await prepareIfWorthwhile(statement) }
        try await enterExclusive()
        do throws(EngineError) {
            _ = try send(statement)
            try check(session.enterSingleRowMode() && session.sync())
            isStreamOpen = true
            try await flushAll()
        } catch {
            await abandonStream()
            throw error
        }
    }

    /// Up to so many rows; nil at the end.
    private func nextBatch(_ rows: Int, of statement: BoundStatement) async throws(EngineError) -> Rows? {
        var batch: [ResultStorage] = []
        batch.reserveCapacity(rows)
        while batch.count < rows, let result = try await nextStreamResult() {
            switch result.status {
            case PGRES_SINGLE_TUPLE: batch.append(result.storage(codecs: nil))
            case PGRES_FATAL_ERROR: throw result.takeError(statement: statement.statement.text)
            default: result.discard()
            }
        }
        guard let first = batch.first else { return nil }
        return Rows(columns: first.columns, affectedRows: batch.count, storage: BatchStorage(batch))
    }

    /// The next result up to the Sync that ends the stream.
    private func nextStreamResult() async throws(EngineError) -> ReceivedResult? {
        while isStreamOpen {
            guard let result = try await nextResult() else {
                if session.isBad {
                    let error = PostgresError.lost(session.message)
                    fail(error)
                    throw error
                }
                continue
            }
            guard result.status == PGRES_PIPELINE_SYNC else { return result }
            result.discard()
            isStreamOpen = false
        }
        return nil
    }

    /// Cancels what still runs, and reads what is already under way.
    private func abandonStream() async {
        if failure == nil, isStreamOpen {
            // Awaited, so that a late cancellation cannot hit the statement after this one.
            await cancelOnServerAndWait()
            do throws(EngineError) {
                while let result = try await nextStreamResult() { result.discard() }
            } catch {
                fail(error)
            }
        }
        leaveExclusive()
    }
}
