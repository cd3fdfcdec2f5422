package import MartletCore

/// The wallet messenger of the fourth source document.
package struct DchatCaseStudy: CaseStudy {
    package init() {}

    package let name = "dchat"
    package let story = """
        To show what two busy users once wrote to each other, this application reads every message of everybody on \
        PostgreSQL, and the indexes of its own guide make that slower there than no index at all.
        It is a messenger whose users sign in with a wallet: direct messages, groups, their members. Its guide adds \
        fourteen indexes, rules for queries, a pool, partitions and a schedule of maintenance, and measures nothing.
        """

    package func schema(for dialect: Dialect) -> String {
        DchatSchema(dialect: dialect).script
    }

    package func tables(of size: CaseSize, for dialect: Dialect, seed: UInt64) -> [GeneratedTable] {
        DchatData(shape: DchatShape(size: size, dialect: dialect), dialect: dialect, seed: DataSeed(seed)).tables
    }

    package func indexes(_ set: CaseIndexSet, for dialect: Dialect) -> [CaseIndex] {
        DchatSchema(dialect: dialect).indexes(set)
    }

    package func migration(for way: Way, dialect: Dialect) -> MigrationPlan? {
        way == .expert && dialect == .postgres ? DchatStatistics().migration : nil
    }

    /// None: what the planner does not know of pairs shows in no statement.
    package let rulesMended: Set<String> = []

    package func operations(of size: CaseSize) -> [CaseOperation] {
        DchatOperations(size: size).all
    }

    /// The five operations of the document's table of targets, in their shares, for users who are drawn.
    package func requests(_ way: Way, of size: CaseSize, for dialect: Dialect) -> [CaseRequest] {
        let shape = DchatShape(size: size, dialect: dialect)
        return DchatTarget.all.map { target in
            CaseRequest(
                name: target.operation.rawValue,
                share: target.share,
                target: CaseRequest.Target(target.target, acceptable: target.acceptable),
                changesRows: target.operation.changesRows
            ) { random, connection in
                try await DchatRequest.random(target.operation, in: shape, using: &random).run(way, on: connection)
            }
        }
    }
}
