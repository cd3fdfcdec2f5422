package import MartletCore

/// Rules that are asked together.
package struct RuleSet: Sendable {
    /// The rules in the order of the documentation.
    package let rules: [any Rule]

    package init(_ rules: [any Rule]) {
        self.rules = rules
    }

    /// Rules that need the catalog only.
    package static let catalog = RuleSet([
        ForeignKeyWithoutIndex(),
        DuplicateIndex(),
        RedundantIndex(),
        ConstantIndexColumn(),
        LowCardinalityIndex(),
        InvalidIndex(),
        UnusedIndex(),
        TableWithoutPrimaryKey(),
        StaleStatistics(),
        SequenceNearEnd(),
        LargestRelations(),
    ])

    /// Rules that need statistics per statement and their plans.
    package static let statements = RuleSet([
        StatementReadsWholeTable(),
        StatementSorts(),
        StatementSpills(),
    ])

    /// Rules that need traces.
    package static let traces = RuleSet([
        UnboundedRead(),
        FetchToCount(),
        RepeatedRead(),
        StatementPerRow(),
        StatementInLoop(),
        SequentialIndependent(),
        ReadModifyWrite(),
    ])

    /// All rules.
    package static let all = RuleSet(catalog.rules + statements.rules + traces.rules)

    /// What all rules find: the gravest first, then in the order of the rules, then by subject.
    package func findings(in observation: Observation) -> [Finding] {
        let found = rules.enumerated().flatMap { position, rule in
            rule.findings(in: observation).map { (position: position, finding: $0) }
        }
        let sorted = found.sorted { first, second in
            if first.finding.severity != second.finding.severity {
                return first.finding.severity > second.finding.severity
            }
            if first.position != second.position { return first.position < second.position }
            return first.finding.subject < second.finding.subject
        }
        return sorted.map(\.finding)
    }
}
