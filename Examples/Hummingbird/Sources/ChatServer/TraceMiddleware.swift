public import Hummingbird
public import Martlet
public import Tracing

/// Makes each request a unit of work.
///
/// Its statements are told under the pattern of its route, such as `GET /chats/{id}`. Hummingbird knows the pattern
/// only behind its router: add the middleware to the router.
public struct TraceMiddleware<Context: RequestContext>: RouterMiddleware {
    private let recorder: TraceRecorder?
    private let tracer: (any Tracer)?

    /// Tells the recorder, where one is given, and the tracer, or else the one that the application has bootstrapped.
    public init(recorder: TraceRecorder? = nil, tracer: (any Tracer)? = nil) {
        self.recorder = recorder
        self.tracer = tracer
    }

    /// Runs what is behind it within `withTrace`.
    public func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        try await withTrace(
            "\(request.method) \(context.endpointPath ?? "unknown")",
            recorder: recorder,
            tracer: tracer
        ) {
            try await next(request, context)
        }
    }
}
