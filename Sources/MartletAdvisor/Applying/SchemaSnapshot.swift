package import MartletCore

/// What a catalog says of the schema, without sizes, usage or Martlet's own tables: equal before and after a change
/// that was undone.
///
/// Each line is one table, column, index, constraint or sequence.
package struct SchemaSnapshot: Sendable, Hashable {
    /// All lines, sorted.
    package let lines: [String]

    /// Takes what is schema from a catalog.
    package init(_ catalog: Catalog) {
        let tables = catalog.tables.filter { !Self.isOwn($0.name, catalog.dialect) }
        let sequences = catalog.sequences.filter { !Self.isOwn($0.name, catalog.dialect) }
        lines = (tables.flatMap(Self.lines) + sequences.map(Self.line)).sorted()
    }

    /// Equal for equal schemas, and practically only for them.
    package var digest: String {
        MigrationChecksum(of: lines).description
    }

    /// What is gone (`- `) and what has come (`+ `) since this snapshot, a line each; empty if nothing.
    package func difference(to later: SchemaSnapshot) -> [String] {
        let (old, new) = (Set(lines), Set(later.lines))
        let gone = lines.filter { !new.contains($0) }.map { "- \($0)" }
        let come = later.lines.filter { !old.contains($0) }.map { "+ \($0)" }
        return (gone + come).sorted { $0.dropFirst(2) < $1.dropFirst(2) }
    }

    private static func isOwn(_ name: QualifiedName, _ dialect: Dialect) -> Bool {
        switch dialect {
        case .postgres: name.schema == "martlet"
        // SQLite has no schemas of one's own; sqlite_stat1 appears with the first ANALYZE and is no schema.
        case .sqlite: name.name.hasPrefix("martlet_") || name.name.hasPrefix("sqlite_")
        }
    }

    private static func lines(of table: Table) -> [String] {
        let name = "\(table.name.quoted)"
        let rowID = table.isWithoutRowID ? ", without rowid" : ""
        return ["table \(name): \(table.kind.rawValue)\(rowID)"]
            + table.columns.enumerated().map { line(of: $1, at: $0 + 1, table: name) }
            + table.indexes.map { line(of: $0) }
            + table.constraints.map { line(of: $0, table: name) }
    }

    private static func line(of column: Table.Column, at position: Int, table: String) -> String {
        let null = column.isNullable ? "" : " not null"
        let value = column.defaultSQL.map { " default \($0)" } ?? ""
        return "column \(table).\(Identifier(column.name).quoted): \(position) \(column.type)\(null)\(value)"
    }

    private static func line(of index: Index) -> String {
        let keys = index.keys.map { key in
            [
                key.isExpression ? "(\(key.text))" : Identifier(key.text).quoted,
                key.collation.map { "collate \($0)" },
                key.operatorClass,
                key.isDescending ? "desc" : nil,
                key.nullsFirst == key.isDescending ? nil : key.nullsFirst ? "nulls first" : "nulls last",
            ]
            .compactMap(\.self).joined(separator: " ")
        }
        let traits = [
            index.isUnique ? "unique" : nil, index.isPrimary ? "primary" : nil, index.isValid ? nil : "invalid",
            index.isReplicaIdentity ? "replica identity" : nil, index.constraint.map { "for \($0)" },
            index.included.isEmpty ? nil : "include (\(index.included.joined(separator: ", ")))",
            index.predicate.map { "where \($0)" },
            index.areNullsDistinct ? nil : "nulls not distinct", index.isDeferrable ? "deferrable" : nil,
            index.attachments.isClustered ? "clustered" : nil, index.attachments.comment.map { "comment \($0)" },
            index.attachments.statisticsTargets.isEmpty ? nil : "statistics \(targets(of: index))",
            index.attachments.tablespace.map { "in \($0)" },
        ]
        .compactMap(\.self).map { " " + $0 }.joined()
        return "index \(index.qualifiedName.quoted): \(index.method) on \(index.table.quoted) "
            + "(\(keys.joined(separator: ", ")))\(traits)"
    }

    private static func targets(of index: Index) -> String {
        index.attachments.statisticsTargets.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            .joined(separator: ", ")
    }

    private static func line(of constraint: Constraint, table: String) -> String {
        let kind =
            switch constraint.kind {
            case .primaryKey: "primary key"
            case .unique: "unique"
            case .foreignKey(let target, let columns, let onDelete):
                "foreign key to \(target.quoted) (\(columns.joined(separator: ", "))) on delete \(onDelete.rawValue)"
            case .check(let condition): "check \(condition)"
            case .exclusion: "exclusion"
            }
        let columns = constraint.columns.map { Identifier($0).quoted }.joined(separator: ", ")
        let validated = constraint.isValidated ? "" : " not validated"
        return "constraint \(table).\(Identifier(constraint.name).quoted): \(kind) (\(columns))\(validated)"
    }

    private static func line(of sequence: Catalog.Sequence) -> String {
        let owner = sequence.ownedBy.map { ", owned by \($0)" } ?? ""
        let cycles = sequence.cycles ? ", cycles" : ""
        return "sequence \(sequence.name.quoted): by \(sequence.increment) to \(sequence.maximum)\(cycles)\(owner)"
    }
}
