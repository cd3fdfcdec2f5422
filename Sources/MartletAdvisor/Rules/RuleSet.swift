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
        LockedTable(),
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

    /// What all rules find: the gravest first, then what costs most.
    ///
    /// Costs of different kinds cannot be compared: shares of the time come before bytes, bytes before rows, and what
    /// has no weight comes last. Findings of equal weight, or of none, are in the order of the rules, then of subjects.
    package func findings(in observation: Observation) -> [Finding] {
        let found = rules.enumerated()
            .flatMap { position, rule in
                rule.findings(in: observation).map { (position: position, finding: $0) }
            }
        let sorted = found.sorted { first, second in
            if first.finding.severity != second.finding.severity {
                return first.finding.severity > second.finding.severity
            }
            let (weight, other) = (Self.rank(first.finding.weight), Self.rank(second.finding.weight))
            if weight.kind != other.kind { return weight.kind < other.kind }
            if weight.amount != other.amount { return weight.amount > other.amount }
            if first.position != second.position { return first.position < second.position }
            return first.finding.subject < second.finding.subject
        }
        return Self.namingEachIndexOnce(sorted.map(\.finding))
    }

    /// Two findings may ask for one index: the first creates it, and the other says so.
    private static func namingEachIndexOnce(_ findings: [Finding]) -> [Finding] {
        var creators: [IndexDefinition: String] = [:]
        return findings.map { finding in
            guard case .createIndex(let definition) = finding.remedies.first else { return finding }
            var nameless = definition
            nameless.name = ""
            guard let creator = creators[nameless] else {
                creators[nameless] = finding.id
                return finding
            }
            var later = finding
            later.remedies[0] = .advice(
                "Apply \(creator) first: the index on \(definition.table) "
                    + "(\(definition.keys.map(\.text).joined(separator: ", "))) that it creates mends this as well."
            )
            return later
        }
    }

    /// The place of its kind, and how much of it there is.
    private static func rank(_ weight: Finding.Weight?) -> (kind: Int, amount: Double) {
        switch weight {
        case .timeShare(let share): (0, share)
        case .bytes(let bytes): (1, Double(bytes))
        case .rows(let rows): (2, Double(rows))
        case .usedShare(let share): (3, share)
        case nil: (4, 0)
        }
    }
}
