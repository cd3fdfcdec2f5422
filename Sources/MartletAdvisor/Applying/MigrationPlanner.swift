package import MartletCore

/// Turns a remedy into the steps that carry it out, undo it and verify it.
///
/// Pure: it sees only a catalog.
///
/// Where `down` has as many steps as `up`, the first of `down` undoes the last of `up`, and so on. Where it has another
/// number, all of `down` is run whatever part of `up` was made, so that each must bear to find nothing.
package struct MigrationPlanner: Sendable {
    let catalog: Catalog

    /// Plans for the database that this catalog was read from.
    package init(catalog: Catalog) {
        self.catalog = catalog
    }

    /// Names what carries the remedy out, or says why Martlet does not.
    package func plan(_ remedy: Remedy) throws(MigrationError) -> MigrationPlan {
        switch remedy {
        case .createIndex(let definition): try createIndex(definition)
        case .dropIndex(let index): try dropIndex(index)
        case .replaceIndex(let index, let definition): try replaceIndex(index, with: definition)
        case .rebuildIndex(let index): try rebuildIndex(index)
        case .analyze(let table): try analyze(table)
        case .schemaChange(let plan): plan
        case .rewrite(let advice, _):
            throw MigrationError(.unsupported, "plan a migration: this is a change to the application: \(advice)")
        case .advice(let advice):
            throw MigrationError(.unsupported, "plan a migration: only a person can decide this: \(advice)")
        }
    }

    // https://www.postgresql.org/docs/15/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
    private func createIndex(_ definition: IndexDefinition) throws(MigrationError) -> MigrationPlan {
        let attempt = "create index \(definition.qualifiedName)"
        let table = try table(definition.table, for: attempt)
        try checkName(definition.name, for: attempt)
        guard !definition.keys.isEmpty else {
            throw MigrationError(.unsupported, "\(attempt): it has no columns; name at least one")
        }
        if catalog.dialect == .sqlite, definition.isUnique, !definition.included.isEmpty {
            throw MigrationError(
                .unsupported,
                "\(attempt): SQLite cannot carry columns in a unique index; leave them out"
            )
        }
        if table.kind == .partitioned { return try createPartitionedIndex(definition, on: table) }
        try checkKind(of: table, for: attempt)
        let name = definition.qualifiedName
        return MigrationPlan(
            name: "create-index-\(definition.name)",
            summary:
                "Create index \(name) on \(definition.table) (\(definition.keys.map(\.text).joined(separator: ", ")))",
            up: [create(definition.createSQL(dialect: catalog.dialect), name, on: table.name)],
            down: [drop(name, on: table.name)],
            verify: [definition.verifySQL(dialect: catalog.dialect)]
        )
    }

    /// The new index is there before the old one goes, so that no statement is without either.
    private func replaceIndex(_ index: Index, with definition: IndexDefinition) throws(MigrationError) -> MigrationPlan
    {
        let creation = try createIndex(definition)
        let removal = try dropIndex(index)
        return MigrationPlan(
            name: "replace-index-\(index.name)",
            summary: "Replace index \(index.qualifiedName) by \(definition.qualifiedName)",
            up: creation.up + removal.up,
            down: removal.down + creation.down,
            verify: creation.verify + removal.verify
        )
    }

    private func dropIndex(_ index: Index) throws(MigrationError) -> MigrationPlan {
        let attempt = "drop index \(index.qualifiedName)"
        if let constraint = index.constraint ?? (index.isPrimary ? "the primary key" : nil) {
            throw MigrationError(
                .unsupported,
                "\(attempt): the constraint \(constraint) stands on it; drop the constraint instead if it is not needed"
            )
        }
        if index.isReplicaIdentity {
            throw MigrationError(
                .unsupported,
                "\(attempt): logical replication identifies rows by it; "
                    + "choose another REPLICA IDENTITY for \(index.table) first"
            )
        }
        let table = try table(index.table, for: attempt)
        try checkKind(of: table, for: attempt)
        guard let statement = index.restoringStatement(dialect: catalog.dialect) else {
            throw MigrationError(
                .unsupported,
                "\(attempt): the catalog does not say how to create it again, so dropping it could not be undone"
            )
        }
        let name = index.qualifiedName
        let restoring =
            catalog.dialect == .postgres
            ? statement.concurrentSQL
            : statement.sql(name: name.quoted, table: Identifier(index.table.name).quoted)
        return MigrationPlan(
            name: "drop-index-\(index.name)",
            summary: "Drop index \(name) of \(index.table)" + (index.isValid ? "" : ", which is invalid"),
            up: [drop(name, on: index.table)],
            // What was invalid served nobody: there is nothing to bring back.
            down: index.isValid ? [create(restoring, name, on: index.table)] + attachmentSteps(of: index) : [],
            verify: [absenceQuery(name)]
        )
    }

    // https://www.postgresql.org/docs/15/sql-reindex.html#SQL-REINDEX-CONCURRENTLY
    private func rebuildIndex(_ index: Index) throws(MigrationError) -> MigrationPlan {
        let attempt = "rebuild index \(index.qualifiedName)"
        let name = index.qualifiedName
        let table = try table(index.table, for: attempt)
        try checkKind(of: table, for: attempt)
        if catalog.dialect == .sqlite {
            let step = MigrationStep(sql: "REINDEX \(name.quoted)", lock: lock(on: index.table))
            return rebuilding(index, up: [step], verify: [presenceQuery(name)])
        }
        if Self.isReindexLeftover(index) {
            return rebuilding(index, up: [drop(name, on: index.table)], verify: [absenceQuery(name)])
        }
        if table.constraints.contains(where: { $0.name == index.constraint && $0.kind == .exclusion }) {
            throw MigrationError(
                .unsupported,
                "\(attempt): PostgreSQL cannot rebuild the index of an exclusion constraint concurrently; "
                    + "run REINDEX INDEX \(name.quoted) by hand while writers may wait"
            )
        }
        if majorVersion >= 12 {
            let step = MigrationStep(
                sql: "REINDEX INDEX CONCURRENTLY \(name.quoted)",
                isTransactional: false,
                lock: lock(on: index.table),
                index: name
            )
            return rebuilding(index, up: [step], verify: [presenceQuery(name)])
        }
        guard index.constraint == nil, let statement = index.restoringStatement(dialect: catalog.dialect) else {
            throw MigrationError(
                .unsupported,
                "\(attempt): before PostgreSQL 12 this means to drop and create it, and it backs a constraint"
            )
        }
        let steps =
            [drop(name, on: index.table), create(statement.concurrentSQL, name, on: index.table)]
            + attachmentSteps(of: index)
        return rebuilding(index, up: steps, verify: [presenceQuery(name)])
    }

    private func analyze(_ name: QualifiedName) throws(MigrationError) -> MigrationPlan {
        let table = try table(name, for: "analyze \(name)")
        let literal = SQLLiteral(name.name, dialect: catalog.dialect)
        let query: String
        switch catalog.dialect {
        case .postgres:
            // An empty table has no statistics and is known to be empty.
            let schema = SQLLiteral(name.schema, dialect: .postgres)
            query = """
                SELECT coalesce(c.reltuples = 0, false) OR EXISTS (
                  SELECT FROM pg_catalog.pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = c.relname
                ) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = \(schema) AND c.relname = \(literal)
                """
        case .sqlite:
            query = """
                SELECT EXISTS (SELECT 1 FROM sqlite_stat1 WHERE lower(tbl) = lower(\(literal)))
                  OR NOT EXISTS (SELECT 1 FROM \(name.quoted))
                """
        }
        return MigrationPlan(
            name: "analyze-\(name.name)",
            summary: "Collect the statistics of \(name); they stay when the migration is rolled back",
            up: [MigrationStep(sql: "ANALYZE \(name.quoted)", lock: lock(on: table.name))],
            down: [],
            verify: [query]
        )
    }
}

