import MartletCore

/// What the expert tells PostgreSQL's planner beyond indexes: which pairs of users write much to each other.
///
/// Of the two users of a message it knows how often each occurs, and takes them for independent. So it expects a few
/// messages of a pair that has thousands, and then finds it cheaper to read and sort all than to read a page in order.
struct DchatStatistics: Sendable {
    private static let name = QualifiedName(schema: "dchat", name: "pairs_of_messages")

    var migration: MigrationPlan {
        let tables = DchatTables(.postgres)
        let (lower, higher) = tables.pair
        let schema = SQLLiteral(Self.name.schema, dialect: .postgres)
        let name = SQLLiteral(Self.name.name, dialect: .postgres)
        return MigrationPlan(
            name: "dchat-pairs",
            summary: "Collects statistics of the two users of a message together.",
            up: [
                MigrationStep(
                    sql: """
                        CREATE STATISTICS \(Self.name.quoted) (mcv) ON (\(lower)), (\(higher))
                          FROM \(tables.messages.quoted);
                        ANALYZE \(tables.messages.quoted);
                        """,
                    lock: "none that blocks reads or writes; reads a sample of messages"
                )
            ],
            down: [
                MigrationStep(
                    sql: "DROP STATISTICS IF EXISTS \(Self.name.quoted)",
                    lock: "other changes to the schema of messages wait for a moment"
                )
            ],
            verify: [
                """
                SELECT count(*) = 1 FROM pg_catalog.pg_statistic_ext AS statistics
                JOIN pg_catalog.pg_statistic_ext_data AS collected ON collected.stxoid = statistics.oid
                WHERE statistics.stxname = \(name) AND statistics.stxnamespace = \(schema)::regnamespace
                  AND collected.stxdmcv IS NOT NULL
                """
            ]
        )
    }
}
