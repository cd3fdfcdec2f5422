import MartletCore
import Synchronization

/// A call within a trace.
final class RecordedCall: CallObservation {
    private struct State {
        var executions: [Execution]
        /// When the last rows arrived: what the recorder does with them is not the statement's time.
        var arrival: Duration?
    }

    private let digester: ValueDigester
    private let trace: OpenTrace
    private let place: OpenTrace.Place
    private let state: Mutex<State>

    init(_ statements: [BoundStatement], dialect: Dialect, recorder: TraceRecorder, trace: OpenTrace) {
        let digester = recorder.digester
        var executions = statements.map { bound in
            Execution(
                statement: bound.statement.text,
                fingerprint: recorder.fingerprints.content(of: bound.statement.text) {
                    Fingerprint(of: $0, dialect: dialect)
                },
                start: .zero,
                duration: .zero,
                roundTrip: 0,
                rows: 0,
                bytes: 0,
                parameterDigests: bound.values.map(digester.digest)
            )
        }
        // Behind the digests: they are not the statement's time.
        let place = trace.begin(statements: statements.count)
        for position in executions.indices {
            executions[position].start = place.start
            executions[position].roundTrip = place.roundTrip
        }
        self.digester = digester
        self.trace = trace
        self.place = place
        state = Mutex(State(executions: executions))
    }

    func received(_ rows: Rows, ofStatementAt position: Int) {
        let elapsed = position == 0 ? trace.elapsed : nil
        let bytes = rows.byteCount
        state.withLock { state in
            guard state.executions.indices.contains(position) else { return }
            if let elapsed { state.arrival = elapsed }
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
        let executions = state.withLock { state in
            let end = error == nil ? state.arrival ?? trace.elapsed : trace.elapsed
            for position in state.executions.indices {
                state.executions[position].duration = end - place.start
                state.executions[position].failed = error != nil
            }
            // Moved, not copied: nothing comes behind the end.
            var executions: [Execution] = []
            swap(&executions, &state.executions)
            return executions
        }
        trace.end(place, executions: executions)
    }

    /// NULL is left out: it is equal to nothing, so it leads nowhere.
    private func digest(_ rows: Rows, into digests: inout Set<UInt64>) {
        guard digests.count < Execution.resultDigestsMax else { return }
        if digests.isEmpty {
            digests = Set(minimumCapacity: min(rows.count * rows.columns.count, Execution.resultDigestsMax))
        }
        rows.forEachValue { value in
            if !value.isNull { digests.insert(digester.digest(of: value)) }
            return digests.count < Execution.resultDigestsMax
        }
    }
}
