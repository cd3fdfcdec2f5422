package import MartletCore

/// The render studio of the second source document.
package struct RendersCaseStudy: CaseStudy {
    package init() {}

    package let name = "renders"
    package let story = """
        To delete a chain of fifty renders, this application sends fifty-two statements, each waiting for the one \
        before; to show a profile, it counts what it could fetch and is wrong for its best customers.
        It is a studio that renders architecture: users with credits and a subscription, projects, renders in chains. \
        Its document runs statements side by side, changes rows in batches, joins two reads into one, and adds \
        indexes, of which it names five of twenty.
        """

    package func schema(for dialect: Dialect) -> String {
        RendersSchema(dialect: dialect).script
    }

    package func tables(of size: CaseSize, for dialect: Dialect, seed: UInt64) -> [GeneratedTable] {
        RendersData(shape: RendersShape(size: size, dialect: dialect), dialect: dialect, seed: DataSeed(seed)).tables
    }

    package func indexes(_ set: CaseIndexSet, for dialect: Dialect) -> [CaseIndex] {
        RendersSchema(dialect: dialect).indexes(set)
    }

    package func migration(for way: Way, dialect: Dialect) -> MigrationPlan? {
        way == .expert ? RendersConstraints(dialect: dialect).migration : nil
    }

    /// None: that a user may have two active subscriptions shows in no statement.
    package let rulesMended: Set<String> = []

    package func operations(of size: CaseSize) -> [CaseOperation] {
        RendersOperations(size: size).all
    }
}
