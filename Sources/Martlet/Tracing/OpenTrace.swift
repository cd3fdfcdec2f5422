import MartletCore
import Synchronization

/// A trace that is still being written.
final class OpenTrace: Sendable {
    private struct State {
        var counter = RoundTripCounter()
        var begun = 0
        /// Calls that have ended, each with the place of its first statement.
        var calls: [(sequence: Int, executions: [Execution])] = []
        var kept = 0
        var omitted = 0
    }

    /// The place of one call in the trace.
    struct Place: Sendable {
        /// Its place among the statements in the order of their starts.
        let sequence: Int
        let roundTrip: Int
        let start: Duration
    }

    let recorder: TraceRecorder
    private let name: String
    private let executionsMax: Int
    private let stopwatch: Stopwatch
    private let state = Mutex(State())

    init(name: String, recorder: TraceRecorder, executionsMax: Int) {
        self.name = name
        self.recorder = recorder
        self.executionsMax = executionsMax
        stopwatch = Stopwatch(recorder.clock)
    }

    func begin(statements: Int) -> Place {
        state.withLock { state in
            defer { state.begun += statements }
            // Read under the lock: who reads it before may get in after one that began later.
            let start = stopwatch.elapsed
            return Place(sequence: state.begun, roundTrip: state.counter.begin(), start: start)
        }
    }

    /// Time since the trace was opened.
    var elapsed: Duration { stopwatch.elapsed }

    func end(_ place: Place, executions: [Execution]) {
        state.withLock { state in
            state.counter.end(place.roundTrip)
            let room = executionsMax - state.kept
            let kept = executions.count <= room ? executions : Array(executions.prefix(room))
            if !kept.isEmpty { state.calls.append((place.sequence, kept)) }
            state.kept += kept.count
            state.omitted += executions.count - kept.count
        }
    }

    /// The finished trace.
    ///
    /// What ends later, in a task that outlives its unit of work, is lost.
    func close() -> (trace: Trace, omitted: Int) {
        let duration = stopwatch.elapsed
        return state.withLock { state in
            // Most traces are written in order; then this compares neighbours and moves nothing.
            state.calls.sort { $0.sequence < $1.sequence }
            let executions = state.calls.flatMap(\.executions)
            return (Trace(name: name, executions: executions, duration: duration), state.omitted)
        }
    }
}
