package import MartletCore

/// Sequences that soon have no number left: from then on every insert fails.
package struct SequenceNearEnd: Rule {
    package static let name = "sequence-near-end"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        observation.catalog.sequences.compactMap { finding($0, observation) }
    }

    private func finding(_ sequence: Catalog.Sequence, _ observation: Observation) -> Finding? {
        guard let last = sequence.lastValue, last > 0, sequence.increment > 0 else { return nil }
        let (limit, column) = limit(of: sequence, in: observation.catalog)
        guard limit > 0 else { return nil }
        let ratio = Double(last) / Double(limit)
        guard ratio > observation.thresholds.sequenceWarningRatio else { return nil }
        let remaining = max(0, limit - last) / sequence.increment
        return Finding(
            rule: name,
            subject: sequence.name.subject,
            severity: ratio > observation.thresholds.sequenceCriticalRatio ? .critical : .warning,
            title: "\(sequence.name) has used up \(Figures.percent(ratio)) of its numbers.",
            evidence: [
                "The last number is \(Figures.count(Int(last))) of \(Figures.count(Int(limit))); "
                    + "\(Figures.count(Int(remaining), "number is", "numbers are")) left"
                    + (column.map { " for \($0)." } ?? "."),
                "When they are used up, every insert that takes one fails.",
            ],
            remedies: [
                .advice(
                    "Make the column and what refers to it bigint: ALTER COLUMN … TYPE bigint rewrites the table under an "
                        + "exclusive lock, so on a large one add a bigint column, keep it up to date by trigger, fill it "
                        + "in batches and swap the two; then ALTER SEQUENCE \(sequence.name.quoted) AS bigint."
                )
            ]
        )
    }

    /// The smaller of the sequence's own end and that of a column that takes its default from it.
    private func limit(of sequence: Catalog.Sequence, in catalog: Catalog) -> (Int64, column: String?) {
        var limit = sequence.maximum
        var fed = sequence.ownedBy
        for table in catalog.tables {
            for column in table.columns where column.takesDefault(from: sequence.name) {
                fed = fed ?? "\(table.name).\(column.name)"
                limit = min(limit, column.greatestInteger ?? limit)
            }
        }
        return (limit, fed)
    }
}

extension Table.Column {
    /// Whether its default is `nextval` of that sequence, as PostgreSQL prints it: `nextval('orders_id_seq'::regclass)`.
    fileprivate func takesDefault(from sequence: QualifiedName) -> Bool {
        guard let defaultSQL, defaultSQL.hasPrefix("nextval('") else { return false }
        let name = defaultSQL.dropFirst("nextval('".count).prefix { $0 != "'" }.replacing("\"", with: "")
        return name == sequence.name || name == sequence.subject
    }

    fileprivate var greatestInteger: Int64? {
        switch type {
        case "smallint": Int64(Int16.max)
        case "integer": Int64(Int32.max)
        case "bigint": Int64.max
        default: nil
        }
    }
}
