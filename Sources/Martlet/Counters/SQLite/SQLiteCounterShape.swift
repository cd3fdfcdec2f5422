internal import MartletCore

/// A counter that was checked against its database: all that its SQL is made of.
struct SQLiteCounterShape: Sendable, Hashable {
    /// A column of a parent that keeps the numbers.
    struct Parent: Sendable, Hashable {
        let table: SQLiteCountedTable
        let column: SQLiteCountedTable.Column
        /// The parent's columns that the key columns refer to, in their order.
        let key: [SQLiteCountedTable.Column]
        /// Names by which an UPDATE may change these.
        let keyAliases: [String]
    }

    /// With the names as the catalog has them.
    let definition: CounterDefinition
    let table: SQLiteCountedTable
    let key: [SQLiteCountedTable.Column]
    let condition: SQLiteRowExpression?
    let sum: SQLiteRowExpression?
    let parent: Parent?

    var name: String { definition.name.text }

    /// Names of what is made for the counter; a name of a counter needs no quotes.
    var numbers: String { "martlet_counter_\(name)" }
    var doomed: String { "martlet_replaced_\(name)" }
    var scratch: String { "martlet_row_\(name)" }
    var view: String { "martlet_\(name)" }

    /// Columns that the weight of a row depends on.
    var weightColumns: [SQLiteCountedTable.Column] {
        table.columns.filter { column in
            condition?.columns.contains(column) == true || sum?.columns.contains(column) == true
        }
    }

    /// Whether the weight can be told from NEW and OLD.
    var isDirect: Bool { condition?.isDirect != false && sum?.isDirect != false }
    /// Whether every row counts one.
    var countsEveryRow: Bool { condition == nil && sum == nil }

    /// What a row counts, where its columns can be named as they are; 0 or 1, or an integer.
    ///
    /// Sums add integers only: what is added and taken away again must leave nothing behind.
    var weight: String { weight(condition?.text, sum?.text) }

    /// What NEW or OLD counts; only if the weight is direct.
    func weight(over row: String) -> String { weight(condition?.over(row), sum?.over(row)) }

    private func weight(_ condition: String?, _ sum: String?) -> String {
        guard let sum else { return condition.map { "(\($0)) IS TRUE" } ?? "1" }
        let test = condition.map { "(\($0)) AND " } ?? ""
        return "CASE WHEN \(test)typeof(\(sum)) = 'integer' THEN (\(sum)) ELSE 0 END"
    }

    /// The number of the rows that a query is left with.
    var aggregate: String { sum == nil ? "count(*)" : "coalesce(sum(\(weight)), 0)" }

    /// WHERE or AND with the condition, or nothing.
    func restriction(_ keyword: String) -> String { condition.map { " \(keyword) (\($0.text))" } ?? "" }

    /// Names for the key columns in tables of the counter's own.
    var keyNames: [String] { key.indices.map { "k\($0 + 1)" } }
    var identityNames: [String] { table.identity.indices.map { "i\($0 + 1)" } }
}

extension SQLiteCounterShape {
    /// Pairs joined by IS, which finds NULL too; true for no pairs.
    static func same(_ left: [String], _ right: [String], by comparison: String = "IS") -> String {
        left.isEmpty ? "1" : zip(left, right).map { "\($0) \(comparison) \($1)" }.joined(separator: " AND ")
    }
}
