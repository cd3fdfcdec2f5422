import Logging
import Martlet
import MartletCore
import MartletLifecycle
import ServiceLifecycle
import Testing

@Suite("A pool as a service")
struct PoolServiceTests {
    private struct Borrowing: Service {
        let pool: Pool
        let isDone: Guarded<Bool>

        func run() async throws {
            try await pool.withConnection { connection in
                try await gracefulShutdown()
                try await Task.sleep(for: .milliseconds(50))
                try await connection.run("SELECT 1")
                isDone.withLock { $0 = true }
            }
        }
    }

    @Test("a graceful shutdown lets borrowers end, and then closes all")
    func graceful() async throws {
        try await PoolEngine.sqlite.withPool(PoolConfiguration(min: 1, max: 2)) { pool in
            let isDone = Guarded(false)
            var configuration = ServiceGroupConfiguration(
                services: [
                    .init(service: PoolService(pool), successTerminationBehavior: .ignore),
                    .init(
                        service: Borrowing(pool: pool, isDone: isDone),
                        successTerminationBehavior: .gracefullyShutdownGroup
                    ),
                ],
                logger: Logger(label: "test")
            )
            configuration.maximumGracefulShutdownDuration = .seconds(5)
            let group = ServiceGroup(configuration: configuration)
            let running = Task { try await group.run() }
            try await expectSoon { pool.metrics.used == 1 }
            await group.triggerGracefulShutdown()
            try await running.value
            #expect(isDone.value)
            #expect(pool.metrics.closed == pool.metrics.opened)
        }
    }
}
