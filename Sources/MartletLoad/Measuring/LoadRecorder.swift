import Synchronization

/// Collects what the workers of one thread measure.
///
/// The lock is free unless someone looks on, as workers of one event loop take turns anyway.
final class LoadRecorder: Sendable {
    struct Tally: Sendable {
        var operations: [OperationMeasurement]
        var ownLag = LatencyHistogram()
        var connectionWait = LatencyHistogram()

        mutating func add(_ other: Tally) {
            for position in operations.indices { operations[position].add(other.operations[position]) }
            ownLag.add(other.ownLag)
            connectionWait.add(other.connectionWait)
        }
    }

    private let state: Mutex<Tally>

    init(names: [String]) {
        state = Mutex(Tally(operations: names.map { OperationMeasurement(name: $0) }))
    }

    var tally: Tally {
        state.withLock { $0 }
    }

    /// A run whose latency is its service time.
    func record(_ operation: Int, service: UInt64) {
        state.withLock { $0.operations[operation].latency.record(nanoseconds: service) }
    }

    /// A run that was due before it could begin.
    func record(_ operation: Int, latency: UInt64, service: UInt64) {
        state.withLock { state in
            state.operations[operation].latency.record(nanoseconds: latency)
            state.operations[operation].service.record(nanoseconds: service)
        }
    }

    /// A start: how late it was for want of a connection, and how late for reasons of this process.
    func recordStart(connectionWait: UInt64, ownLag: UInt64) {
        state.withLock { state in
            state.connectionWait.record(nanoseconds: connectionWait)
            state.ownLag.record(nanoseconds: ownLag)
        }
    }

    func recordOwnLag(_ nanoseconds: UInt64) {
        state.withLock { $0.ownLag.record(nanoseconds: nanoseconds) }
    }

    func recordFailure(_ operation: Int, _ reason: String) {
        state.withLock { state in
            state.operations[operation].failures += 1
            if state.operations[operation].firstFailure == nil { state.operations[operation].firstFailure = reason }
        }
    }

    func recordUnbegun(_ operation: Int, waited: UInt64) {
        state.withLock { state in
            state.operations[operation].unbegun += 1
            state.operations[operation].latency.record(nanoseconds: waited)
        }
    }

    func recordUnanswered(_ operation: Int, waited: UInt64) {
        state.withLock { state in
            state.operations[operation].unanswered += 1
            state.operations[operation].latency.record(nanoseconds: waited)
        }
    }
}
