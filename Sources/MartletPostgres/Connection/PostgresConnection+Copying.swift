internal import CLibPQ
package import MartletCore

/// COPY to this side: rows as the server writes them, read only as fast as the caller takes them.
extension PostgresConnection {
    /// Bytes that are handed over at a time, roughly: what a socket brings in a few reads.
    private static let pieceBytes = 64 * 1_024

    package nonisolated func copyOut(
        _ statement: BoundStatement,
        as format: CopyFormat,
        _ body: (ArraySlice<UInt8>) async throws -> Void
    ) async throws -> Int {
        guard !statement.values.isEmpty else {
            return try await copy(Self.copyStatement(statement.text(.postgres) { "$\($0)" }, format), statement, body)
        }
        let types = try await parameterTypes(of: statement)
        if standing == .inTransaction { return try await copy(statement, types, format, body) }
        return try await transaction(readOnly: true) { _ in try await copy(statement, types, format, body) }
    }

    /// Copies a statement whose values were bound to the settings of the transaction.
    private nonisolated func copy(
        _ statement: BoundStatement,
        _ types: [String],
        _ format: CopyFormat,
        _ body: (ArraySlice<UInt8>) async throws -> Void
    ) async throws -> Int {
        let values = CopyValues(statement, types: types)
        _ = try await run(values.settings, timeout: nil)
        return try await copy(Self.copyStatement(values.text, format), statement, body)
    }

    private nonisolated func copy(
        _ copy: BoundStatement,
        _ statement: BoundStatement,
        _ body: (ArraySlice<UInt8>) async throws -> Void
    ) async throws -> Int {
        let stream = StreamMark()
        try await openCopy(copy, stream)
        do {
            let within = PostgresConnection.streams + [stream]
            while let piece = try await nextPiece() {
                try await PostgresConnection.$streams.withValue(within) { try await body(piece[...]) }
                try Task.checkCancellation()
            }
            let rows = try await endCopy(statement)
            await leaveExclusive()
            return rows
        } catch {
            await abandonCopy()
            guard error is CancellationError else { throw error }
            throw EngineError(.cancelled, "the copy was cancelled", statement: statement.statement.text)
        }
    }

    private static func copyStatement(_ text: String, _ format: CopyFormat) -> BoundStatement {
        let options =
            switch format {
            case .text: "FORMAT text"
            case .csv(let header): "FORMAT csv, HEADER \(header)"
            case .binary: "FORMAT binary"
            }
        // On lines of its own: the statement may end with a comment.
        return BoundStatement(
            Statement(unsafeText: "COPY (\n\(text)\n) TO STDOUT (\(options), ENCODING 'UTF8')")
        )
    }

    /// The names of the types that the server takes the placeholders for: two round trips the first time.
    private func parameterTypes(of statement: BoundStatement) async throws(EngineError) -> [String] {
        let text = statement.statement.text
        if cache.statement(text) == nil { try await prepareIfWorthwhile(statement, nil) }
        let types = cache.statement(text)?.parameterTypes ?? []
        guard types.count == statement.values.count else {
            throw EngineError(
                .invalidBinding,
                "the statement has \(types.count) placeholders, and \(statement.values.count) values were bound",
                statement: text
            )
        }
        let numbers = types.map { Value.integer(Int64($0.number)) }
        let rows = try await run(
            "SELECT format_type(number::oid, NULL) FROM unnest(\(Value.array(numbers))::bigint[]) AS number",
            timeout: nil
        )
        return try rows.map { row throws(EngineError) in try row.decode(String.self, at: 0) }
    }

    private func openCopy(_ copy: BoundStatement, _ stream: StreamMark) async throws(EngineError) {
        try refuseNUL(copy.statement.text)
        try await enterExclusive()
        do throws(EngineError) {
            try check(session.exitPipeline())
            // By the extended protocol, which takes one statement and no second one behind a parenthesis.
            try check(session.sendUnprepared(copy.statement.text, .none))
            exclusive.stream = stream
            exclusive.isStreamRunning = true
            try await flushAll()
            while let result = try await nextResult() {
                guard result.status != PGRES_COPY_OUT else { return result.discard() }
                guard result.isFailure else {
                    result.discard()
                    continue
                }
                exclusive.isStreamRunning = false
                throw takeError(result, copy)
            }
            throw PostgresError.lost("the server did not answer COPY")
        } catch {
            await abandonCopy()
            throw error
        }
    }

    /// The next rows; nil at their end.
    private func nextPiece() async throws(EngineError) -> [UInt8]? {
        var piece: [UInt8] = []
        piece.reserveCapacity(Self.pieceBytes * 5 / 4)
        while exclusive.isStreamRunning, piece.count < Self.pieceBytes {
            let length = session.takeCopyData(into: &piece)
            if length < 0 {
                exclusive.isStreamRunning = false
            } else if length == 0 {
                try await waitForSocket(EPOLLIN.rawValue)
                try check(session.consumeInput())
            }
        }
        return piece.isEmpty ? nil : piece
    }

    /// What the server says behind the last row: how many there were, or why there are no more.
    private func endCopy(_ statement: BoundStatement) async throws(EngineError) -> Int {
        var rows = 0
        var failure: EngineError?
        while let result = try await nextResult() {
            if result.isFailure {
                failure = failure ?? takeError(result, statement)
            } else {
                rows = result.storage(codecs: nil).affectedRows
            }
        }
        if let failure { throw failure }
        return rows
    }

    /// Cancels what still runs, and reads what is already under way.
    private func abandonCopy() async {
        if failure == nil {
            // A request to cancel that comes after the end could hit what is run next.
            if exclusive.isStreamRunning { interrupt() } else { awaitEnd() }
            do throws(EngineError) {
                if exclusive.isStreamRunning { try await discardCopyRows() }
                while let result = try await nextResult() { result.discard() }
            } catch {
                fail(error)
            }
        }
        leaveExclusive()
    }
}
