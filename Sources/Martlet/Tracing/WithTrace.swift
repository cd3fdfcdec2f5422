public import Tracing

/// Runs a body as one unit of work: what it does to its databases is told under one name.
///
/// The name becomes a span around the statements, the name of the recorder's trace where one is given, and the `route`
/// of the comments that a `CommentingEngine` writes. Use the pattern of a route, not its path: `GET /chats/{id}`.
///
///     try await withTrace("GET /chats") { try await chats.page(size: 50, on: connection) }
@discardableResult
public func withTrace<Success>(
    _ name: String,
    recorder: TraceRecorder? = nil,
    tracer: (any Tracer)? = nil,
    _ body: () async throws -> Success
) async rethrows -> Success {
    let tracer = tracer ?? InstrumentationSystem.tracer
    return try await tracer.withAnySpan(name, ofKind: .internal) { _ in
        try await UnitOfWork.$name.withValue(name) {
            guard let recorder else { return try await body() }
            return try await recorder.withTrace(name, body)
        }
    }
}
