import MartletCore

/// Turns the calls of a connection into executions of the caller's trace.
struct RecordingObserver: ConnectionObserver {
    let recorder: TraceRecorder

    func willSend(_ statements: [BoundStatement], dialect: Dialect) -> any CallObservation {
        StatementWitness.current?.see(statements)
        guard let trace = recorder.openTrace(countingOutside: statements.count) else { return UnobservedCall() }
        return RecordedCall(statements, dialect: dialect, recorder: recorder, trace: trace)
    }
}

/// A call outside any trace.
private struct UnobservedCall: CallObservation {
    func received(_ rows: Rows, ofStatementAt position: Int) {}
    func ended(_ error: (any Error)?) async {}
}
