import MartletCore

/// What telemetry says of one call: a statement, or several that were sent together.
struct OperationDescription: Sendable {
    let name: String?
    let collection: String?
    let summary: String
    let text: String
    let batchSize: Int?

    init(_ statements: [StatementDescription]) {
        let distinct = Set(statements.map(\.summary))
        let summaries = statements.map(\.summary)
        let collections = Set(summaries.flatMap(\.collections))
        let operations = Set(summaries.map(\.operation))
        collection = collections.count == 1 ? collections.first : nil
        let operation = operations.count == 1 ? operations.first ?? nil : nil
        guard statements.count > 1 else {
            name = operation
            summary = summaries.first?.text ?? ""
            text = statements.first?.normalText ?? ""
            batchSize = nil
            return
        }
        // https://opentelemetry.io/docs/specs/semconv/database/database-spans/#batch-operations
        name = operation.map { "BATCH " + $0 } ?? "BATCH"
        let only = distinct.count == 1 ? distinct.first : nil
        summary = String(("BATCH " + (only?.text ?? "")).prefix(StatementSummary.bytesMax)).trimmedAtEnd
        let texts = statements.map(\.normalText)
        text = Set(texts).count == 1 ? texts[0] : texts.prefix(Self.textsMax).joined(separator: "; ")
        batchSize = statements.count
    }

    /// Statements of a batch whose texts are told.
    private static let textsMax = 20
}

extension String {
    fileprivate var trimmedAtEnd: String { hasSuffix(" ") ? String(dropLast()) : self }
}
