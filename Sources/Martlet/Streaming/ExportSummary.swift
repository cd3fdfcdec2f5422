/// What an export has written.
public struct ExportSummary: Sendable, Hashable {
    /// Rows.
    public var rows = 0
    /// Bytes of text.
    public var bytes = 0

    /// Nothing yet.
    public init() {}
}
