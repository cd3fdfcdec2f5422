public import MartletCore

extension Connection {
    /// Works through keys in chunks, each a transaction of its own, in the order of the keys.
    ///
    ///     try await connection.inChunks(of: ids) { connection, ids in
    ///         try await connection.update(renders, key: "id", in: ids, set: ["status": "failed"])
    ///     } progress: { progress in
    ///         log("\(progress.keysDone) of \(progress.keysTotal)")
    ///     }
    ///
    /// A long work thus holds its locks for a chunk only, and what is done stays done when it is interrupted. Then
    /// `ChunksInterrupted` says how far it came; with its token as `resumingAfter`, and the same keys, the next run
    /// goes on. A process that dies between a commit and `progress` does this one chunk again, so the body should set
    /// values rather than add to them. Not within a transaction that is open.
    ///
    /// - Parameters:
    ///   - keys: the keys in any order; each is worked on once.
    ///   - chunkKeysMax: keys for each transaction.
    ///   - token: what an earlier run gave; keys up to it count as done.
    ///   - body: writes one chunk and returns how many rows it wrote.
    ///   - report: called after each commit, before the next chunk begins.
    /// - Returns: how far it came, which is to the end.
    /// - Throws: `ChunksInterrupted` for an error of the body, of `progress` or of the database, or on cancellation.
    @discardableResult
    public func inChunks<Key: Hashable & Comparable & Sendable>(
        of keys: some Sequence<Key>,
        chunkKeysMax: Int = 1_000,
        resumingAfter token: Key? = nil,
        _ body: (any Connection, [Key]) async throws -> Int,
        progress report: (ChunkProgress<Key>) async throws -> Void = { _ in }
    ) async throws(ChunksInterrupted<Key>) -> ChunkProgress<Key> {
        precondition(chunkKeysMax > 0, "a chunk has at least one key")
        let sorted = Set(keys.lazy.map { ExactKey($0) }).map(\.key).sorted(by: ExactKey.precedes)
        let first =
            token.flatMap { token in sorted.firstIndex { ExactKey.precedes(token, $0) } ?? sorted.endIndex } ?? 0
        var progress = ChunkProgress<Key>(
            keysDone: first,
            keysTotal: sorted.count,
            affectedRows: 0,
            resumeToken: token
        )
        // No larger than all of them, so that the sums below fit.
        let length = min(chunkKeysMax, max(1, sorted.count))
        for start in stride(from: first, to: sorted.count, by: length) {
            let chunk = Array(sorted[start..<min(start + length, sorted.count)])
            do {
                try Task.checkCancellation()
                let rows = try await transaction { connection in try await body(connection, chunk) }
                progress.keysDone += chunk.count
                progress.affectedRows += rows
                progress.resumeToken = chunk.last
                try await report(progress)
            } catch {
                throw ChunksInterrupted(progress: progress, cause: error)
            }
        }
        return progress
    }
}
