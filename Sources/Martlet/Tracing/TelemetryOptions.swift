public import CoreMetrics
public import Tracing

/// Where spans and metrics go, and what they say.
public struct TelemetryOptions: Sendable {
    /// Makes spans; nil: the tracer that the application has bootstrapped.
    public var tracer: (any Tracer)?
    /// Makes metrics; nil: the factory that the application has bootstrapped.
    public var metrics: (any MetricsFactory)?
    /// Whether bound values are recorded as `db.query.parameter.<n>`.
    ///
    /// They may be personal data, so they are not unless asked for.
    public var recordsParameters: Bool

    /// Buckets for `db.client.operation.duration` in seconds, as OpenTelemetry advises; for the metrics backend.
    public static let durationBucketsSeconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

    /// What the application has bootstrapped, without bound values.
    public init(
        tracer: (any Tracer)? = nil,
        metrics: (any MetricsFactory)? = nil,
        recordsParameters: Bool = false
    ) {
        self.tracer = tracer
        self.metrics = metrics
        self.recordsParameters = recordsParameters
    }
}