extension MigrationPlanner {
    private func rebuilding(_ index: Index, up: [MigrationStep], verify: [String]) -> MigrationPlan {
        MigrationPlan(
            name: "rebuild-index-\(index.name)",
            summary: "Build index \(index.qualifiedName) of \(index.table) again; there is nothing to undo",
            up: up,
            down: [],
            verify: verify
        )
    }

    /// What REINDEX CONCURRENTLY names the copy it builds and the one it replaces; a number follows if the name is
    /// taken. https://www.postgresql.org/docs/15/sql-reindex.html#SQL-REINDEX-CONCURRENTLY
    static func isReindexLeftover(_ index: Index) -> Bool {
        let name = index.name.trimmingSuffix(while: \.isNumber)
        return !index.isValid && index.constraint == nil && (name.hasSuffix("_ccnew") || name.hasSuffix("_ccold"))
    }

    /// Gives an index that was made again what its definition does not say; none where there is nothing.
    private func attachmentSteps(of index: Index) -> [MigrationStep] {
        let statements = index.restoringSQL
        guard !statements.isEmpty else { return [] }
        return [
            MigrationStep(
                sql: statements.joined(separator: ";\n"),
                lock: "SHARE UPDATE EXCLUSIVE on \(index.table) for a moment: reads and writes go on"
            )
        ]
    }

