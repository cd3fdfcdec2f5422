import MartletCore

/// What the expert asks of the schema beyond indexes: no row refers to another tenant's.
///
/// PostgreSQL: the tenant becomes part of the foreign keys. SQLite cannot change those of a table that exists: there
/// triggers refuse.
struct JourneysConstraints: Sendable {
    let dialect: Dialect

    var migration: MigrationPlan {
        MigrationPlan(
            name: "journeys-one-tenant",
            summary: "Lets rows refer to rows of their own tenant only.",
            up: dialect == .postgres ? keys + [replacement, validation] : [triggers],
            down: dialect == .postgres ? [restoration, removal] : [triggerRemoval],
            verify: [isComplete] + JourneysReferences.all.map(hasNoStrangers)
        )
    }

    private func table(_ name: String) -> String {
        JourneysCaseStudy().table(name, in: dialect).quoted
    }

    // MARK: PostgreSQL

    private func key(of parent: String) -> String { "\(parent)_of_tenant_key" }

    /// What the foreign keys refer to.
    private var keys: [MigrationStep] {
        JourneysReferences.parents.map { parent in
            MigrationStep(
                sql: "CREATE UNIQUE INDEX CONCURRENTLY \(key(of: parent)) ON \(table(parent)) (tenant_id, id)",
                isTransactional: false,
                lock: "none that blocks reads or writes; waits for transactions that use \(parent)",
                index: JourneysCaseStudy().table(key(of: parent), in: dialect)
            )
        }
    }

    private var replacement: MigrationStep {
        let statements = JourneysReferences.all.map { reference in
            """
            ALTER TABLE \(table(reference.child)) DROP CONSTRAINT \(reference.constraint),
              ADD CONSTRAINT \(reference.constraint) FOREIGN KEY (tenant_id, \(reference.column))
              REFERENCES \(table(reference.parent)) (tenant_id, id)\(reference.onDelete) NOT VALID;
            """
        }
        return MigrationStep(
            sql: statements.joined(separator: "\n"),
            lock: "readers and writers of eight tables wait for a moment; nothing is read"
        )
    }

    private var validation: MigrationStep {
        let statements = JourneysReferences.all.map {
            "ALTER TABLE \(table($0.child)) VALIDATE CONSTRAINT \($0.constraint);"
        }
        return MigrationStep(
            sql: statements.joined(separator: "\n"),
            lock: "none that blocks reads or writes; reads each table once"
        )
    }

    private var restoration: MigrationStep {
        let statements = JourneysReferences.all.map { reference in
            """
            ALTER TABLE \(table(reference.child)) DROP CONSTRAINT IF EXISTS \(reference.constraint),
              ADD CONSTRAINT \(reference.constraint) FOREIGN KEY (\(reference.column))
              REFERENCES \(table(reference.parent))\(reference.onDelete);
            """
        }
        return MigrationStep(
            sql: statements.joined(separator: "\n"),
            lock: "writers of eight tables wait while their references are looked up"
        )
    }

    private var removal: MigrationStep {
        let statements = JourneysReferences.parents.map {
            "DROP INDEX IF EXISTS \(JourneysCaseStudy().table(key(of: $0), in: dialect).quoted);"
        }
        return MigrationStep(
            sql: statements.joined(separator: "\n"),
            lock: "readers and writers of five tables wait for a moment"
        )
    }

    // MARK: SQLite

    private static let refusal = "belongs to another tenant"

    private func trigger(_ reference: JourneysReferences.Reference, _ event: String) -> String {
        "\(reference.child)_\(reference.column)_tenant_\(event)"
    }

    /// A parent's tenant never changes; a child is looked at when it comes or is changed.
    private var triggers: MigrationStep {
        let guards = JourneysReferences.all.flatMap { reference in
            [("insert", "INSERT"), ("update", "UPDATE OF tenant_id, \(reference.column)")]
                .map { event, clause in
                    """
                    CREATE TRIGGER \(trigger(reference, event)) BEFORE \(clause) ON \(reference.child)
                    WHEN EXISTS (SELECT 1 FROM \(reference.parent)
                                 WHERE id = NEW.\(reference.column) AND tenant_id <> NEW.tenant_id)
                    BEGIN SELECT RAISE(ABORT, '\(reference.column) \(Self.refusal)'); END;
                    """
                }
        }
        let fixed = JourneysReferences.parents.map { parent in
            """
            CREATE TRIGGER \(parent)_tenant_fixed BEFORE UPDATE OF tenant_id ON \(parent)
            WHEN NEW.tenant_id <> OLD.tenant_id
            BEGIN SELECT RAISE(ABORT, 'what refers to this \(Self.refusal) then'); END;
            """
        }
        return MigrationStep(sql: (guards + fixed).joined(separator: "\n"), lock: "writers wait for a moment")
    }

    private var triggerRemoval: MigrationStep {
        let guards = JourneysReferences.all.flatMap { [trigger($0, "insert"), trigger($0, "update")] }
        let names = guards + JourneysReferences.parents.map { "\($0)_tenant_fixed" }
        return MigrationStep(
            sql: names.map { "DROP TRIGGER IF EXISTS \($0);" }.joined(separator: "\n"),
            lock: "writers wait for a moment"
        )
    }

    // MARK: Verification

    private var isComplete: String {
        switch dialect {
        case .postgres:
            """
            SELECT count(*) = \(JourneysReferences.all.count) FROM pg_catalog.pg_constraint
            WHERE connamespace = 'journeys'::regnamespace AND contype = 'f' AND convalidated
              AND cardinality(conkey) = 2
            """
        case .sqlite:
            """
            SELECT count(*) = \(JourneysReferences.all.count * 2 + JourneysReferences.parents.count)
            FROM sqlite_schema WHERE type = 'trigger' AND (name LIKE '%\\_tenant\\_%' ESCAPE '\\')
            """
        }
    }

    private func hasNoStrangers(_ reference: JourneysReferences.Reference) -> String {
        """
        SELECT NOT EXISTS (SELECT 1 FROM \(table(reference.child)) AS child
                           JOIN \(table(reference.parent)) AS parent ON parent.id = child.\(reference.column)
                           WHERE parent.tenant_id <> child.tenant_id)
        """
    }
}
