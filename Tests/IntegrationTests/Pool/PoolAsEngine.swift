import Martlet
import MartletCore

/// An engine whose connections are borrowed from pools, so that whatever is asked of an engine can be asked of a pool.
struct PoolAsEngine: Engine {
    let dialect: Dialect
    let capabilities: Capabilities
    let displayName: String

    private let writing: Pool
    private let reading: Pool

    init(_ engine: any Engine, max: Int) {
        dialect = engine.dialect
        capabilities = engine.capabilities
        displayName = engine.displayName
        writing = Pool(engine, PoolConfiguration(max: max))
        reading = Pool(engine, PoolConfiguration(max: max), access: .readOnly)
    }

    /// What both pools have done.
    var metrics: [PoolMetrics] { [writing.metrics, reading.metrics] }

    /// Lends a connection to a task of its own, which holds it until it is closed.
    func connect(_ access: Access) async throws(EngineError) -> any Connection {
        let pool = access == .readOnly ? reading : writing
        let (ends, end) = AsyncStream<Never>.makeStream()
        let (loans, loan) = AsyncThrowingStream<any Connection, any Error>.makeStream()
        // Detached: a case that is cancelled closes its connections all the same.
        let holder = Task.detached {
            do {
                try await pool.withConnection { connection in
                    loan.yield(connection)
                    for await _ in ends {}
                }
                loan.finish()
            } catch {
                loan.finish(throwing: error)
            }
        }
        do {
            for try await connection in loans {
                return BorrowedConnection(connection) {
                    end.finish()
                    await holder.value
                }
            }
            throw EngineError(.cancelled, "the task was cancelled before it got a connection")
        } catch let error as EngineError {
            throw error
        } catch {
            throw (error as? PoolError)?.cause ?? EngineError(.other, "\(error)")
        }
    }

    func shutdown() async {
        await writing.shutdown()
        await reading.shutdown()
    }
}
