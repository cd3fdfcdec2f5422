import MartletCore

/// Counters that a schema is to have: totals of tables, and counts of children kept in a column of their parent.
struct CounterSet: Sendable {
    /// The rows of a table, under a key of the statistics table.
    struct Total: Sendable {
        var key: String
        var table: QualifiedName
    }

    /// The children of each parent that meet a condition.
    struct ParentCount: Sendable {
        var child: QualifiedName
        /// The child's column that names its parent.
        var parentColumn: String
        /// The child's column that is NULL while it counts.
        var deletedColumn: String
        var parent: QualifiedName
        /// The parent's column that holds the count; NULL while it is not known.
        var countColumn: String
    }

    var name: String
    var summary: String
    /// The table of (stat_key, stripe, value, updated_at); each stripe is a slot, and the sum of a key is its count.
    var statistics: QualifiedName
    var totals: [Total]
    var parentCount: ParentCount
    /// An expression for the instant of the statement.
    var now: String

    /// The keys as a list of SQL literals; they are the programmer's, not a user's.
    var keyList: String {
        totals.map { "'\($0.key)'" }.joined(separator: ", ")
    }

    /// One row with one true value each while every counter is right; each is one statement and so sees one snapshot,
    /// which makes them right under concurrent writers too.
    var verification: [String] {
        let count = parentCount
        return totals.map { total in
            """
            SELECT (SELECT count(*) FROM \(total.table.quoted)) = coalesce((SELECT sum(value)
            FROM \(statistics.quoted) WHERE stat_key = '\(total.key)'), -1)
            """
        } + [
            """
            SELECT NOT EXISTS (SELECT 1 FROM \(count.parent.quoted) AS parent LEFT JOIN (
              SELECT \(count.parentColumn) AS id, count(*) AS children FROM \(count.child.quoted)
              WHERE \(count.deletedColumn) IS NULL GROUP BY \(count.parentColumn)) AS live ON live.id = parent.id
            WHERE parent.\(count.countColumn) IS DISTINCT FROM coalesce(live.children, 0))
            """
        ]
    }
}
