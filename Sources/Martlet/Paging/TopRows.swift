public import MartletCore

/// The first rows of each group: the last three messages of each chat, in one statement.
///
///     let latest = TopRows(
///         of: QualifiedName(schema: "public", name: "messages"), columns: ["id", "text", "sent_at"],
///         count: 3, orderedBy: [.descending("sent_at"), .descending("id")], groupedBy: "chat_id",
///         among: "SELECT id FROM chats WHERE owner = \(owner)", key: "id"
///     )
///     for (chat, rows) in try await latest.rowsByGroup(on: connection) { … }
///
/// The database looks each group up in an index on the group and the order, and stops after `count` rows: LATERAL on
/// PostgreSQL, a correlated subquery on SQLite. One round trip; rows that are sent: groups × `count` at the most.
public struct TopRows: Sendable {
    private let table: QualifiedName
    private let columns: [Identifier]
    private let count: Int
    private let order: [PageKey]
    private let group: Identifier
    private let groups: BoundStatement
    private let key: Identifier

    /// Says which rows.
    ///
    /// - Parameters:
    ///   - table: where the rows are.
    ///   - columns: what is read of each; the group's column need not be among them.
    ///   - count: rows of a group at the most, from 1 on; it may come from outside.
    ///   - order: which rows of a group are its first; columns of the table.
    ///   - group: the column of the table that says which group a row is in.
    ///   - groups: a statement whose first column lists the groups, each once.
    ///   - key: a column of the table that is unique and never NULL.
    public init(
        of table: QualifiedName,
        columns: [Identifier],
        count: Int,
        orderedBy order: [PageKey],
        groupedBy group: Identifier,
        among groups: BoundStatement,
        key: Identifier
    ) {
        precondition(!columns.isEmpty && !order.isEmpty, "rows need columns and an order")
        self.table = table
        self.columns = columns
        self.count = count
        self.order = order
        self.group = group
        self.groups = groups
        self.key = key
    }

    /// The rows of each group in their order; a group without rows is not among them.
    ///
    /// One round trip. Groups that are texts are told apart as Swift does: é as one scalar and as e with an accent are
    /// one group here.
    ///
    /// - Throws: the error of the database; with the code `.invalidValue`, before anything is run, for a count below 1.
    public func rowsByGroup(
        on connection: any Connection,
        timeout: Duration? = nil
    ) async throws(EngineError) -> [Value: [Row]] {
        guard count > 0 else {
            throw EngineError(.invalidValue, "A group of \(count) rows cannot be read; ask for 1 or more.")
        }
        let rows = try await connection.run(statement(connection.dialect), timeout: timeout)
        let position = columns.count
        return Dictionary(grouping: rows) { $0[position] }
    }

    /// The statement, whose last column is the group; it reads nothing where the count is below 1.
    public func statement(_ dialect: Dialect) -> BoundStatement {
        // SQLite takes a limit below 0 for none.
        let count = max(0, count)
        let picked = columns.map { "picked.\($0.quoted)" }.joined(separator: ", ")
        let terms = order.map { $0.orderTerm(statingNulls: true) }.joined(separator: ", ")
        let sorted = order.map { "picked." + $0.orderTerm(statingNulls: true) }.joined(separator: ", ")
        let names = "WITH wanted(martlet_group) AS (\(groups.numberedText(dialect))\n)"
        let inner = "FROM \(table.quoted) AS inside WHERE inside.\(group.quoted) = wanted.martlet_group"
        let source =
            switch dialect {
            case .postgres: "CROSS JOIN LATERAL (SELECT * \(inner) ORDER BY \(terms) LIMIT \(count)) AS picked"
            // CROSS JOIN keeps SQLite from reading the table first: https://www.sqlite.org/optoverview.html#crossjoin
            case .sqlite:
                "CROSS JOIN \(table.quoted) AS picked ON picked.\(key.quoted) IN"
                    + " (SELECT inside.\(key.quoted) \(inner) ORDER BY \(terms) LIMIT \(count))"
            }
        return BoundStatement(
            Statement(
                unsafeText: "\(names) SELECT \(picked), wanted.martlet_group FROM wanted \(source)"
                    + " ORDER BY wanted.martlet_group, \(sorted)"
            ),
            values: groups.values
        )
    }
}
