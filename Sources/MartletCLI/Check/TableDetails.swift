import MartletAdvisor
import MartletCore

/// One table with its columns, indexes and keys, for people.
struct TableDetails {
    private let table: Table

    init(_ table: Table) {
        self.table = table
    }

    /// The lines, without indentation but their own.
    var lines: [String] {
        let rows = table.estimatedRows.map { ", about \(Figures.rows($0)) (estimate)" } ?? ""
        let indexes = table.indexBytes > 0 ? " and \(Figures.bytes(table.indexBytes)) of indexes" : ""
        return ["Table \(table.name): \(Figures.bytes(table.tableBytes))\(indexes)\(rows)"]
            + columnLines.map { "  \($0)" } + table.indexes.map { "  \(line(of: $0))" }
            + table.constraints.compactMap(line).map { "  \($0)" }
    }

    private var columnLines: [String] {
        var lines = TextTable(header: ["column", "type", "NULL", "values"])
        for column in table.columns {
            lines.append([column.name, column.type, column.isNullable ? "may be" : "never", values(of: column)])
        }
        return lines.lines
    }

    /// How many values ANALYZE has seen; negative numbers are shares of the rows (pg_stats.n_distinct).
    private func values(of column: Table.Column) -> String {
        guard let distinct = column.distinctValues, distinct != 0 else { return "unknown" }
        if distinct > 0 { return Figures.count(Int(min(distinct, 1e18).rounded())) }
        return distinct <= -1 ? "another one in each row" : "\(Figures.percent(-distinct)) of the rows"
    }

    private func line(of index: Index) -> String {
        let keys = index.keys.map { $0.text + ($0.isDescending ? " DESC" : "") }.joined(separator: ", ")
        let facts = [
            index.isPrimary ? "primary key" : index.isUnique ? "unique" : nil,
            index.isValid ? nil : "invalid",
            index.included.isEmpty ? nil : "with \(index.included.joined(separator: ", "))",
            index.predicate.map { "where \($0)" },
            Figures.bytes(index.sizeBytes),
            index.scans.map { Figures.count($0, "look-up", "look-ups") },
        ]
        return "index \(index.name) (\(keys)): \(facts.compactMap(\.self).joined(separator: ", "))"
    }

    /// A key or condition; those that an index shows are left to it.
    private func line(of constraint: Constraint) -> String? {
        let columns = constraint.columns.joined(separator: ", ")
        switch constraint.kind {
        case .foreignKey(let parent, let parentColumns, _):
            return "foreign key (\(columns)) to \(parent)(\(parentColumns.joined(separator: ", ")))"
        case .check(let condition): return "check \(condition)"
        case .primaryKey where table.indexes.allSatisfy({ !$0.isPrimary }): return "primary key (\(columns))"
        case .primaryKey, .unique, .exclusion: return nil
        }
    }
}
