import MartletCore
import Tracing

/// A call that is under way.
struct TelemetryCall: CallObservation {
    private let operation: OperationDescription
    private let span: any Span
    private let observer: TelemetryObserver
    private let begin = ContinuousClock.now

    init(_ operation: OperationDescription, span: any Span, observer: TelemetryObserver) {
        self.operation = operation
        self.span = span
        self.observer = observer
    }

    func received(_ rows: Rows, ofStatementAt position: Int) {}

    func ended(_ error: (any Error)?) async {
        let duration = ContinuousClock.now - begin
        let type = error.map(Self.type)
        if let error, let type {
            span.attributes["error.type"] = type
            if let state = (error as? EngineError)?.driverCode { span.attributes["db.response.status_code"] = state }
            span.setStatus(SpanStatus(code: .error, message: (error as? EngineError)?.code.description))
        }
        span.end()
        observer.observe(operation, duration: duration, error: type)
    }

    /// The database's own code, or else what kind of failure or error it is.
    private static func type(of error: any Error) -> String {
        guard let error = error as? EngineError else { return String(describing: Swift.type(of: error)) }
        return error.driverCode ?? error.code.description.replacing(" ", with: "_")
    }
}
