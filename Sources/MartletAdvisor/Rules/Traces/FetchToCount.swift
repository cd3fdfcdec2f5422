package import MartletCore

/// Reads of many rows of which the rest of the unit of work used next to nothing.
package struct FetchToCount: Rule {
    package static let name = "fetch-to-count"

    package init() {}

    private struct Use {
        let execution: Execution
        /// Values of the result that were new to the trace, and those of them that a later statement was given.
        let known: Int
        let used: Int
        let laterStatements: Int
    }

    package func findings(in observation: Observation) -> [Finding] {
        let uses = observation.outlinedTraces.flatMap { outlined in
            outlined.steps.indices.compactMap { position in
                use(of: position, in: outlined, observation.thresholds).map { use in
                    (subject: use.execution.fingerprint.description, trace: outlined.trace, detail: use)
                }
            }
        }
        return Sightings.grouped(uses).compactMap(finding)
    }

    private func use(of position: Int, in outlined: OutlinedTrace, _ thresholds: Thresholds) -> Use? {
        let step = outlined.steps[position]
        let execution = step.execution
        // Without digests of the result nothing is known of its use.
        guard step.isUnboundedRead, execution.rows >= thresholds.manyRows, !execution.resultDigests.isEmpty else {
            return nil
        }
        // What the trace knew before it read is not a use of what it read: the key it asked by stands in each row.
        let asked = outlined.steps[...position].flatMap(\.execution.parameterDigests)
        let fresh = execution.resultDigests.subtracting(asked)
        let later = outlined.steps[(position + 1)...]
        let used = fresh.intersection(later.flatMap(\.execution.parameterDigests))
        guard !fresh.isEmpty, Double(used.count) <= Double(fresh.count) * thresholds.usedValuesRatio else { return nil }
        return Use(
            execution: execution,
            known: fresh.count,
            used: used.count,
            laterStatements: later.count { $0.outline.kind != .transaction }
        )
    }

    private func finding(_ sightings: Sightings<Use>) -> Finding? {
        guard let use = sightings.seen.map(\.detail).max(by: { $0.execution.rows < $1.execution.rows }) else { return nil }
        let rows = Figures.rows(use.execution.rows)
        var evidence = [
            use.execution.statement.asEvidence,
            "\(rows), \(Figures.bytes(use.execution.bytes)), \(Figures.duration(use.execution.duration)).",
        ]
        if use.laterStatements == 0 {
            evidence.append("It was the last statement of its trace, so the rows may have been the answer itself.")
        } else {
            let used = use.used == 0 ? "none" : "\(use.used)"
            evidence.append(
                "Of the \(use.known) values looked at, from its first rows, \(used) "
                    + "came back as a parameter of the \(Figures.count(use.laterStatements, "statement", "statements")) "
                    + "after it."
            )
        }
        evidence.append(sightings.placesText)
        return Finding(
            rule: name,
            subject: sightings.subject,
            severity: use.laterStatements == 0 ? .note : .warning,
            title: use.laterStatements == 0
                ? "\(rows) were read, and no statement followed that could use them."
                : "\(rows) were read, and later statements used \(use.used == 0 ? "none" : "next to none") of their values.",
            evidence: evidence,
            remedies: [
                .rewrite(advice: "If they are only counted, count in the database.", example: "SELECT count(*) …"),
                .advice("If the count is asked for often, keep a counter: it is read in constant time."),
                .rewrite(advice: "If they are shown, read a page at a time.", example: "… ORDER BY id LIMIT 50"),
            ]
        )
    }
}
