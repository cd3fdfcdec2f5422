package import MartletCore

/// Statements without a limit that returned more rows than anyone looks at.
package struct UnboundedRead: Rule {
    package static let name = "unbounded-read"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        let many = observation.thresholds.manyRows
        let reads = observation.outlinedTraces.flatMap { outlined in
            outlined.steps.filter(\.isUnboundedRead).map { step in
                (subject: step.execution.fingerprint.description, trace: outlined.trace, detail: step.execution)
            }
        }
        return Sightings.grouped(reads).compactMap { sightings in
            let executions = sightings.seen.map(\.detail)
            guard let largest = executions.max(by: { $0.rows < $1.rows }), largest.rows >= many else { return nil }
            return finding(sightings, largest, fewest: executions.map(\.rows).min() ?? largest.rows)
        }
    }

    private func finding(_ sightings: Sightings<Execution>, _ largest: Execution, fewest: Int) -> Finding {
        let rows =
            fewest < largest.rows
            ? "Between \(Figures.count(fewest)) and \(Figures.rows(largest.rows)) in "
                + "\(Figures.count(sightings.seen.count)) executions: nothing bounds them."
            : "\(Figures.rows(largest.rows)) in \(Figures.count(sightings.seen.count, "execution", "executions"))."
        return Finding(
            rule: name,
            subject: sightings.subject,
            severity: .warning,
            title: "One statement returned \(Figures.rows(largest.rows)) at once and has no LIMIT.",
            evidence: [
                largest.statement.asEvidence,
                rows,
                "The largest result: \(Figures.bytes(largest.bytes)) in \(Figures.duration(largest.duration)).",
                sightings.placesText,
            ],
            remedies: [
                .rewrite(
                    advice: "Read a page at a time, each from where the last one ended.",
                    example: "SELECT … WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT 50"
                ),
                .rewrite(advice: "If only their number is wanted, count in the database.", example: "SELECT count(*) …"),
            ]
        )
    }
}

extension OutlinedTrace.Step {
    /// Whether its rows have no bound in the statement itself. A list of keys that the caller gave is one.
    var isUnboundedRead: Bool {
        outline.kind == .read && !outline.hasLimit && !outline.aggregates && !outline.takesList
            && !outline.tablesRead.isEmpty
    }
}
