package import MartletCore

/// The marketing journeys of the third source document.
package struct JourneysCaseStudy: CaseStudy {
    package init() {}

    package let name = "journeys"
    package let story = """
        A contact that goes round in a journey is asked about five thousand executions each time, and the mended \
        query does not see the one that waits.
        It is a server that sends texts for many tenants: contacts walk through journeys of nodes, and each step is \
        an execution. Its document joins two reads into one cut to ten rows, keeps nodes and tenants in maps, enlarges \
        the pool and adds twelve indexes.
        """

    package func schema(for dialect: Dialect) -> String {
        JourneysSchema(dialect: dialect).script
    }

    package func tables(of size: CaseSize, for dialect: Dialect, seed: UInt64) -> [GeneratedTable] {
        JourneysData(shape: JourneysShape(size: size, dialect: dialect), dialect: dialect, seed: DataSeed(seed)).tables
    }

    package func indexes(_ set: CaseIndexSet, for dialect: Dialect) -> [CaseIndex] {
        JourneysIndexes(dialect: dialect).indexes(set)
    }

    package func migration(for way: Way, dialect: Dialect) -> MigrationPlan? {
        way == .expert ? JourneysConstraints(dialect: dialect).migration : nil
    }

    /// None: no rule sees that a reference leaves its tenant.
    package let rulesMended: Set<String> = []

    package func operations(of size: CaseSize) -> [CaseOperation] {
        JourneysOperations(size: size).all
    }
}
