package import MartletCore

/// Round trips made one after the other, though none needed to wait for the one before.
///
/// The flow of the parameters and the tables decide. What the application decides by a result, such as not to go on, is
/// not seen in a trace, so a group with writes is a note only.
package struct SequentialIndependent: Rule {
    package static let name = "sequential-independent"

    package init() {}

    private struct Saving {
        let before: Int
        let after: Int
        let groups: [[OutlinedTrace.Step]]
        let savedAtMost: Duration

        var hasWrites: Bool { groups.contains { $0.contains { $0.outline.kind == .write } } }
    }

    package func findings(in observation: Observation) -> [Finding] {
        let found = observation.outlinedTraces.compactMap { outlined in
            saving(in: outlined).map { (subject: outlined.trace.name, trace: outlined.trace, detail: $0) }
        }
        return Sightings.grouped(found).compactMap { finding($0, observation) }
    }

    private func saving(in outlined: OutlinedTrace) -> Saving? {
        var stages = StageAssignment()
        var seen: Set<Fingerprint> = []
        var staged: [(stage: Int, step: OutlinedTrace.Step)] = []
        for (position, step) in outlined.steps.enumerated() {
            let stage = stages.assign(step, at: position)
            // A statement that is repeated is other rules' business: here it counts once.
            guard step.outline.isPlain, seen.insert(step.execution.fingerprint).inserted else { continue }
            staged.append((stage, step))
        }
        let before = sequentialRoundTrips(staged.map(\.step.execution))
        let byStage = Dictionary(grouping: staged, by: \.stage).sorted { $0.key < $1.key }.map { $0.value.map(\.step) }
        guard byStage.count < before.count else { return nil }
        let after = byStage.reduce(Duration.zero) { $0 + ($1.map(\.execution.duration).max() ?? .zero) }
        return Saving(
            before: before.count,
            after: byStage.count,
            groups: byStage.filter { Set($0.map(\.execution.roundTrip)).count > 1 },
            savedAtMost: max(.zero, before.reduce(.zero, +) - after)
        )
    }

    /// The duration of each round trip that began when all before it had ended.
    private func sequentialRoundTrips(_ executions: [Execution]) -> [Duration] {
        var durations: [Duration] = []
        var end = Duration.zero
        var roundTrip: Int?
        for execution in executions {
            let executionEnd = execution.start + execution.duration
            if execution.roundTrip != roundTrip, durations.isEmpty || execution.start >= end {
                durations.append(execution.duration)
                end = executionEnd
            } else if executionEnd > end {
                durations[durations.count - 1] += executionEnd - end
                end = executionEnd
            }
            roundTrip = execution.roundTrip
        }
        return durations
    }

    private func finding(_ sightings: Sightings<Saving>, _ observation: Observation) -> Finding? {
        guard let worst = sightings.seen.max(by: { $0.detail.savedAtMost < $1.detail.savedAtMost }) else { return nil }
        let saving = worst.detail
        let ratio = worst.trace.duration > .zero ? saving.savedAtMost.seconds / worst.trace.duration.seconds : 0
        let isInProcess = observation.catalog.dialect == .sqlite
        let matters = ratio >= observation.thresholds.savedTimeRatio && !saving.hasWrites && !isInProcess
        var evidence = saving.groups.flatMap { group in
            ["None of these was given a value from another of them:"]
                + group.map { "  " + $0.execution.statement.asEvidence }
        }
        evidence.append(
            "\(Figures.count(saving.before, "round trip", "round trips")) before, \(saving.after) after; "
                + "at most \(Figures.duration(saving.savedAtMost)) of \(Figures.duration(worst.trace.duration)) saved."
        )
        evidence.append("A value that the application computes from a result is not recognised as coming from it.")
        if saving.hasWrites {
            evidence.append(
                "Some write: it holds only if the application does not decide by a result whether to go on."
            )
        }
        if isInProcess { evidence.append("SQLite runs within the process, where a round trip is a call.") }
        evidence.append(sightings.placesText)
        return Finding(
            rule: name,
            subject: sightings.subject,
            severity: matters ? .warning : .note,
            title: "\(sightings.subject) makes \(saving.before) round trips where \(saving.after) would do.",
            evidence: evidence,
            remedies: [
                .rewrite(advice: "Send the statements of a group together in one pipeline.", example: nil),
                .rewrite(
                    advice: "Or make one statement of them, with a join or a common table expression.",
                    example: nil
                ),
            ]
        )
    }
}
