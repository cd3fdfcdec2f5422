import Martlet
package import MartletCore

/// Tokens that have expired are removed.
package struct AuthCleanup: Sendable {
    package init() {}

    /// Removes them all in batches that commit for themselves, by any number of processes at once.
    ///
    /// The document has one statement for all, which `setImmediate` runs in the process that took the request: it holds
    /// its locks until the last is gone, and if the process ends, nothing was done.
    package func removeExpired(
        batchRows: Int = 1_000,
        on connection: any Connection,
        progress: (Int) async throws -> Void = { _ in }
    ) async throws -> Int {
        try await connection.removeExpired(
            from: AuthChatTables(connection.dialect).tokens,
            key: "id",
            expiry: "expires_at",
            batchRows: batchRows,
            progress: progress
        )
    }

    /// The document's way.
    package func removeAllAtOnce(at now: Timestamp, on connection: any Connection) async throws -> Int {
        let tables = AuthChatTables(connection.dialect)
        return try await connection.run("DELETE FROM \(tables.tokens) WHERE expires_at < \(now)").affectedRows
    }

    /// Forgets the texts of tokens of which the hash is known: the end of going over from the one to the other.
    ///
    /// It cannot be undone, and from then on only the expert's ways know those tokens.
    package func forgetTexts(on connection: any Connection) async throws -> Int {
        let tables = AuthChatTables(connection.dialect)
        return
            try await connection.run(
                "UPDATE \(tables.tokens) SET token = NULL WHERE token IS NOT NULL AND token_hash IS NOT NULL"
            )
            .affectedRows
    }
}
