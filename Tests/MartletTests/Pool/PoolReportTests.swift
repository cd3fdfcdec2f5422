import Martlet
import MartletCore
import MartletSQLite
import MartletTesting
import MetricsTestKit
import Testing

@Suite("Figures of a pool for a metrics backend")
struct PoolReportTests {
    private let label = "db.client.connection."

    @Test("durations and time-outs are told as they happen, by OpenTelemetry's names")
    func events() async throws {
        let metrics = TestMetrics()
        var configuration = PoolConfiguration(min: 1, max: 1)
        configuration.name = "orders"
        let database = try TemporaryDatabase()
        let pool = Pool(database.engine, configuration, reportingTo: metrics)
        try await pool.withConnection { _ in
            try await Task.sleep(for: .milliseconds(20))
            let task = Task {
                try await pool.withConnection(timeout: .milliseconds(5)) { _ in }
            }
            await #expect(throws: PoolError.self) { try await task.value }
        }
        try await pool.withConnection { _ in }
        await pool.shutdown()
        #expect(try values("create_time", metrics).count == 1)
        #expect(try values("wait_time", metrics).count == 2)
        let uses = try values("use_time", metrics)
        #expect(uses.count == 2)
        // In seconds.
        #expect(uses[0] >= 0.02 && uses[0] < 20)
        let timeouts = try metrics.expectCounter(label + "timeouts", [("db.client.connection.pool.name", "orders")])
        #expect(timeouts.values == [1])
    }

    @Test("what there is at an instant is told every now and then, and at the end")
    func instants() async throws {
        let metrics = TestMetrics()
        var configuration = PoolConfiguration(min: 1, max: 2, overflow: 3)
        configuration.name = "orders"
        configuration.reportInterval = .milliseconds(5)
        let database = try TemporaryDatabase()
        let pool = Pool(database.engine, configuration, reportingTo: metrics)
        try await pool.withConnection { _ in
            try await expectSoon { try meter("count", "used", metrics) == 1 }
            #expect(try meter("count", "idle", metrics) == 0)
        }
        try await expectSoon { try meter("count", "idle", metrics) == 1 }
        #expect(try meter("count", "used", metrics) == 0)
        #expect(try meter("max", nil, metrics) == 5)
        #expect(try meter("idle.max", nil, metrics) == 2)
        #expect(try meter("idle.min", nil, metrics) == 1)
        #expect(try meter("pending_requests", nil, metrics) == 0)
        await pool.shutdown()
        try await expectSoon { try meter("count", "idle", metrics) == 0 }
    }

    @Test("a pool without a name is called by its database")
    func name() async throws {
        let metrics = TestMetrics()
        let database = try TemporaryDatabase()
        let pool = Pool(database.engine, reportingTo: metrics)
        try await pool.withConnection { _ in }
        await pool.shutdown()
        let dimensions = metrics.recorders(label: label + "use_time").first?.dimensions.map(\.1)
        #expect(dimensions == [database.engine.displayName])
    }

    private func values(_ name: String, _ metrics: TestMetrics) throws -> [Double] {
        try metrics.expectRecorder(label + name, [("db.client.connection.pool.name", "orders")]).values
    }

    private func meter(_ name: String, _ state: String?, _ metrics: TestMetrics) throws -> Double? {
        let dimensions =
            [("db.client.connection.pool.name", "orders")]
            + (state.map { [("db.client.connection.state", $0)] } ?? [])
        return try metrics.expectMeter(label + name, dimensions).values.last
    }
}
