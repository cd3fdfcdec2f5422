import MartletCore

/// What the expert asks of the schema beyond indexes: one active subscription for each user.
///
/// On PostgreSQL the deletion of a chain also detaches its renders, whoever deletes it; SQLite cannot change a foreign
/// key of a table that exists.
struct RendersConstraints: Sendable {
    let dialect: Dialect

    var migration: MigrationPlan {
        MigrationPlan(
            name: "renders-one-subscription",
            summary: "Ends all but the newest active subscription of each user, and allows no second one again.",
            up: [ending] + (dialect == .postgres ? [detaching, validating] : []),
            down: [restoring],
            verify: [
                """
                SELECT NOT EXISTS (SELECT 1 FROM \(tables.subscriptions.quoted) WHERE status = 'active'
                                   GROUP BY user_id HAVING count(*) > 1)
                """
            ] + (dialect == .postgres ? [isDetaching] : [])
        )
    }

    private var tables: RendersTables { RendersTables(dialect) }
    private var ended: QualifiedName { RendersCaseStudy().table("ended_subscriptions", in: dialect) }
    private static let index = "one_active_subscription"

    /// What is ended is written down, so that it can be taken back.
    private var ending: MigrationStep {
        let target = dialect == .postgres ? tables.subscriptions.quoted : Identifier("user_subscriptions").quoted
        return MigrationStep(
            sql: """
                CREATE TABLE \(ended.quoted) AS
                SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY created_at DESC, id DESC)
                                  AS place FROM \(tables.subscriptions.quoted) WHERE status = 'active') AS ranked
                WHERE place > 1;
                UPDATE \(tables.subscriptions.quoted) SET status = 'canceled'
                WHERE id IN (SELECT id FROM \(ended.quoted));
                CREATE UNIQUE INDEX \(Self.index) ON \(target) (user_id) WHERE status = 'active';
                """,
            lock: "writers of user_subscriptions wait until the index is built"
        )
    }

    private var detaching: MigrationStep {
        MigrationStep(
            sql: """
                ALTER TABLE \(tables.renders.quoted) DROP CONSTRAINT renders_chain_id_fkey;
                ALTER TABLE \(tables.renders.quoted) ADD CONSTRAINT renders_chain_id_fkey
                  FOREIGN KEY (chain_id) REFERENCES \(tables.chains.quoted) ON DELETE SET NULL NOT VALID;
                """,
            lock: "readers and writers of renders wait for a moment; nothing is read"
        )
    }

    private var validating: MigrationStep {
        MigrationStep(
            sql: "ALTER TABLE \(tables.renders.quoted) VALIDATE CONSTRAINT renders_chain_id_fkey",
            lock: "none that blocks reads or writes; reads renders once"
        )
    }

    /// Bears to find nothing: each part may be undone already.
    private var restoring: MigrationStep {
        let index = RendersCaseStudy().table(Self.index, in: dialect)
        var sql = """
            DROP INDEX IF EXISTS \(index.quoted);
            CREATE TABLE IF NOT EXISTS \(ended.quoted) (id \(dialect == .postgres ? "uuid" : "TEXT"));
            UPDATE \(tables.subscriptions.quoted) SET status = 'active' WHERE id IN (SELECT id FROM \(ended.quoted));
            DROP TABLE \(ended.quoted);
            """
        if dialect == .postgres {
            sql += """

                ALTER TABLE \(tables.renders.quoted) DROP CONSTRAINT IF EXISTS renders_chain_id_fkey;
                ALTER TABLE \(tables.renders.quoted) ADD CONSTRAINT renders_chain_id_fkey
                  FOREIGN KEY (chain_id) REFERENCES \(tables.chains.quoted);
                """
        }
        return MigrationStep(sql: sql, lock: "writers of renders wait while its chains are looked up")
    }

    private var isDetaching: String {
        """
        SELECT count(*) = 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'renders_chain_id_fkey' AND confdeltype = 'n' AND convalidated
          AND conrelid = \(SQLLiteral(tables.renders.quoted, dialect: .postgres))::regclass
        """
    }
}