    private var isPostgres: Bool { catalog.dialect == .postgres }

    private var majorVersion: Int {
        Int(catalog.version.prefix(while: \.isNumber)) ?? 0
    }

    func create(_ sql: String, _ name: QualifiedName, on table: QualifiedName) -> MigrationStep {
        MigrationStep(sql: sql, isTransactional: !isPostgres, lock: lock(on: table), index: name)
    }

    func drop(_ name: QualifiedName, on table: QualifiedName) -> MigrationStep {
        MigrationStep(
            sql: (isPostgres ? "DROP INDEX CONCURRENTLY " : "DROP INDEX ") + name.quoted,
            isTransactional: !isPostgres,
            lock: lock(on: table),
            index: name
        )
    }

    // https://www.postgresql.org/docs/15/explicit-locking.html#LOCKING-TABLES
    private func lock(on table: QualifiedName) -> String {
        isPostgres
            ? "SHARE UPDATE EXCLUSIVE on \(table): reads and writes go on, "
                + "other changes to its schema and VACUUM of it wait"
            : "the write lock of the file: readers go on in WAL mode, writers wait until the step is done"
    }

    private func presenceQuery(_ name: QualifiedName) -> String {
        guard isPostgres else { return "SELECT EXISTS (\(sqliteIndex(name)))" }
        return "SELECT EXISTS (\(postgresIndex(name)) AND i.indisvalid AND i.indisready)"
    }

    private func absenceQuery(_ name: QualifiedName) -> String {
        "SELECT NOT EXISTS (\(isPostgres ? postgresIndex(name) : sqliteIndex(name)))"
    }

    private func postgresIndex(_ name: QualifiedName) -> String {
        """
        SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = \(SQLLiteral(name.schema, dialect: .postgres))
            AND c.relname = \(SQLLiteral(name.name, dialect: .postgres))
        """
    }

    private func sqliteIndex(_ name: QualifiedName) -> String {
        "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = \(SQLLiteral(name.name, dialect: .sqlite))"
    }

    private func table(_ name: QualifiedName, for attempt: String) throws(MigrationError) -> Table {
        guard let table = catalog.table(name) else {
            throw MigrationError(.unsupported, "\(attempt): there is no table \(name); read the catalog again")
        }
        return table
    }

    private func checkKind(of table: Table, for attempt: String) throws(MigrationError) {
        let reason: String
        switch table.kind {
        case .ordinary, .partition, .materializedView: return
        case .partitioned:
            reason =
                "it is partitioned, and PostgreSQL drops or rebuilds the indexes of a partitioned table only under a "
                + "lock that stops all who use it; do it by hand in a quiet hour"
        case .foreign: reason = "its rows live on another server; change the indexes there"
        case .virtual: reason = "it is a virtual table, which its module indexes by itself"
        }
        throw MigrationError(.unsupported, "\(attempt) on \(table.name): \(reason)")
    }

    /// PostgreSQL cuts names at 63 bytes, so that the index would have another name than the journal.
    private static let postgresNameBytesMax = 63

    private func checkName(_ name: String, for attempt: String) throws(MigrationError) {
        let isTooLong = isPostgres && name.utf8.count > Self.postgresNameBytesMax
        guard !name.isEmpty, !isTooLong, !name.contains("\0") else {
            throw MigrationError(
                .unsupported,
                "\(attempt): a name has 1 to \(Self.postgresNameBytesMax) bytes and no NUL; choose another"
            )
        }
    }
}
