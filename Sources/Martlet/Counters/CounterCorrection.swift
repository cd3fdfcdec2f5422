/// What was done to make a counter right.
package struct CounterCorrection: Sendable, Hashable {
    package let name: CounterName
    /// Keys whose rows were counted; nil if nothing was to be done.
    package let keysChecked: Int?
    /// Keys whose number was wrong or missing, and now is right.
    package let keysCorrected: Int
    /// Keys that have a number and were passed over for that, right or wrong; of all at once they are not told.
    package let keysSkipped: Int

    package init(name: CounterName, keysChecked: Int?, keysCorrected: Int, keysSkipped: Int = 0) {
        self.name = name
        self.keysChecked = keysChecked
        self.keysCorrected = keysCorrected
        self.keysSkipped = keysSkipped
    }
}
