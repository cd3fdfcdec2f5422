internal import MartletCore

/// Several results of one row each, as single-row mode delivers them, shown as one batch.
final class BatchStorage: RowStorage {
    private let results: [ResultStorage]

    init(_ results: [ResultStorage]) {
        self.results = results
    }

    var rowCount: Int { results.count }

    func value(row: Int, column: Int) -> Value {
        results[row].value(row: 0, column: column)
    }

    func integer(row: Int, column: Int) -> Int64? {
        results[row].integer(row: 0, column: column)
    }

    func text(row: Int, column: Int) -> String? {
        results[row].text(row: 0, column: column)
    }

    func double(row: Int, column: Int) -> Double? {
        results[row].double(row: 0, column: column)
    }

    func byteCount(row: Int, column: Int) -> Int {
        results[row].byteCount(row: 0, column: column)
    }
}
