package import MartletCore

/// A statement that runs many times with other parameters, though no earlier result explains them.
package struct StatementInLoop: Rule {
    package static let name = "statement-in-loop"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        let thresholds = observation.thresholds
        let found = observation.outlinedTraces.flatMap { outlined in
            outlined.loops(ofAtLeast: thresholds.loopExecutions).filter { !$0.isPerRow(thresholds) }.map { loop in
                (subject: loop.executions[0].fingerprint.description, trace: outlined.trace, detail: loop)
            }
        }
        return Sightings.grouped(found).compactMap(finding)
    }

    private func finding(_ sightings: Sightings<StatementLoop>) -> Finding? {
        let loops = sightings.seen.map(\.detail)
        guard let worst = loops.max(by: { $0.executions.count < $1.executions.count }),
            let first = worst.executions.first
        else { return nil }
        return Finding(
            rule: name,
            subject: sightings.subject,
            severity: .note,
            title: "One statement ran \(worst.executions.count) times within one unit of work.",
            evidence: [
                first.statement.asEvidence,
                "\(worst.executions.count) executions in "
                    + "\(Figures.count(worst.roundTrips, "round trip", "round trips")), "
                    + "\(Figures.duration(worst.duration)) in all, each with other values.",
                "No earlier result was seen to hold enough of these values, so they may be meant as they are.",
                sightings.placesText,
            ],
            remedies: [
                .rewrite(
                    advice: "If the values are known beforehand, bind them as one list, or send the statements together.",
                    example: nil
                )
            ]
        )
    }
}
