/// How far a backfill or a fold has come.
package struct BackfillProgress: Sendable, Hashable {
    /// Keys that were counted, passed over or folded.
    package let keysDone: Int
    /// Keys in all, as the database estimates them; nil if it cannot.
    package let keysEstimated: Int?

    package init(keysDone: Int, keysEstimated: Int?) {
        self.keysDone = keysDone
        self.keysEstimated = keysEstimated
    }
}
