import MartletCore

/// Some rows of a result in an order of their own, without a copy.
final class SelectedRows: RowStorage {
    private let base: Rows
    private let indices: [Int]

    init(_ base: Rows, indices: [Int]) {
        self.base = base
        self.indices = indices
    }

    var rowCount: Int { indices.count }

    func value(row: Int, column: Int) -> Value {
        base[indices[row]][column]
    }

    func byteCount(row: Int, column: Int) -> Int {
        value(row: row, column: column).byteCount
    }
}
