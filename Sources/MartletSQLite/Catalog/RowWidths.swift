internal import MartletCore

/// The mean bytes of each column of a table, from its first rows.
struct RowWidths: Sendable {
    private var bytes: [String: Double] = [:]

    /// Enough to tell a table of numbers from one of documents; more would be to read rows, which a catalog does not.
    private static let rowsMax = 40
    /// A row may hold a blob of a gigabyte.
    private static let limit = Duration.milliseconds(10)
    /// Header and row number of an entry, roughly.
    ///
    /// https://www.sqlite.org/fileformat2.html#record_format
    private static let overhead = 6.0

    init(session: SessionDatabase, table: Table) throws(EngineError) {
        let end = ContinuousClock.now + Self.limit
        let names = table.columns.map(\.name)
        var sums = Array(repeating: 0, count: names.count)
        var rows = 0
        try session.step("SELECT * FROM \(table.name.quoted) LIMIT \(Self.rowsMax)", values: []) { row in
            for column in names.indices { sums[column] += row.byteCount(column) }
            rows += 1
            return ContinuousClock.now < end
        }
        for (name, sum) in zip(names, sums) { bytes[name] = Double(sum) / Double(max(1, rows)) }
    }

    /// Bytes of one row.
    var row: Double {
        bytes.values.reduce(Self.overhead, +)
    }

    /// Bytes of one entry of an index.
    func entry(of index: Index) -> Double {
        // What an expression yields is as wide as a number, for want of better knowledge.
        index.keys.reduce(Self.overhead) { $0 + ($1.isExpression ? 8 : bytes[$1.text] ?? 8) }
    }
}
