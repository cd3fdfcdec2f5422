package import MartletCore

/// Tables whose rows nothing identifies.
package struct TableWithoutPrimaryKey: Rule {
    package static let name = "table-without-primary-key"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        // A partition has its parent's key, or shares its lack of one, which is reported there.
        observation.catalog.tables
            .filter { $0.standsForItself && $0.kind != .materializedView && $0.primaryKeyColumns.isEmpty }
            .map { finding($0, observation.catalog.dialect) }
    }

    private func finding(_ table: Table, _ dialect: Dialect) -> Finding {
        var evidence = ["\(table.name) has \(table.rowsText)."]
        let identity = table.indexes.first { $0.isReplicaIdentity }
        switch dialect {
        case .sqlite:
            evidence.append("SQLite gives each row a rowid, which VACUUM may change as long as no column declares it.")
        case .postgres where identity == nil:
            evidence.append(
                "Logical replication refuses UPDATE and DELETE of its rows, having nothing to tell them by."
            )
        case .postgres:
            evidence.append("Logical replication tells its rows apart by \(identity?.name ?? "").")
        }
        let unique = table.identifyingIndex
        if let unique { evidence.append("\(unique.name) is unique over columns that are never NULL.") }
        return Finding(
            rule: name,
            subject: table.name.subject,
            severity: dialect == .sqlite || identity != nil || unique != nil ? .note : .warning,
            weight: .bytes(table.tableBytes),
            title: "\(table.name) has no primary key.",
            evidence: evidence,
            remedies: [remedy(table, unique, dialect)]
        )
    }

    private func remedy(_ table: Table, _ unique: Index?, _ dialect: Dialect) -> Remedy {
        guard dialect == .postgres, table.kind == .ordinary else {
            return .advice("Make a table with a primary key, copy the rows and rename it, within one transaction.")
        }
        guard let unique, unique.constraint == nil else {
            return .advice(
                unique.map { "Declare the columns of \($0.name) as the primary key." }
                    ?? "Add a column for the key; a default of now on rewrites the table under an exclusive lock, "
                    + "so on a large one fill it in batches first and build the index CONCURRENTLY."
            )
        }
        // The constraint takes the index's name, so that going back gives the same index again.
        let constraint = Identifier(unique.name).quoted
        return .schemaChange(
            MigrationPlan(
                name: "primary-key-of-\(table.name.name)",
                summary: "Make the unique index \(unique.name) the primary key of \(table.name).",
                up: [
                    MigrationStep(
                        sql: "ALTER TABLE \(table.name.quoted) ADD CONSTRAINT \(constraint) "
                            + "PRIMARY KEY USING INDEX \(constraint)",
                        lock: "ACCESS EXCLUSIVE for a moment: blocks readers and writers, rewrites nothing"
                    )
                ],
                down: [
                    MigrationStep(
                        sql: "ALTER TABLE \(table.name.quoted) DROP CONSTRAINT \(constraint);\n"
                            + (unique.definition ?? ""),
                        lock: "ACCESS EXCLUSIVE while the unique index is built again: blocks readers and writers"
                    )
                ],
                verify: [
                    "SELECT count(*) = 1 FROM pg_constraint WHERE contype = 'p' AND conrelid = "
                        + "\(SQLLiteral(table.name.quoted, dialect: .postgres))::regclass"
                ]
            )
        )
    }
}

extension Table {
    /// A unique index that could be the primary key as it is.
    ///
    /// It must be full, of plain columns that are never NULL, in default order; see ADD table_constraint_using_index in
    /// https://www.postgresql.org/docs/15/sql-altertable.html
    fileprivate var identifyingIndex: Index? {
        indexes.first { index in
            index.isUnique && index.isValid && index.predicate == nil && index.method == "btree"
                && index.definition != nil
                && index.keys.allSatisfy { key in
                    !key.isExpression && !key.isDescending && !key.nullsFirst && key.collation == nil
                        && key.operatorClass == nil && column(key.text)?.isNullable == false
                }
        }
    }
}
