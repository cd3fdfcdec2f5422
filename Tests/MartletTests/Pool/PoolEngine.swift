import Martlet
import MartletCore
import MartletTesting
import Testing

/// Both engines; each body gets a database of its own.
enum PoolEngine: String, CaseIterable, CustomTestStringConvertible {
    case postgres, sqlite

    var testDescription: String { rawValue }

    /// Lends a pool to a body and shuts it down; then nothing may be left open.
    func withPool<Success>(
        _ configuration: PoolConfiguration,
        onEvent: (@Sendable (PoolEvent) -> Void)? = nil,
        _ body: @Sendable (Pool) async throws -> Success
    ) async throws -> Success {
        let database = try self == .sqlite ? TemporaryDatabase() : nil
        let engine: any Engine =
            if let database { database.engine } else { try await PrivatePostgres.temporaryDatabase() }
        let pool = Pool(engine, configuration, onEvent: onEvent)
        do {
            let success = try await body(pool)
            await pool.shutdown()
            let metrics = pool.metrics
            #expect(metrics.used + metrics.idle + metrics.changing == 0)
            #expect(metrics.opened == metrics.closed)
            return success
        } catch {
            await pool.shutdown()
            throw error
        }
    }
}

/// Waits until something holds, a minute at most.
func expectSoon(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    for _ in 0..<12_000 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("it did not come to hold", sourceLocation: sourceLocation)
}
