package import MartletCore

/// A row that is read and then overwritten by its key with values from the application: what another writer changed in
/// between is lost.
package struct ReadModifyWrite: Rule {
    package static let name = "read-modify-write"

    package init() {}

    private struct Overwrite {
        let read: Execution
        let update: Execution
        let table: String
    }

    package func findings(in observation: Observation) -> [Finding] {
        let dialect = observation.catalog.dialect
        let found = observation.outlinedTraces.flatMap { outlined in
            overwrites(in: outlined, dialect).map { overwrite in
                (subject: overwrite.update.fingerprint.description, trace: outlined.trace, detail: overwrite)
            }
        }
        return Sightings.grouped(found).compactMap { finding($0, dialect) }
    }

    private func overwrites(in outlined: OutlinedTrace, _ dialect: Dialect) -> [Overwrite] {
        var found: [Overwrite] = []
        // Reads that a later write may overwrite, and whether a transaction guards them.
        var reads: [OutlinedTrace.Step] = []
        var isGuarded = false
        for step in outlined.steps {
            switch step.outline.kind {
            case .transaction: isGuarded = guards(step, dialect, isGuarded)
            case .read where step.outline.locksRows:
                reads.removeAll { !$0.outline.tablesRead.isDisjoint(with: step.outline.tablesRead) }
            case .read: if !isGuarded { reads.append(step) }
            case .write:
                if let overwrite = reads.lazy.compactMap({ overwrite($0, step) }).first { found.append(overwrite) }
            case .other: break
            }
        }
        return found
    }

    /// Whether a value read from here on cannot be overwritten unnoticed.
    private func guards(_ step: OutlinedTrace.Step, _ dialect: Dialect, _ before: Bool) -> Bool {
        let words = SQLWord.words(of: step.execution.statement)
        switch words.first?.text {
        case "begin", "start", "set":
            // SQLite refuses a write on a snapshot that is out of date (SQLITE_BUSY_SNAPSHOT), and any transaction reads
            // from one: https://www.sqlite.org/isolation.html
            let opens = words.first?.text != "set"
            return before || step.outline.refusesStaleWrites || (dialect == .sqlite && opens)
        case "commit", "end", "abort": return false
        case "rollback": return before && words.contains { $0.is("to") }
        default: return before
        }
    }

    private func overwrite(_ read: OutlinedTrace.Step, _ write: OutlinedTrace.Step) -> Overwrite? {
        guard write.outline.updates, write.outline.assignsParameter,
            let table = write.outline.tablesWritten.intersection(read.outline.tablesRead).first
        else { return nil }
        let parameters = write.execution.parameterDigests
        let positions = write.outline.conditionParameters ?? Array(parameters.indices)
        let condition = Set(positions.filter(parameters.indices.contains).map { parameters[$0] })
        guard !condition.isDisjoint(with: read.execution.parameterDigests) else { return nil }
        // `WHERE id = … AND version = …` with the version that was read: nothing is lost.
        let compared = condition.subtracting(read.execution.parameterDigests)
        guard compared.isDisjoint(with: read.execution.resultDigests) else { return nil }
        return Overwrite(read: read.execution, update: write.execution, table: table)
    }

    private func finding(_ sightings: Sightings<Overwrite>, _ dialect: Dialect) -> Finding? {
        guard let overwrite = sightings.seen.first?.detail else { return nil }
        let gap = overwrite.update.start - overwrite.read.start
        var remedies: [Remedy] = [
            .rewrite(
                advice: "Let the database compute the new value, and check in the same statement what must hold.",
                example: "UPDATE … SET n = n + 1 WHERE id = $1 AND n < $2 RETURNING n"
            )
        ]
        if dialect == .postgres {
            remedies.append(.rewrite(advice: "Or lock the row when reading it.", example: "SELECT … FOR UPDATE"))
        } else {
            remedies.append(.rewrite(advice: "Or read and write in one transaction.", example: "BEGIN IMMEDIATE"))
        }
        return Finding(
            rule: name,
            subject: sightings.subject,
            severity: .warning,
            title: "A row of \(overwrite.table) was read and then overwritten by the same key without a lock.",
            evidence: [
                overwrite.read.statement.asEvidence,
                overwrite.update.statement.asEvidence,
                "\(Figures.duration(gap)) lay between their starts; if the new value was computed from the old one, "
                    + "what another writer changed in that time is lost.",
                sightings.placesText,
            ],
            remedies: remedies
        )
    }
}
