import MartletCore

/// Sorts the statements of a trace into stages: all of one stage could share a round trip, in their order.
///
/// A statement waits for the one that returned a value it was given, unless that value was known before; for one that
/// touched the same table, if either writes; and for whatever cannot be told. A write keeps its place behind all that
/// came before it. One pass, each value looked up once.
struct StageAssignment {
    /// Where a value came from: the stage of the statement that returned it first.
    private var producers: [UInt64: Int] = [:]
    /// Where a value that no statement had returned was first used as a parameter.
    private var parameterPositions: [UInt64: Int] = [:]
    private var readStages: [String: Int] = [:]
    private var writeStages: [String: Int] = [:]
    /// Nothing goes below it.
    private var floor = 0
    /// The last stage so far; nil before the first statement.
    private var last: Int?
    /// Results of which only the first rows are known; what is new after them may have come from the rest.
    private var cutResults: [(position: Int, stage: Int)] = []

    mutating func assign(_ step: OutlinedTrace.Step, at position: Int) -> Int {
        var stage = max(floor, stageByTables(step), stageByParameters(step, at: position))
        // A list is one parameter with one digest: whether earlier results are in it is not seen.
        if !step.outline.isPlain || step.outline.takesList {
            stage = max(stage, last.map { $0 + 1 } ?? 0)
        } else if step.outline.kind == .write {
            // References and triggers tie writes to other statements in ways a text does not show.
            stage = max(stage, last ?? 0)
        }
        remember(step, at: position, stage)
        return stage
    }

    private func stageByTables(_ step: OutlinedTrace.Step) -> Int {
        let written = step.outline.tablesWritten
        let touched = step.outline.tablesRead.union(written)
        let afterWrites = touched.compactMap { writeStages[$0] }.max()
        let afterReads = written.compactMap { readStages[$0] }.max()
        return (max(afterWrites ?? -1, afterReads ?? -1)) + 1
    }

    private func stageByParameters(_ step: OutlinedTrace.Step, at position: Int) -> Int {
        var stage = 0
        for digest in step.execution.parameterDigests {
            if let producer = producers[digest] {
                stage = max(stage, producer + 1)
            } else {
                let known = parameterPositions[digest] ?? position
                for cut in cutResults where cut.position < known { stage = max(stage, cut.stage + 1) }
            }
        }
        return stage
    }

    private mutating func remember(_ step: OutlinedTrace.Step, at position: Int, _ stage: Int) {
        for digest in step.execution.parameterDigests
        where producers[digest] == nil && parameterPositions[digest] == nil {
            parameterPositions[digest] = position
        }
        for digest in step.execution.resultDigests where producers[digest] == nil && parameterPositions[digest] == nil {
            producers[digest] = stage
        }
        if step.execution.resultDigests.count >= Execution.resultDigestsMax { cutResults.append((position, stage)) }
        for table in step.outline.tablesRead { readStages[table] = max(readStages[table] ?? 0, stage) }
        for table in step.outline.tablesWritten { writeStages[table] = max(writeStages[table] ?? 0, stage) }
        last = max(last ?? 0, stage)
        if !step.outline.isPlain { floor = stage + 1 }
        if step.outline.kind == .write { floor = max(floor, stage) }
    }
}
