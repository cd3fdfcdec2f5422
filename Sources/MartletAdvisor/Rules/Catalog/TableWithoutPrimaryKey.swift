package import MartletCore

/// Tables whose rows nothing identifies.
package struct TableWithoutPrimaryKey: Rule {
    package static let name = "table-without-primary-key"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        // A partition has its parent's key, or shares its lack of one, which is reported there.
        let inventory = IndexInventory(observation.catalog)
        return observation.catalog.tables
            .filter { $0.standsForItself && $0.kind != .materializedView && $0.primaryKeyColumns.isEmpty }
            .map { finding($0, inventory) }
    }

    private func finding(_ table: Table, _ inventory: IndexInventory) -> Finding {
        let dialect = inventory.dialect
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
        let unique = table.identifyingIndexes.first
        if let unique { evidence.append("\(unique.name) is unique over columns that are never NULL.") }
        return Finding(
            rule: name,
            subject: table.name.subject,
            severity: dialect == .sqlite || identity != nil || unique != nil ? .note : .warning,
            weight: .bytes(table.tableBytes),
            title: "\(table.name) has no primary key.",
            evidence: evidence,
            remedies: [remedy(table, inventory)]
        )
    }

    private func remedy(_ table: Table, _ inventory: IndexInventory) -> Remedy {
        guard inventory.dialect == .postgres, table.kind == .ordinary else {
            return .advice("Make a table with a primary key, copy the rows and rename it, within one transaction.")
        }
        guard let first = table.identifyingIndexes.first else {
            return .advice(
                "Add a column for the key; a default of now on rewrites the table under an exclusive lock, "
                    + "so on a large one fill it in batches first and build the index CONCURRENTLY."
            )
        }
        let fitting = table.identifyingIndexes.filter { $0.canBecomePrimaryKey && $0.constraint == nil }
        // A foreign key leans on one index, and going back drops that of the primary key.
        if let unique = fitting.first(where: { !inventory.isReferenced($0) }) { return promotion(of: unique, table) }
        let reason =
            fitting.first.map {
                " Foreign keys refer to \($0.name): once it is the primary key, that cannot be taken back "
                    + "without dropping them, so Martlet leaves it to you."
            } ?? ""
        return .advice("Declare the columns of \(fitting.first?.name ?? first.name) as the primary key." + reason)
    }

    private func promotion(of unique: Index, _ table: Table) -> Remedy {
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
                        sql: (["ALTER TABLE \(table.name.quoted) DROP CONSTRAINT \(constraint)"]
                            + [unique.restoringStatement(dialect: .postgres)?.blockingSQL ?? ""] + unique.restoringSQL)
                            .joined(separator: ";\n"),
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
    /// Unique indexes that tell each row from all others: full, of plain columns that are never NULL.
    fileprivate var identifyingIndexes: [Index] {
        indexes.filter { index in
            index.isUnique && index.isValid && index.predicate == nil && index.method == "btree"
                && index.definition != nil
                && index.keys.allSatisfy { !$0.isExpression && column($0.text)?.isNullable == false }
        }
    }
}

extension Index {
    /// Whether it could be the primary key as it is, which must be in default order.
    ///
    /// See ADD table_constraint_using_index in https://www.postgresql.org/docs/15/sql-altertable.html
    fileprivate var canBecomePrimaryKey: Bool {
        !isDeferrable
            && keys.allSatisfy { key in
                !key.isDescending && !key.nullsFirst && key.collation == nil && key.operatorClass == nil
            }
    }
}
