internal import GRDB
internal import MartletCore

/// Reads how SQLite runs a statement.
struct PlanReader {
    let session: SessionDatabase

    /// First words of the statements that can be run and undone.
    private static let undoable: Set<String> = ["select", "with", "values", "insert", "replace", "update", "delete"]

    func plan(_ bound: BoundStatement, analyze: Bool) throws(EngineError) -> Plan {
        let text = bound.statement.text
        let first = SQLWord.first(of: text, dialect: .sqlite)?.text ?? ""
        var plan = Plan(root: try readTree(bound, analyze: analyze))
        let isReadOnly = session.isReadOnly(text)
        if !isReadOnly { plan.root.kind = .modify }
        guard analyze else { return plan }
        guard Self.undoable.contains(first) else {
            throw EngineError(
                .unsupported,
                "Only SELECT, INSERT, UPDATE and DELETE can be run for their plan, as they can be undone.",
                statement: text
            )
        }
        let measured = try session.undone(writes: !isReadOnly) { () throws(EngineError) in try session.measure(bound) }
        plan.executionSeconds = measured.seconds
        plan.virtualMachineSteps = measured.virtualMachineSteps
        plan.root.actualRows = Double(measured.rows)
        plan.root.loops = 1
        return plan
    }

    private func readTree(_ bound: BoundStatement, analyze: Bool) throws(EngineError) -> PlanNode {
        let text = bound.statement.text
        let explain = Statement(unsafeText: "EXPLAIN QUERY PLAN " + text)
        // SQLite plans without values, so a statement from a workload can be explained without them.
        let needsValues = analyze || !bound.values.isEmpty
        let rows = try session.run(BoundStatement(explain, values: bound.values), bindsValues: needsValues)
        let aliases = try readAliases(text)
        var steps: [PlanStep] = []
        for row in rows {
            steps.append(
                PlanStep(
                    id: try row.decode(Int.self, at: 0),
                    parent: try row.decode(Int.self, at: 1),
                    detail: try row.decode(String.self, at: 3)
                )
            )
        }
        return PlanTree(steps: steps, aliases: aliases).root
    }

    private func readAliases(_ text: String) throws(EngineError) -> TableAliases {
        let rows = try session.run("SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'view')")
        var known: [String: String] = [:]
        var views: [String: String] = [:]
        for row in rows {
            let name = try row.decode(String.self, at: 1)
            if try row.decode(String.self, at: 0) == "table" {
                known[name.lowercased()] = name
            } else if let sql = try row.decode(String?.self, at: 2) {
                views[name.lowercased()] = sql
            }
        }
        var texts = [text]
        // Views name views, so what is found is searched again; each is taken once.
        var position = 0
        while position < texts.count {
            for word in SQLWord.words(of: texts[position], dialect: .sqlite) where word.isName {
                if let sql = views.removeValue(forKey: word.text.lowercased()) { texts.append(sql) }
            }
            position += 1
        }
        return TableAliases(texts, known: known)
    }
}
