import CoreMetrics
import MartletCore
import Synchronization
import Tracing

/// Turns the calls of a connection into spans and observations.
final class TelemetryObserver: ConnectionObserver {
    private struct RecorderKey: Hashable {
        let summary: String
        let error: String?
    }

    /// Time series that are remembered; beyond them a call makes its own handle, which costs more.
    private static let recordersMax = 4_096

    let identity: DatabaseIdentity
    let options: TelemetryOptions
    private let system: String
    private let descriptions = TextMemo<StatementDescription>(entriesMax: 2_048)
    private let recorders = Mutex<[RecorderKey: Recorder]>([:])

    init(dialect: Dialect, identity: DatabaseIdentity, options: TelemetryOptions) {
        self.identity = identity
        self.options = options
        system = dialect == .postgres ? "postgresql" : "sqlite"
    }

    func willSend(_ statements: [BoundStatement], dialect: Dialect) -> any CallObservation {
        let operation = OperationDescription(
            statements.map { statement in
                descriptions.content(of: statement.statement.text) { StatementDescription($0, dialect: dialect) }
            }
        )
        let name = operation.summary.isEmpty ? system : operation.summary
        let span = startSpan(options.tracer ?? InstrumentationSystem.tracer, name)
        if span.isRecording { describe(operation, statements, on: span) }
        return TelemetryCall(operation, span: span, observer: self)
    }

    private func startSpan(_ tracer: any Tracer, _ name: String) -> any Span {
        tracer.startAnySpan(name, ofKind: .client)
    }

    private func describe(_ operation: OperationDescription, _ statements: [BoundStatement], on span: any Span) {
        span.updateAttributes { attributes in
            attributes["db.system.name"] = system
            if let namespace = identity.namespace { attributes["db.namespace"] = namespace }
            if let address = identity.serverAddress { attributes["server.address"] = address }
            if let port = identity.serverPort { attributes["server.port"] = port }
            if let collection = operation.collection { attributes["db.collection.name"] = collection }
            if let name = operation.name { attributes["db.operation.name"] = name }
            if let size = operation.batchSize { attributes["db.operation.batch.size"] = size }
            attributes["db.query.text"] = operation.text
            attributes["db.query.summary"] = operation.summary
            guard options.recordsParameters, statements.count == 1 else { return }
            for (position, value) in statements[0].values.enumerated() {
                attributes["db.query.parameter.\(position)"] = value.parameterText
            }
        }
    }

    func observe(_ operation: OperationDescription, duration: Duration, error: String?) {
        recorder(operation, error: error).record(duration.seconds)
    }

    private func recorder(_ operation: OperationDescription, error: String?) -> Recorder {
        let key = RecorderKey(summary: operation.summary, error: error)
        if let known = recorders.withLock({ $0[key] }) { return known }
        let dimensions: [(String, String?)] = [
            ("db.system.name", system), ("db.namespace", identity.namespace),
            ("db.collection.name", operation.collection), ("db.operation.name", operation.name),
            ("db.query.summary", operation.summary), ("error.type", error),
            ("server.address", identity.serverAddress), ("server.port", identity.serverPort.map(String.init)),
        ]
        let recorder = Recorder(
            label: "db.client.operation.duration",
            dimensions: dimensions.compactMap { name, value in value.map { (name, $0) } },
            aggregate: true,
            factory: options.metrics ?? MetricsSystem.factory
        )
        recorders.withLock { if $0.count < Self.recordersMax { $0[key] = recorder } }
        return recorder
    }
}

extension Value {
    /// The value as text, for those who asked for it.
    fileprivate var parameterText: String {
        switch self {
        case .text(let text), .json(let text): text
        default: arrayLiteral
        }
    }
}
