import CoreMetrics
import MartletCore
import Synchronization

/// Tells a metrics backend of a pool, by OpenTelemetry's names for connection pools.
///
/// Durations and time-outs are told as they happen, what there is at an instant every now and then.
final class PoolReporter: Sendable {
    private let createTime: Recorder
    private let waitTime: Recorder
    private let useTime: Recorder
    private let timeouts: Counter
    private let used: Meter
    private let idle: Meter
    private let idleMax: Meter
    private let idleMin: Meter
    private let max: Meter
    private let pendingRequests: Meter
    /// Who reports: the last to look is to be the last to tell.
    private let turn = Mutex(())

    init(pool name: String, to factory: any MetricsFactory) {
        let pool = [("db.client.connection.pool.name", name)]
        func meter(_ label: String, state: String? = nil) -> Meter {
            let dimensions = pool + (state.map { [("db.client.connection.state", $0)] } ?? [])
            return Meter(label: "db.client.connection.\(label)", dimensions: dimensions, factory: factory)
        }
        func durations(_ label: String) -> Recorder {
            Recorder(label: "db.client.connection.\(label)", dimensions: pool, aggregate: true, factory: factory)
        }
        createTime = durations("create_time")
        waitTime = durations("wait_time")
        useTime = durations("use_time")
        timeouts = Counter(label: "db.client.connection.timeouts", dimensions: pool, factory: factory)
        used = meter("count", state: "used")
        idle = meter("count", state: "idle")
        idleMax = meter("idle.max")
        idleMin = meter("idle.min")
        max = meter("max")
        pendingRequests = meter("pending_requests")
    }

    func created(in duration: Duration) { createTime.record(duration.seconds) }
    func waited(_ duration: Duration) { waitTime.record(duration.seconds) }
    func returned(after duration: Duration) { useTime.record(duration.seconds) }
    func timedOut() { timeouts.increment() }

    func report(_ limits: PoolLimits, _ snapshot: () -> PoolMetrics) {
        turn.withLock { _ in
            let metrics = snapshot()
            used.set(metrics.used)
            idle.set(metrics.idle)
            // Those beyond are closed as soon as nobody wants them.
            idleMax.set(limits.max)
            idleMin.set(limits.min)
            max.set(limits.capacity)
            pendingRequests.set(metrics.pendingRequests)
        }
    }
}
