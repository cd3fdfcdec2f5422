public import Martlet
public import ServiceLifecycle

/// A pool as a service of swift-service-lifecycle: opens its minimum at the start, and shuts down gracefully.
///
///     let services = ServiceGroup(services: [PoolService(pool), server], logger: logger)
///
/// Services are stopped from the last to the first: what borrows connections stands behind the pool.
public struct PoolService: Service {
    private let pool: Pool

    /// Takes a pool.
    public init(_ pool: Pool) {
        self.pool = pool
    }

    /// Runs until the graceful shutdown, or until the task is cancelled, and returns when all is closed.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await pool.run() }
    }
}
