/// What was measured of one operation.
package struct OperationMeasurement: Sendable {
    package let name: String
    /// From the instant at which it was meant to begin until its answer was there.
    package var latency = LatencyHistogram()
    /// From the instant at which it was sent until its answer was there: without the wait for a free connection.
    package var service = LatencyHistogram()
    /// Runs that failed; their times are not among the latencies.
    package var failures = 0
    /// The first failure in words.
    package var firstFailure: String?
    /// Runs that were due and had not begun when the load ended.
    ///
    /// Each is among the latencies with the time that it had waited by then, so that a server that stands still
    /// cannot look fast.
    package var unbegun = 0
    /// Runs that were under way when the load was interrupted; each is among the latencies like those not begun.
    package var unanswered = 0

    package init(name: String) {
        self.name = name
    }

    /// Runs that were answered.
    package var completed: Int { latency.count - unbegun - unanswered }

    mutating func add(_ other: OperationMeasurement) {
        latency.add(other.latency)
        service.add(other.service)
        failures += other.failures
        firstFailure = firstFailure ?? other.firstFailure
        unbegun += other.unbegun
        unanswered += other.unanswered
    }
}
