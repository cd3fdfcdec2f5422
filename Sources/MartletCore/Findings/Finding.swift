/// Something that is wrong with a database or with how it is used, with the evidence and the remedies.
package struct Finding: Sendable {
    /// How much it matters.
    package enum Severity: Int, Sendable, Comparable, CaseIterable {
        /// Worth knowing.
        case note
        /// Costs something now, or soon.
        case warning
        /// Breaks something now, or soon.
        case critical

        package static func < (lhs: Severity, rhs: Severity) -> Bool {
            lhs.rawValue < rhs.rawValue
        }
    }

    /// What it costs, by which findings of one severity are put in order.
    ///
    /// Only amounts of one kind can be compared; kinds come in this order.
    package enum Weight: Sendable, Hashable {
        /// Share of the time of all statements that were counted, 0...1.
        case timeShare(Double)
        /// Bytes that are read in vain, or that take up room and are written in vain.
        case bytes(Int)
        /// Rows that the planner does not know of.
        case rows(Int)
        /// Share that is used up of what runs out, 0...1.
        case usedShare(Double)
    }

    /// The rule that found it, such as `foreign-key-without-index`.
    package var rule: String
    /// What it was found on, such as `public.messages.user_id`.
    ///
    /// With `rule` it identifies the finding: the same fault has the same subject on every run and every machine.
    package var subject: String
    /// How much it matters.
    package var severity: Severity
    /// What it costs; nil where that cannot be said in one number.
    package var weight: Weight?
    /// The verdict in one sentence.
    package var title: String
    /// What was seen, with units; each on a line of its own.
    ///
    /// Never what was not seen.
    package var evidence: [String]
    /// What would mend it, the best first.
    package var remedies: [Remedy]

    package init(
        rule: String,
        subject: String,
        severity: Severity,
        weight: Weight? = nil,
        title: String,
        evidence: [String],
        remedies: [Remedy] = []
    ) {
        self.rule = rule
        self.subject = subject
        self.severity = severity
        self.weight = weight
        self.title = title
        self.evidence = evidence
        self.remedies = remedies
    }

    /// `rule/subject`: what a user names it by.
    package var id: String {
        "\(rule)/\(subject)"
    }
}

/// What would mend a finding.
package enum Remedy: Sendable {
    /// Create an index.
    case createIndex(IndexDefinition)
    /// Drop an index; its definition brings it back.
    case dropIndex(Index)
    /// Create an index, then drop the one whose work it takes over; in this order, so that none is missed in between.
    case replaceIndex(Index, with: IndexDefinition)
    /// Build an invalid index again.
    case rebuildIndex(Index)
    /// Collect a table's statistics.
    case analyze(QualifiedName)
    /// A change to the schema that is written out: what makes it, what undoes it, what verifies it.
    case schemaChange(MigrationPlan)
    /// A change to the application: what it should do instead.
    case rewrite(advice: String, example: String?)
    /// Something only a person can decide.
    case advice(String)
}

/// An index that does not exist yet.
package struct IndexDefinition: Sendable, Hashable {
    package var name: String
    package var table: QualifiedName
    package var keys: [Index.Key]
    package var included: [String]
    package var predicate: String?
    package var isUnique: Bool

    package init(
        name: String,
        table: QualifiedName,
        keys: [Index.Key],
        included: [String] = [],
        predicate: String? = nil,
        isUnique: Bool = false
    ) {
        self.name = name
        self.table = table
        self.keys = keys
        self.included = included
        self.predicate = predicate
        self.isUnique = isUnique
    }
}
