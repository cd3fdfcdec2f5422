internal import MartletCore

/// The questions that are asked of a counter and of the table that it counts.
struct SQLiteCounterQueries {
    let shape: SQLiteCounterShape

    private var keyList: String { shape.keyNames.map { "\($0), " }.joined() }

    /// For each key what is kept (NULL for nothing) and what the rows say: a query that reads the table once.
    private var comparison: String {
        let source = shape.table.quoted
        if let parent = shape.parent {
            let key = zip(parent.key, shape.keyNames).map { "p.\($0.quoted) AS \($1), " }.joined()
            return
                "SELECT \(key)p.\(parent.column.quoted) AS kept, (\(truth(of: parent.key.map { "p.\($0.quoted)" }))) "
                + "AS counted FROM \(parent.table.quoted) AS p"
        }
        guard !shape.key.isEmpty else {
            return "SELECT (SELECT n FROM \(shape.numbers)) AS kept, "
                + "(SELECT \(shape.aggregate) FROM \(source)\(shape.restriction("WHERE"))) AS counted"
        }
        let columns = zip(shape.key, shape.keyNames).map { "\($0.quoted) AS \($1), " }.joined()
        let grouping = shape.key.map(\.quoted).joined(separator: ", ")
        // The keys of the table come in groups already; only what is left is sorted once more.
        let joined = shape.key.indices
            .map { "\(shape.keyNames[$0]) COLLATE \(Identifier(shape.key[$0].collation).quoted)" }
        return """
            SELECT \(keyList)sum(kept) AS kept, coalesce(sum(counted), 0) AS counted FROM (
              SELECT \(columns)NULL AS kept, \(shape.aggregate) AS counted FROM \(source)\
            \(shape.restriction("WHERE")) GROUP BY \(grouping)
              UNION ALL SELECT \(keyList)n, NULL FROM \(shape.numbers)
            ) GROUP BY \(joined.joined(separator: ", "))
            """
    }

    /// A column of a parent that is NULL has not been filled; elsewhere nothing is as good as 0.
    private var isWrong: String { shape.parent == nil ? "coalesce(kept, 0) <> counted" : "kept IS NOT counted" }

    private var order: String { shape.key.isEmpty ? "" : " ORDER BY \(shape.keyNames.joined(separator: ", "))" }

    /// The first differences (0), and one row of keys, wrong keys and totals (1).
    var verification: String {
        let blanks = shape.keyNames.map { _ in "NULL, " }.joined()
        let odd =
            shape.sum.map {
                "(SELECT count(*) FROM \(shape.table.quoted) WHERE typeof(\($0.text)) NOT IN ('integer', 'null')"
                    + "\(shape.restriction("AND")))"
            } ?? "0"
        return """
            WITH compared AS MATERIALIZED (\(comparison))
            SELECT * FROM (SELECT 0 AS part, \(keyList)kept, counted, 0 AS keys, 0 AS wrong, 0 AS odd FROM compared
              WHERE \(isWrong)\(order) LIMIT \(CounterVerification.differencesMax))
            UNION ALL SELECT 1, \(blanks)coalesce(sum(kept), 0), coalesce(sum(counted), 0), count(*),
              coalesce(sum(\(isWrong)), 0), \(odd) FROM compared
            """
    }

    /// What must be added to which key: key, kept, difference, in the order of keys.
    func corrections(onlyMissing: Bool) -> String {
        "SELECT \(keyList)kept, counted - coalesce(kept, 0) FROM (\(comparison)) WHERE \(isWrong)"
            + "\(onlyMissing ? " AND kept IS NULL" : "")\(order)"
    }

    /// Counts the rows of one key, or all.
    func truth(of key: [String]) -> String {
        let found = SQLiteCounterShape.same(
            shape.key.map { "\(shape.table.quoted).\($0.quoted)" },
            key,
            by: shape.parent == nil ? "IS" : "="
        )
        return "SELECT \(shape.aggregate) FROM \(shape.table.quoted) WHERE \(found)\(shape.restriction("AND"))"
    }

    /// Adds to one number: the key, then the difference; two statements that belong together.
    var addition: [String] {
        let places = shape.key.indices.map { "$\($0 + 1)" }
        let difference = "$\(shape.key.count + 1)"
        guard !shape.key.isEmpty else {
            return [
                "INSERT OR IGNORE INTO \(shape.numbers) VALUES (1, 0 * \(difference))",
                "UPDATE \(shape.numbers) SET n = n + \(difference)",
            ]
        }
        let found = SQLiteCounterShape.same(shape.keyNames, places)
        return [
            "UPDATE \(shape.numbers) SET n = n + \(difference) WHERE \(found)",
            "INSERT INTO \(shape.numbers) (\((shape.keyNames + ["n"]).joined(separator: ", "))) "
                + "SELECT \((places + [difference]).joined(separator: ", ")) WHERE changes() = 0",
        ]
    }

    /// Finds the next parents, and counts anew for them.
    ///
    /// Bound are the identity after which they begin, if any, then their number for the first statement and the
    /// identity of the last of them for the second.
    func filling(_ parent: SQLiteCounterShape.Parent, hasStart: Bool, onlyMissing: Bool) -> (find: String, fill: String)
    {
        let identity = parent.table.identity.map { "p.\($0.quoted)" }
        let list = identity.joined(separator: ", ")
        func places(from start: Int) -> String {
            "(" + identity.indices.map { "$\(start + $0)" }.joined(separator: ", ") + ")"
        }
        let lower = hasStart ? "(\(list)) > \(places(from: 1))" : "1"
        let count = hasStart ? identity.count : 0
        let truth = truth(of: parent.key.map { "p.\($0.quoted)" })
        let column = parent.column.quoted
        let wrong = onlyMissing ? "p.\(column) IS NULL" : "p.\(column) IS NOT (\(truth))"
        return (
            "SELECT \(list) FROM \(parent.table.quoted) AS p WHERE \(lower) ORDER BY \(list) LIMIT $\(count + 1)",
            "UPDATE \(parent.table.quoted) AS p SET \(column) = (\(truth)) "
                + "WHERE \(lower) AND (\(list)) <= \(places(from: count + 1)) AND \(wrong)"
        )
    }
}
