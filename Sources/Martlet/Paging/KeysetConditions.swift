import MartletCore

/// The rows behind a place of an order, as conditions that an index on the keys answers without looking further.
///
/// Where all keys go one way and none is NULL, one comparison of rows says it. Otherwise the rows are those that agree
/// with the place in all keys but the last ones, then those that agree in fewer, and so on: one part for each, since
/// an OR over them would make the database read, and throw away, what agrees in the first key and lies before.
/// https://www.sqlite.org/rowvalue.html#scrolling_window_queries
struct KeysetConditions {
    private let keys: [PageKey]
    private let values: [Value]
    private let isInclusive: Bool
    private let dialect: Dialect
    /// The placeholder of each value that is not NULL.
    private let placeholders: [String]
    /// The key from which on all go the same way and are never NULL.
    private let run: Int

    /// Values to bind behind those of the statement.
    var boundValues: [Value] { values.filter { !$0.isNull } }

    /// - Parameters:
    ///   - keys: the order in which rows are read, reversed already for reading backwards.
    ///   - position: where the rows begin.
    ///   - dialect: the SQL to write.
    ///   - valuesBefore: values that the statement binds itself.
    init(keys: [PageKey], position: PagePosition, dialect: Dialect, valuesBefore: Int) {
        self.keys = keys
        self.dialect = dialect
        values = position.values
        isInclusive = position.isInclusive
        var bound = valuesBefore
        placeholders = position.values.map { value in
            if value.isNull { return "NULL" }
            bound += 1
            return "$\(bound)"
        }
        let last = keys[keys.count - 1]
        let others = keys.lastIndex { $0.nulls != .never || $0.direction != last.direction }
        run = others.map { $0 + 1 } ?? 0
    }

    /// The parts, in the order of their rows.
    var parts: [KeysetPart] {
        var parts = [part(agreeingIn: run, behind: runComparison, upTo: keys.count)]
        for index in (0..<run).reversed() {
            parts += stretches(behind: index).map { part(agreeingIn: index, behind: $0, upTo: index + 1) }
        }
        return parts
    }

    /// The keys of the run behind, or at, the place.
    private var runComparison: String {
        let comparison = keys[run].laterOperator + (isInclusive ? "=" : "")
        let columns = keys[run...].map(\.column.quoted).joined(separator: ", ")
        let marks = placeholders[run...].joined(separator: ", ")
        return run == keys.count - 1
            ? "\(columns) \(comparison) \(marks)" : "(\(columns)) \(comparison) (\(marks))"
    }

    /// What can be behind the place in one key: values, then NULLs where these stand last.
    private func stretches(behind index: Int) -> [String] {
        let key = keys[index]
        let column = key.column.quoted
        if values[index].isNull {
            return key.nulls == .first ? ["\(column) IS NOT NULL"] : []
        }
        let later = "\(column) \(key.laterOperator) \(placeholders[index])"
        return key.nulls == .last ? [later, "\(column) IS NULL"] : [later]
    }

    private func part(agreeingIn count: Int, behind: String, upTo constrained: Int) -> KeysetPart {
        let agreements = (0..<count)
            .map { index in
                let column = keys[index].column.quoted
                return values[index].isNull ? "\(column) IS NULL" : "\(column) = \(placeholders[index])"
            }
        let order = keys.enumerated()
            .map { index, key in key.orderTerm(statingNulls: dialect == .postgres || index >= constrained) }
        return KeysetPart(
            condition: (agreements + [behind]).joined(separator: " AND "),
            order: order.joined(separator: ", ")
        )
    }
}
