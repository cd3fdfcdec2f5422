import MartletCore
import Synchronization

/// A call within a trace.
final class RecordedCall: CallObservation {
    private struct State {
        var executions: [Execution]
        /// When the last rows arrived: what the recorder does with them is not the statement's time.
        var arrival: Duration?
    }

    private let recorder: TraceRecorder
    private let trace: OpenTrace
    private let place: OpenTrace.Place
    private let stopwatch: Stopwatch
    private let state: Mutex<State>

    init(_ statements: [BoundStatement], dialect: Dialect, recorder: TraceRecorder, trace: OpenTrace) {
        let digester = recorder.digester
        let place = trace.begin(statements: statements.count)
        self.recorder = recorder
        self.trace = trace
        self.place = place
        state = Mutex(
            State(
                executions: statements.map { bound in
                    Execution(
                        statement: bound.statement.text,
                        fingerprint: recorder.fingerprints.fingerprint(of: bound.statement.text, dialect: dialect),
                        start: place.start,
                        duration: .zero,
                        roundTrip: place.roundTrip,
                        rows: 0,
                        bytes: 0,
                        parameterDigests: bound.values.map(digester.digest)
                    )
                }
            )
        )
        stopwatch = Stopwatch(recorder.clock)
    }

    func received(_ rows: Rows, ofStatementAt position: Int) {
        let elapsed = stopwatch.elapsed
        let bytes = rows.byteCount
        state.withLock { state in
            guard state.executions.indices.contains(position) else { return }
            if position == 0 { state.arrival = elapsed }
            state.executions[position].rows += rows.count
            state.executions[position].bytes += bytes
            digest(rows, into: &state.executions[position].resultDigests)
        }
    }

    func copied(rows: Int, bytes: Int) {
        state.withLock { state in
            guard !state.executions.isEmpty else { return }
            state.executions[0].rows += rows
            state.executions[0].bytes += bytes
        }
    }

    func ended(_ error: (any Error)?) async {
        let elapsed = stopwatch.elapsed
        let executions = state.withLock { state in
            let duration = error == nil ? state.arrival ?? elapsed : elapsed
            for position in state.executions.indices {
                state.executions[position].duration = duration
                state.executions[position].failed = error != nil
            }
            return state.executions
        }
        trace.end(place, executions: executions)
    }

    /// NULL is left out: it is equal to nothing, so it leads nowhere.
    private func digest(_ rows: Rows, into digests: inout Set<UInt64>) {
        for row in rows {
            for value in row.values where !value.isNull {
                if digests.count >= Execution.resultDigestsMax { return }
                digests.insert(recorder.digester.digest(of: value))
            }
        }
    }
}
