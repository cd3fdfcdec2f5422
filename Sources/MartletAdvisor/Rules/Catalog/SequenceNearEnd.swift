package import MartletCore

/// Sequences that soon have no number left: from then on every insert fails.
package struct SequenceNearEnd: Rule {
    package static let name = "sequence-near-end"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        let fed = columnsBySequence(observation.catalog)
        return observation.catalog.sequences.compactMap { sequence in
            finding(sequence, feeding: fed[sequence.name] ?? [], observation.thresholds)
        }
    }

    private func finding(
        _ sequence: Catalog.Sequence,
        feeding columns: [FedColumn],
        _ thresholds: Thresholds
    ) -> Finding? {
        guard let last = sequence.lastValue, last > 0, sequence.increment > 0 else { return nil }
        // The smaller of the sequence's own end and that of a column that takes its default from it.
        let limit = columns.compactMap(\.greatestInteger).reduce(sequence.maximum, min)
        let column = sequence.ownedBy ?? columns.first?.name
        // One that begins anew never ends, unless a column ends before it.
        guard limit > 0, !(sequence.cycles && limit == sequence.maximum) else { return nil }
        let ratio = Double(last) / Double(limit)
        guard ratio > thresholds.sequenceWarningRatio else { return nil }
        let remaining = max(0, limit - last) / sequence.increment
        return Finding(
            rule: name,
            subject: sequence.name.subject,
            severity: ratio > thresholds.sequenceCriticalRatio ? .critical : .warning,
            weight: .usedShare(ratio),
            title: "\(sequence.name) has used up \(Figures.percent(ratio)) of its numbers.",
            evidence: [
                "The last number is \(Figures.count(Int(last))) of \(Figures.count(Int(limit))); "
                    + "\(Figures.count(Int(remaining), "number is", "numbers are")) left"
                    + (column.map { " for \($0)." } ?? "."),
                "When they are used up, every insert that takes one fails.",
            ],
            remedies: [
                .advice(
                    "Make the column and what refers to it bigint: ALTER COLUMN … TYPE bigint rewrites the table under "
                        + "an exclusive lock, so on a large one add a bigint column, keep it up to date by trigger, "
                        + "fill it in batches and swap the two; then ALTER SEQUENCE \(sequence.name.quoted) AS bigint."
                )
            ]
        )
    }

    /// A column whose default takes the next number of a sequence.
    private struct FedColumn {
        let name: String
        let greatestInteger: Int64?
    }

    private func columnsBySequence(_ catalog: Catalog) -> [QualifiedName: [FedColumn]] {
        var columns: [QualifiedName: [FedColumn]] = [:]
        for table in catalog.tables {
            for column in table.columns {
                guard let sequence = column.sequence(in: table.name.schema) else { continue }
                let name = "\(table.name).\(column.name)"
                columns[sequence, default: []].append(FedColumn(name: name, greatestInteger: column.greatestInteger))
            }
        }
        return columns
    }
}

extension Table.Column {
    /// The sequence that its default takes numbers from.
    ///
    /// PostgreSQL prints `nextval('orders_id_seq'::regclass)`, with the schema where it is not on the search path; a
    /// name without one is looked for beside the table.
    fileprivate func sequence(in schema: String) -> QualifiedName? {
        guard let defaultSQL, defaultSQL.hasPrefix("nextval('") else { return nil }
        let name = String(defaultSQL.dropFirst("nextval('".count).prefix { $0 != "'" })
        let words = SQLWord.words(of: name, dialect: .postgres).filter(\.isName).map(\.text)
        switch words.count {
        case 1: return QualifiedName(schema: schema, name: words[0])
        case 2: return QualifiedName(schema: words[0], name: words[1])
        default: return nil
        }
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
