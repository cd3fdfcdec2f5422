import MartletCore

extension OutlinedTrace {
    /// The loops of at least so many different questions.
    func loops(ofAtLeast executionsMin: Int) -> [StatementLoop] {
        let candidates = steps.enumerated().filter { $0.element.outline.kind != .transaction }
        let groups = Dictionary(grouping: candidates) { $0.element.execution.fingerprint }
        let looping = groups.filter { Set($0.value.map(\.element.question)).count >= executionsMin }
        guard !looping.isEmpty else { return [] }
        let sources = groups.mapValues { FirstAppearances($0) }
        return looping.values
            .sorted { ($0.first?.offset ?? 0) < ($1.first?.offset ?? 0) }
            .map { loop(of: $0, sources) }
    }

    private func loop(
        of group: [(offset: Int, element: Step)],
        _ sources: [Fingerprint: FirstAppearances]
    ) -> StatementLoop {
        let executions = group.map(\.element.execution)
        // A tenant, a limit: what is the same each time drives no loop.
        let common = executions.dropFirst()
            .reduce(Set(executions.first?.parameterDigests ?? [])) {
                $0.intersection($1.parameterDigests)
            }
        let fingerprint = executions.first?.fingerprint
        var best: StatementLoop.Source?
        for (other, appearances) in sources where other != fingerprint {
            let explained = group.count { step in
                step.element.execution.parameterDigests.contains { digest in
                    !common.contains(digest) && appearances.isKnown(digest, before: step.offset)
                }
            }
            // A row has a few references, so one row explains no more than a few executions: a fan-out, not a loop.
            let isByRow = explained <= appearances.rows * 2
            let isBetter =
                explained > (best?.explained ?? 0)
                || explained == best?.explained && appearances.first.start < (best?.execution.start ?? .zero)
            if isByRow, isBetter {
                best = StatementLoop.Source(execution: appearances.first, rows: appearances.rows, explained: explained)
            }
        }
        return StatementLoop(executions: executions, source: best)
    }
}

/// When each value first came back from the executions of one statement.
private struct FirstAppearances {
    let first: Execution
    let rows: Int
    private let positions: [UInt64: Int]

    init(_ group: [(offset: Int, element: OutlinedTrace.Step)]) {
        first = group[0].element.execution
        rows = group.reduce(0) { $0 + $1.element.execution.rows }
        var positions: [UInt64: Int] = [:]
        for (offset, step) in group {
            for digest in step.execution.resultDigests where positions[digest] == nil { positions[digest] = offset }
        }
        self.positions = positions
    }

    func isKnown(_ digest: UInt64, before position: Int) -> Bool {
        positions[digest].map { $0 < position } ?? false
    }
}
