import MartletCore
import Synchronization

/// A trace that is still being written.
final class OpenTrace: Sendable {
    private struct State {
        var counter = RoundTripCounter()
        var begun = 0
        var executions: [(sequence: Int, execution: Execution)] = []
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

    func end(_ place: Place, executions: [Execution]) {
        state.withLock { state in
            state.counter.end(place.roundTrip)
            let room = max(0, executionsMax - state.executions.count)
            for (offset, execution) in executions.prefix(room).enumerated() {
                state.executions.append((place.sequence + offset, execution))
            }
            state.omitted += max(0, executions.count - room)
        }
    }

    /// The finished trace.
    ///
    /// What ends later, in a task that outlives its unit of work, is lost.
    func close() -> (trace: Trace, omitted: Int) {
        let duration = stopwatch.elapsed
        return state.withLock { state in
            let ordered = state.executions.sorted { $0.sequence < $1.sequence }
            return (Trace(name: name, executions: ordered.map(\.execution), duration: duration), state.omitted)
        }
    }
}
