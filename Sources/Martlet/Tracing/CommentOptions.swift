/// What is written into the comment behind a statement.
public struct CommentOptions: Sendable, Hashable {
    /// Pairs that never change, such as `application`.
    public var tags: [String: String]
    /// Whether the name of the unit of work is added as `route`: each statement is then prepared once for each route.
    public var addsRoute: Bool
    /// Whether the identity of the current span is added as `traceparent`.
    ///
    /// Each text is then new to the database: no statement is prepared twice, and each is planned each time.
    public var addsTraceContext: Bool

    /// Tags alone, which leave prepared statements as they are.
    public init(tags: [String: String] = [:], addsRoute: Bool = false, addsTraceContext: Bool = false) {
        self.tags = tags
        self.addsRoute = addsRoute
        self.addsTraceContext = addsTraceContext
    }
}
