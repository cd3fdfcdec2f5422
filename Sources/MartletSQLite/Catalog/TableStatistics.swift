internal import MartletCore

/// What ANALYZE has left in `sqlite_stat1`.
///
/// https://www.sqlite.org/fileformat2.html#stat1tab
struct TableStatistics: Sendable {
    private struct Entry {
        let index: String?
        let numbers: [Int]
    }

    private let entries: [String: [Entry]]

    /// Reads the table if there is one.
    init(session: SessionDatabase) throws(EngineError) {
        var entries: [String: [Entry]] = [:]
        do {
            for row in try session.run("SELECT tbl, idx, stat FROM main.sqlite_stat1") {
                let words = try row.decode(String?.self, at: 2)?.split(separator: " ") ?? []
                guard let table = try row.decode(String?.self, at: 0) else { continue }
                // Words such as `unordered` may follow the numbers.
                let numbers = words.prefix { Int($0) != nil }.compactMap { Int($0) }
                entries[table, default: []].append(Entry(index: try row.decode(String?.self, at: 1), numbers: numbers))
            }
        } catch  where error.code == .undefinedObject {
            // Nobody has run ANALYZE.
        }
        self.entries = entries
    }

    /// Whether ANALYZE has seen the table.
    func knows(_ table: String) -> Bool {
        entries[table] != nil
    }

    /// Adds the rows of the table and the distinct values of the columns that lead an index.
    func describe(_ table: inout Table) {
        guard let entries = entries[table.name.name] else { return }
        // A partial index has fewer rows than its table, never more.
        table.estimatedRows = entries.compactMap(\.numbers.first).max()
        for entry in entries {
            guard let name = entry.index, let index = table.indexes.first(where: { $0.name == name }),
                index.predicate == nil, let key = index.keys.first, !key.isExpression,
                entry.numbers.count > 1, entry.numbers[1] > 0,
                let column = table.columns.firstIndex(where: { $0.name == key.text })
            else { continue }
            table.columns[column].distinctValues = Double(entry.numbers[0]) / Double(entry.numbers[1])
        }
    }
}
