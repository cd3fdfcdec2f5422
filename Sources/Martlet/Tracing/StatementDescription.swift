import MartletCore

/// What telemetry says of a statement, found out once for each text.
struct StatementDescription: Sendable {
    let summary: StatementSummary
    /// The text with its literals as `?`.
    let normalText: String

    init(_ text: String, dialect: Dialect) {
        summary = StatementSummary(text, dialect: dialect)
        normalText = NormalForm(of: text, dialect: dialect).text
    }
}
