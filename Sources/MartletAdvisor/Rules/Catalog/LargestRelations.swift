package import MartletCore

/// The tables and indexes that take up the most, as one note.
package struct LargestRelations: Rule {
    package static let name = "largest-relations"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        let catalog = observation.catalog
        let limit = observation.thresholds.largestRelations
        let tables = catalog.tables.filter { $0.totalBytes > 0 }
            .sorted { ($1.totalBytes, $0.name) < ($0.totalBytes, $1.name) }
            .prefix(limit)
        guard let largest = tables.first else { return [] }
        let indexes = catalog.tables.flatMap(\.indexes).filter { $0.sizeBytes > 0 }
            .sorted { ($1.sizeBytes, $0.qualifiedName) < ($0.sizeBytes, $1.qualifiedName) }
            .prefix(limit)
        let whole = max(catalog.sizeBytes, 1)
        let tableLines = tables.map { table in
            let share = table.indexBytes > 0 ? ", \(Figures.bytes(table.indexBytes)) of it indexes" : ""
            let rows = table.knownRows == nil ? "" : "; \(table.rowsText)"
            return "Table \(table.name): \(size(table.totalBytes, of: whole))\(share)\(rows)."
        }
        let indexLines = indexes.map { index in
            "Index \(index.qualifiedName) on \(index.table): \(size(index.sizeBytes, of: whole))."
        }
        return [
            Finding(
                rule: name,
                subject: "database",
                severity: .note,
                title: "\(largest.name) is the largest table: \(size(largest.totalBytes, of: whole)) "
                    + "of \(Figures.bytes(catalog.sizeBytes)).",
                evidence: tableLines + indexLines
            )
        ]
    }

    private func size(_ bytes: Int, of whole: Int) -> String {
        "\(Figures.bytes(bytes)), \(Figures.percent(Double(bytes) / Double(whole)))"
    }
}
