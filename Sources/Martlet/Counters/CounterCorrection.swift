/// What was done to make a counter right.
package struct CounterCorrection: Sendable, Hashable {
    package let name: CounterName
    /// Keys that were looked at; nil if nothing was to be done.
    package let keysChecked: Int?
    /// Keys whose number was wrong or missing, and now is right.
    package let keysCorrected: Int

    package init(name: CounterName, keysChecked: Int?, keysCorrected: Int) {
        self.name = name
        self.keysChecked = keysChecked
        self.keysCorrected = keysCorrected
    }
}
