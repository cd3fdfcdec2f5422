package import MartletCore

/// A statement that runs once for each row of an earlier result (N+1).
///
/// The flow of the parameters decides: they must be values that the earlier statement returned. A fixed fan-out, whose
/// parameters come from elsewhere, is not one.
package struct StatementPerRow: Rule {
    package static let name = "statement-per-row"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        let found = observation.outlinedTraces.flatMap { outlined in
            outlined.perRowLoops(observation.thresholds).map { loop in
                (subject: loop.executions[0].fingerprint.description, trace: outlined.trace, detail: loop)
            }
        }
        return Sightings.grouped(found).compactMap(finding)
    }

    private func finding(_ sightings: Sightings<StatementLoop>) -> Finding? {
        let loops = sightings.seen.map(\.detail)
        guard let worst = loops.max(by: { $0.executions.count < $1.executions.count }), let source = worst.source,
            let first = worst.executions.first
        else { return nil }
        let count = worst.executions.count
        var evidence = [
            first.statement.asEvidence,
            "\(count) executions in \(Figures.count(worst.roundTrips, "round trip", "round trips")), "
                + "\(Figures.duration(worst.duration)) in all.",
            "\(source.explained) of them were given a value from the \(Figures.rows(source.rows)) of: "
                + source.execution.statement.asEvidence,
        ]
        let fewest = loops.map(\.executions.count).min() ?? count
        if fewest < count {
            evidence.append("It grows: \(fewest) executions in one trace, \(count) in another.")
        }
        evidence.append(sightings.placesText)
        return Finding(
            rule: name,
            subject: sightings.subject,
            // Within one round trip distance costs nothing any more; what is left is the work per statement.
            severity: worst.roundTrips > 1 ? .warning : .note,
            title: "One statement ran \(count) times, once for each row of an earlier one.",
            evidence: evidence,
            remedies: [
                .rewrite(
                    advice: "Ask once for all rows: bind the keys as one list, or join the two statements.",
                    example: "… WHERE id = ANY($1), on SQLite … WHERE id IN (SELECT value FROM json_each($1))"
                )
            ]
        )
    }
}

extension OutlinedTrace {
    /// Loops that the rows of another statement explain.
    fileprivate func perRowLoops(_ thresholds: Thresholds) -> [StatementLoop] {
        loops(ofAtLeast: thresholds.perRowExecutions).filter { $0.isPerRow(thresholds) }
    }
}

extension StatementLoop {
    /// Whether enough of its executions were given values from the rows of one earlier statement.
    func isPerRow(_ thresholds: Thresholds) -> Bool {
        (source?.explained ?? 0) >= thresholds.perRowExecutions
    }
}
