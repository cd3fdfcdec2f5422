public import MartletCore
public import Tracing

/// An engine that writes behind each statement where it comes from, for those who look at the database's own log.
///
///     SELECT id FROM chats WHERE owner = $1 /*application='shop',route='GET%20%2Fchats'*/
///
/// The form is SQLCommenter's. Put it beneath a `RecordingEngine` or a `TelemetryEngine`, which then see statements as
/// they were written. Scripts and loads have no comment.
public struct CommentingEngine: Engine {
    private let base: any Engine
    private let comment: StatementComment

    /// Wraps an engine.
    public init(_ base: any Engine, options: CommentOptions, tracer: (any Tracer)? = nil) {
        self.base = base
        comment = StatementComment(options: options, tracer: tracer)
    }

    /// The SQL of the engine beneath.
    public var dialect: Dialect { base.dialect }
    /// What the engine beneath can do.
    public var capabilities: Capabilities { base.capabilities }
    /// Where the engine beneath is.
    public var displayName: String { base.displayName }

    /// Opens a connection whose statements carry a comment.
    public func connect(_ access: Access) async throws(EngineError) -> any Connection {
        CommentingConnection(try await base.connect(access), comment: comment)
    }

    /// Shuts the engine beneath down.
    public func shutdown() async {
        await base.shutdown()
    }
}
