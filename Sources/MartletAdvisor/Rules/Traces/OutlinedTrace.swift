import MartletCore

/// A trace with the outline of each of its statements.
struct OutlinedTrace {
    let trace: Trace
    /// In the order of their starts; failed executions are left out.
    let steps: [Step]

    struct Step {
        let execution: Execution
        let outline: StatementOutline

        /// What it was asked, when told by parameters and literals.
        var question: Question {
            Question(statement: execution.statement, parameters: execution.parameterDigests)
        }

        /// Whether running one before or after the other could make a difference, or cannot be told not to.
        func conflicts(with other: Step) -> Bool {
            if !outline.isPlain || !other.outline.isPlain { return true }
            return !outline.tablesWritten.isDisjoint(with: other.outline.tablesRead.union(other.outline.tablesWritten))
                || !other.outline.tablesWritten.isDisjoint(with: outline.tablesRead)
        }
    }

    struct Question: Hashable {
        let statement: String
        let parameters: [UInt64]
    }
}

extension StatementOutline {
    /// Whether all that it does is to read and write tables that are known.
    var isPlain: Bool {
        switch kind {
        case .read: !locksRows && !tablesRead.isEmpty
        case .write: !tablesWritten.isEmpty
        case .transaction, .other: false
        }
    }
}

extension Observation {
    /// The traces of its workload with outlines; each distinct text is read once.
    var outlinedTraces: [OutlinedTrace] {
        var outlines: [String: StatementOutline] = [:]
        return (workload?.traces ?? [])
            .map { trace in
                var steps: [OutlinedTrace.Step] = []
                for execution in trace.executions where !execution.failed {
                    let text = execution.statement
                    let outline = outlines[text] ?? StatementOutline(text, dialect: catalog.dialect)
                    outlines[text] = outline
                    steps.append(OutlinedTrace.Step(execution: execution, outline: outline))
                }
                return OutlinedTrace(trace: trace, steps: steps)
            }
    }
}
