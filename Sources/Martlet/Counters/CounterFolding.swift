/// What folding did to the rows that keep a counter.
package struct CounterFolding: Sendable, Hashable {
    package let name: CounterName
    package let rowsBefore: Int
    package let rowsAfter: Int

    package init(name: CounterName, rowsBefore: Int, rowsAfter: Int) {
        self.name = name
        self.rowsBefore = rowsBefore
        self.rowsAfter = rowsAfter
    }
}
