internal import CLibPQ
package import MartletCore

/// COPY from this side.
extension PostgresConnection {
    package func load(
        _ rows: [[Value]],
        into table: QualifiedName,
        columns: [String]
    ) async throws(EngineError) -> Int {
        guard rows.allSatisfy({ $0.count == columns.count }) else {
            throw EngineError(
                .invalidBinding,
                "a row to load has another number of values than the \(columns.count) columns named; nothing was loaded"
            )
        }
        let names = columns.map { Identifier($0).quoted }.joined(separator: ", ")
        let copy = BoundStatement(Statement(unsafeText: "COPY \(table.quoted) (\(names)) FROM STDIN"))
        try refuseNUL(copy.statement.text)
        try await enterExclusive()
        defer { leaveExclusive() }
        try check(session.exitPipeline())
        try check(session.sendScript(copy.statement.text))
        try await flushAll()
        var loaded = 0
        var failure: EngineError?
        while let result = try await nextResult() {
            switch result.status {
            case PGRES_COPY_IN:
                result.discard()
                failure = try await send(rows)
            case PGRES_FATAL_ERROR:
                failure = failure ?? takeError(result, copy)
            default:
                loaded = result.storage(codecs: nil).affectedRows
            }
        }
        if let failure { throw failure }
        return loaded
    }

    /// Sends rows in COPY's text format, in pieces that fit a socket's buffer, and returns why they were given up.
    private func send(_ rows: [[Value]]) async throws(EngineError) -> EngineError? {
        let pieceBytes = 64 * 1_024
        var piece = CopyEncoder()
        for row in rows {
            piece.append(row)
            guard piece.bytes.count >= pieceBytes else { continue }
            guard piece.bytes.count <= ParameterBuffer.bytesMax else {
                try await giveUpCopy("a row is too long")
                return EngineError(.invalidBinding, "a row to load takes more than the 1 GB that PostgreSQL takes")
            }
            try await put(piece.bytes)
            piece.removeAll()
            // Others that the loop serves come in between.
            await Task.yield()
            if let failure { throw failure }
            if Task.isCancelled { interrupt() }
            if exclusive.isEnding {
                try await giveUpCopy("the load was cancelled")
                return nil
            }
        }
        try await put(piece.bytes)
        try check(session.putCopyEnd())
        try await flushAll()
        return nil
    }

    private func put(_ bytes: [UInt8]) async throws(EngineError) {
        guard !bytes.isEmpty else { return }
        try check(bytes.withUnsafeBytes { session.putCopyData($0) })
        try await flushAll()
    }

    private func giveUpCopy(_ reason: String) async throws(EngineError) {
        try check(session.putCopyEnd(failing: reason))
        try await flushAll()
    }
}
