import MartletCore

extension Connection {
    /// Runs a body in a transaction of its own that is rolled back, whatever becomes of it.
    func rollingBack(_ body: () async throws -> Void) async throws {
        // SQLite: who begins reading and then writes would fail for a snapshot that others have outdated.
        try await run(.begin(isolation: .readCommitted, readOnly: false, dialect))
        do {
            try await body()
            try await run("ROLLBACK")
        } catch {
            // A connection that stays within a transaction would fail all that follows.
            await rollBackShielded()
            throw error
        }
    }
}
