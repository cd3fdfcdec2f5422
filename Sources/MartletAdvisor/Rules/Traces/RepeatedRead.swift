package import MartletCore

/// The same question asked more than once within one unit of work, though nothing in it changed the answer.
package struct RepeatedRead: Rule {
    package static let name = "repeated-read"

    package init() {}

    private struct Repetition {
        var first: Execution
        var repeats: [Execution] = []
    }

    package func findings(in observation: Observation) -> [Finding] {
        let found = observation.outlinedTraces.flatMap { outlined in
            repetitions(in: outlined).map { repetition in
                (
                    subject: repetition.first.fingerprint.description,
                    trace: outlined.trace,
                    detail: repetition
                )
            }
        }
        return Sightings.grouped(found).compactMap(finding)
    }

    private func repetitions(in outlined: OutlinedTrace) -> [Repetition] {
        var open: [OutlinedTrace.Question: (tables: Set<String>, repetition: Repetition)] = [:]
        var done: [Repetition] = []
        for step in outlined.steps {
            switch step.outline.kind {
            case .transaction: continue
            case .read where step.outline.isPlain:
                if open[step.question] == nil {
                    open[step.question] = (step.outline.tablesRead, Repetition(first: step.execution))
                } else {
                    open[step.question]?.repetition.repeats.append(step.execution)
                }
            // Reading again under a lock, and what is read after it, is meant so.
            case .read, .write, .other:
                let isKnown = step.outline.kind == .write && step.outline.isPlain
                for (question, entry) in open
                where !isKnown || !entry.tables.isDisjoint(with: step.outline.tablesWritten) {
                    done.append(entry.repetition)
                    open[question] = nil
                }
            }
        }
        return (done + open.values.map(\.repetition)).filter { !$0.repeats.isEmpty }
            .sorted { $0.first.start < $1.first.start }
    }

    private func finding(_ sightings: Sightings<Repetition>) -> Finding? {
        let details = sightings.seen.map(\.detail)
        guard let worst = details.max(by: { $0.repeats.count < $1.repeats.count }) else { return nil }
        let times = worst.repeats.count + 1
        let spent = worst.repeats.reduce(Duration.zero) { $0 + $1.duration }
        return Finding(
            rule: name,
            subject: sightings.subject,
            severity: .warning,
            title: "The same read was made \(times) times within one unit of work.",
            evidence: [
                worst.first.statement.asEvidence,
                "\(times) executions with equal parameters, and no write to its tables between them; "
                    + "all but the first took \(Figures.duration(spent)).",
                sightings.placesText,
            ],
            remedies: [
                .rewrite(
                    advice: "Read it once and hand the row on; a loader that lives as long as the unit of work does it.",
                    example: nil
                )
            ]
        )
    }
}
