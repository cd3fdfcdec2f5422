import MartletCore

/// Whether a statement works on data and so has a plan.
enum StatementKind {
    /// Reads or changes rows.
    case data
    /// Begins or ends a transaction, changes the schema or a setting.
    case other

    private static let dataKeywords: Set<String> = ["select", "with", "values", "insert", "update", "delete", "merge"]

    /// Tells by the first word; a statement that opens with a parenthesis counts as other.
    init(_ text: String, dialect: Dialect) {
        let isData = SQLWord.first(of: text, dialect: dialect).map { Self.dataKeywords.contains($0.text) } ?? false
        self = isData ? .data : .other
    }
}
