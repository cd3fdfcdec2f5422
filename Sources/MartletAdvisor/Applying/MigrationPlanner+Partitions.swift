import MartletCore

/// Indexes of partitioned tables on PostgreSQL, without keeping anybody waiting while rows are read.
///
/// `CREATE INDEX` of a partitioned table has no form that lets writers go on. So the index is made empty and invalid,
/// each partition gets one of its own concurrently, and these are attached; with the last, the whole is valid.
/// https://www.postgresql.org/docs/15/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE
extension MigrationPlanner {
    /// What is created for one table of the tree.
    private struct Part {
        var table: Table
        var index: IndexDefinition
        /// The index that this one is attached to; nil at the root.
        var parent: QualifiedName?

        var isPartitioned: Bool { table.kind == .partitioned }
    }

    func createPartitionedIndex(_ definition: IndexDefinition, on table: Table) throws(MigrationError) -> MigrationPlan
    {
        let parts = try parts(of: definition, on: table)
        let roots = parts.filter(\.isPartitioned)
        let leaves = parts.filter { !$0.isPartitioned }
        let partitions = leaves.count == 1 ? "1 partition" : "\(leaves.count) partitions"
        return MigrationPlan(
            name: "create-index-\(definition.name)",
            summary: "Create index \(definition.qualifiedName) on \(definition.table) "
                + "(\(definition.keys.map(\.text).joined(separator: ", "))), and on each of its \(partitions)",
            up: roots.map(emptyStep)
                + leaves.map {
                    create($0.index.createSQL(dialect: .postgres), $0.index.qualifiedName, on: $0.table.name)
                }
                + leaves.compactMap(attachStep) + roots.reversed().compactMap(attachStep),
            down: roots.map(dropStep) + leaves.map { drop($0.index.qualifiedName, on: $0.table.name) },
            verify: [definition.verifySQL(dialect: .postgres)]
        )
    }

    /// The table and all below it, each before its own partitions.
    private func parts(of definition: IndexDefinition, on table: Table) throws(MigrationError) -> [Part] {
        var names = IndexNames(catalog)
        let columns = definition.keys.map { $0.isExpression ? "expr" : $0.text }
        var parts = [Part(table: table, index: definition, parent: nil)]
        var next = 0
        while next < parts.count {
            let part = parts[next]
            next += 1
            for child in catalog.tables where child.partitionOf == part.table.name {
                guard child.kind == .partition || child.kind == .partitioned else {
                    throw MigrationError(
                        .unsupported,
                        "create index \(definition.qualifiedName) on \(table.name): its partition \(child.name) lives "
                            + "on another server, so that the index of the whole would never be valid; "
                            + "create one on each of the other partitions instead"
                    )
                }
                var index = definition
                index.table = child.name
                index.name = names.name(table: child.name, columns: columns)
                parts.append(Part(table: child, index: index, parent: part.index.qualifiedName))
            }
        }
        return parts
    }

    private func emptyStep(_ part: Part) -> MigrationStep {
        let sql = part.index.createSQL(dialect: .postgres)
        var statement = IndexStatement(sql, dialect: .postgres)
        statement?.isOnly = true
        return MigrationStep(
            sql: statement?.sql(name: Identifier(part.index.name).quoted, table: part.table.name.quoted) ?? sql,
            lock: "SHARE on \(part.table.name) for a moment, as no row is read: writers to it wait as long",
            index: part.index.qualifiedName
        )
    }

    private func attachStep(_ part: Part) -> MigrationStep? {
        guard let parent = part.parent else { return nil }
        return MigrationStep(
            sql: "ALTER INDEX \(parent.quoted) ATTACH PARTITION \(part.index.qualifiedName.quoted)",
            lock:
                "ACCESS EXCLUSIVE on the index \(part.index.qualifiedName) for a moment: what reads by it waits as long"
        )
    }

    /// Dropping the index of the whole drops those attached to it; PostgreSQL cannot do it concurrently.
    private func dropStep(_ part: Part) -> MigrationStep {
        MigrationStep(
            sql: "DROP INDEX \(part.index.qualifiedName.quoted)",
            lock:
                "ACCESS EXCLUSIVE on \(part.table.name) and its partitions for a moment: all who use them wait as long",
            index: part.index.qualifiedName
        )
    }
}
