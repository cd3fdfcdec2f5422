internal import CLibPQ
package import MartletCore

/// Streams: one statement in libpq's single-row mode, read only as fast as its caller takes the rows.
///
/// It stays within the pipeline, because libpq 15 forgets single-row mode only there.
extension PostgresConnection {
    /// The streams that the current task is in the middle of.
    @TaskLocal static var streams: [StreamMark] = []

    package nonisolated func stream(
        _ statement: BoundStatement,
        batchRows: Int,
        _ body: (Rows) async throws -> Void
    ) async throws {
        precondition(batchRows > 0, "a batch needs a row")
        let stream = StreamMark()
        var batch = try await firstBatch(batchRows, of: statement, stream)
        do {
            let within = PostgresConnection.streams + [stream]
            while let rows = batch {
                try await PostgresConnection.$streams.withValue(within) { try await body(rows) }
                try Task.checkCancellation()
                batch = try await nextBatch(batchRows, of: statement)
            }
            await leaveExclusive()
        } catch {
            await abandonStream()
            guard error is CancellationError else { throw error }
            throw EngineError(.cancelled, "the stream was cancelled", statement: statement.statement.text)
        }
    }

    /// Begins the stream, a second time if what was remembered of the statement is out of date.
    private func firstBatch(
        _ rows: Int,
        of statement: BoundStatement,
        _ stream: StreamMark
    ) async throws(EngineError) -> Rows? {
        for isLast in [false, true] {
            let isKept = cache.statement(statement.statement.text) != nil
            if !isKept { try await prepareIfWorthwhile(statement, nil) }
            try await enterExclusive(isText: cache.statement(statement.statement.text)?.codecs == nil)
            let isOutside = isOutsideTransaction
            do throws(EngineError) {
                try await open(stream, statement)
                return try await nextBatch(rows, of: statement)
            } catch {
                await abandonStream()
                let hasOldTypes = isKept && (error.isOfEncoding || error.mayComeOfOldTypes)
                guard error.cause is OutdatedStatement || hasOldTypes else { throw error }
                cache.remove(statement.statement.text)
                guard isOutside, !isLast else { throw error }
            }
        }
        return nil
    }

    private func open(_ stream: StreamMark, _ statement: BoundStatement) async throws(EngineError) {
        parameters.removeAll()
        let prepared = try encode(statement)
        let text = statement.statement.text
        try check(parameters.withAll { send(text, prepared, $0) })
        try check(session.enterSingleRowMode() && session.sync())
        exclusive.stream = stream
        exclusive.isStreamRunning = true
        exclusive.codecs = prepared?.codecs
        try await flushAll()
    }

    /// Up to so many rows; nil at the end.
    private func nextBatch(_ rows: Int, of statement: BoundStatement) async throws(EngineError) -> Rows? {
        var batch: [ResultStorage] = []
        batch.reserveCapacity(min(rows, 1_024))
        while batch.count < rows, let result = try await nextStreamResult() {
            switch result.status {
            case PGRES_SINGLE_TUPLE:
                batch.append(result.storage(codecs: exclusive.codecs))
            case PGRES_FATAL_ERROR, PGRES_PIPELINE_ABORTED:
                exclusive.isStreamRunning = false
                let isOutdated = result.isOutdated
                let error = takeError(result, statement)
                throw isOutdated ? OutdatedStatement.error(error) : error
            default:
                exclusive.isStreamRunning = false
                result.discard()
            }
        }
        guard let first = batch.first else { return nil }
        return Rows(columns: first.columns, affectedRows: batch.count, storage: BatchStorage(batch))
    }

    /// The next result up to the Sync that ends the stream.
    private func nextStreamResult() async throws(EngineError) -> ReceivedResult? {
        while exclusive.stream != nil {
            guard let result = try await nextResult() else {
                try check(!session.isBad)
                continue
            }
            guard !result.isCopy else {
                result.discard()
                fail(PostgresError.copyWithinPipeline)
                throw PostgresError.copyWithinPipeline
            }
            guard result.status == PGRES_PIPELINE_SYNC else { return result }
            result.discard()
            exclusive.stream = nil
        }
        return nil
    }

    /// Cancels what still runs, and reads what is already under way.
    private func abandonStream() async {
        if failure == nil, exclusive.stream != nil {
            if exclusive.isStreamRunning { interrupt() } else { awaitEnd() }
            do throws(EngineError) {
                while let result = try await nextStreamResult() { result.discard() }
            } catch {
                fail(error)
            }
        }
        leaveExclusive()
    }
}
