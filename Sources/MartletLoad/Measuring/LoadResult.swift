/// All that a load measured.
package struct LoadResult: Sendable {
    package var operations: [OperationMeasurement]
    /// From the first start until the last answer, without the warm-up.
    package var elapsed: Duration
    /// How late this process was on its own account.
    ///
    /// With a rate: how long after the instant at which it could begin a run did begin. Without one: how late a timer
    /// on the threads of the workers came.
    package var ownLag: LatencyHistogram
    /// How long runs that were due waited for a free connection; empty without a rate.
    package var connectionWait: LatencyHistogram
    /// Processor time of this process during the load.
    package var processorSeconds: Double
    /// Whether the load was ended before its time.
    package var isInterrupted: Bool

    /// Runs that were answered.
    package var completed: Int { operations.reduce(0) { $0 + $1.completed } }
    package var failures: Int { operations.reduce(0) { $0 + $1.failures } }
    package var unbegun: Int { operations.reduce(0) { $0 + $1.unbegun } }
    package var unanswered: Int { operations.reduce(0) { $0 + $1.unanswered } }

    /// Answers in a second.
    package var perSecond: Double {
        elapsed > .zero ? Double(completed) / (elapsed / .seconds(1)) : 0
    }

    /// All operations together.
    package var latency: LatencyHistogram {
        operations.reduce(into: LatencyHistogram()) { $0.add($1.latency) }
    }
}
