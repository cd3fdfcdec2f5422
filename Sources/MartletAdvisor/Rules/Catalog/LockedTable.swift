package import MartletCore

/// Tables that a session holds exclusively, so that all who want to read them wait.
package struct LockedTable: Rule {
    package static let name = "locked-table"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        observation.catalog.lockedTables.map { table in
            Finding(
                rule: name,
                subject: table.name.subject,
                severity: .warning,
                title: "\(table.name) is locked: whoever reads it waits, and nothing is known of it here.",
                evidence: evidence(table),
                remedies: [.advice(advice(table))]
            )
        }
    }

    private func evidence(_ table: Catalog.LockedTable) -> [String] {
        let state = table.sessionState.map { " (\($0))" } ?? ""
        let age = table.heldSeconds.map { ", in a transaction of \(Figures.seconds($0))" } ?? ""
        let holder =
            table.session.map { "Session \($0)\(state) holds it with ACCESS EXCLUSIVE\(age)." }
            ?? "No session holds it now: a prepared transaction does, or the lock has just been given back."
        let waiting = table.waitingSessions
        guard waiting > 0 else { return [holder] }
        return [holder, Figures.count(waiting, "session waits for it.", "sessions wait for it.")]
    }

    private func advice(_ table: Catalog.LockedTable) -> String {
        guard let session = table.session else {
            return "If pg_prepared_xacts lists a transaction that nobody will end, end it; then check again."
        }
        return "Let session \(session) end its transaction, or end it: SELECT pg_terminate_backend(\(session)); "
            + "then check again."
    }
}
