/// How far a backfill has come.
package struct BackfillProgress: Sendable, Hashable {
    /// Keys that were counted or passed over.
    package let keysDone: Int
    /// Keys in all, as the database estimates them; nil if it cannot.
    package let keysEstimated: Int?

    package init(keysDone: Int, keysEstimated: Int?) {
        self.keysDone = keysDone
        self.keysEstimated = keysEstimated
    }
}
