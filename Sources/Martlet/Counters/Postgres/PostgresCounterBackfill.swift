import MartletCore

/// A backfill under way: what the next batch needs to know, and what was done.
struct PostgresCounterBackfill: Sendable {
    let counter: PostgresCounter
    let batchSize: Int
    /// The last key that was done, as an array of texts; nil before the first batch and after the last.
    private(set) var end: Value?
    /// Keys that were done by this run and by those before it that were ended.
    private(set) var keysDone: Int
    private(set) var keysChecked = 0
    private(set) var keysCorrected = 0
    private(set) var isDone = false

    /// Goes on where an earlier run was ended.
    init(_ record: PostgresCounterRecord, options: BackfillOptions) {
        counter = record.counter
        batchSize = options.batchSize
        end = record.backfilledTo
        keysDone = record.backfilledKeys
    }

    mutating func startAgain() {
        end = nil
        keysDone = 0
    }

    /// Adds the (checked, corrected) of a batch; one without an end is the last.
    mutating func add(_ row: Row, end: Value?) throws {
        add(
            checked: try row.decode(Int.self, "checked"),
            corrected: try row.decode(Int.self, "corrected"),
            end: end
        )
    }

    mutating func add(checked: Int, corrected: Int, end: Value?) {
        keysDone += checked
        keysChecked += checked
        keysCorrected += corrected
        self.end = end
        isDone = end == nil
    }
}
