package import Martlet
package import MartletCore

/// A pool as one session, so that what runs through it is measured as everything else is.
///
/// Each statement of its own borrows a connection. What is no request, such as a plan, runs on a session beside the
/// pool.
package final class PoolSession: ForwardingConnection {
    package let base: any Connection
    private let pool: Pool
    private let engine: PooledEngine

    package init(of pool: Pool, beside base: any Connection) {
        self.base = base
        self.pool = pool
        engine = PooledEngine(pool)
    }

    package func run(_ statement: BoundStatement, timeout: Duration?) async throws(EngineError) -> Rows {
        let connection = try await engine.connect(.readOnly)
        do {
            let rows = try await connection.run(statement, timeout: timeout)
            await connection.close()
            return rows
        } catch {
            await connection.close()
            throw error
        }
    }

    package func close() async {
        await pool.shutdown()
        await base.close()
    }
}
