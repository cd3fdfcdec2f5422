import MartletCore

/// A row of `martlet.counters`: what is installed.
struct PostgresCounterRecord: Sendable {
    var definition: CounterDefinition
    var counter: PostgresCounter
    var initialisedAt: Timestamp?
    /// The last key of the batches that a backfill has done; nil if it is not under way.
    var backfilledTo: Value?
    var backfilledKeys: Int
    /// Whether the table that it counts was dropped.
    var isTableGone = false
    /// Whether the table that keeps its numbers was dropped.
    var isParentGone = false

    /// That a table which it needs was dropped; nil if all are there.
    var gone: String? {
        if isTableGone { return "the table that it counts was dropped" }
        guard isParentGone, let parent = counter.parent else { return nil }
        return "the table whose column \(parent.column) keeps its numbers was dropped"
    }

    /// The columns that `init` reads; the name of the table is the one that it has now.
    static let query = """
        SELECT c.name, n.nspname AS table_schema, t.relname AS table_name, t.relkind::text AS kind,
          t.relpersistence::text AS persistence, c.source::oid::text AS source,
          c.key_columns, c.key_types, c.key_collations, c.is_hashable, c.condition, c.amount, c.typed_condition,
          c.typed_amount, c.initialised_at, c.backfilled_to, c.backfilled_keys,
          pn.nspname AS parent_schema, p.relname AS parent_table, c.parent_column, c.parent_keys, c.parent_types,
          c.parent_references, c.parent_equalities
        FROM martlet.counters c LEFT JOIN pg_catalog.pg_class t ON t.oid = c.source
        LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
        LEFT JOIN pg_catalog.pg_class p ON p.oid = c.parent
        LEFT JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
        """

    init(_ row: Row) throws {
        let name = CounterName(stringLiteral: try row.decode(String.self, "name"))
        let source = try row.decode(String.self, "source")
        // A table that has been dropped has only its number left.
        let table = QualifiedName(
            schema: try row.decode(String?.self, "table_schema") ?? "dropped",
            name: try row.decode(String?.self, "table_name") ?? source
        )
        let columns = try row.decode([String].self, "key_columns")
        let types = try row.decode([String].self, "key_types")
        guard case .array(let collations) = row["key_collations"], types.count == columns.count,
            collations.count == columns.count, let parent = try Self.parent(row)
        else {
            throw CounterError(
                .outdated,
                "read the counter \(name): somebody has changed its row in martlet.counters so that its keys no longer "
                    + "match; remove it and add it again"
            )
        }
        definition = CounterDefinition(
            name: name,
            table: table,
            keyColumns: columns,
            condition: try row.decode(String?.self, "typed_condition"),
            sum: try row.decode(String?.self, "typed_amount"),
            parent: parent.map { CounterDefinition.Parent(table: $0.table, column: $0.column) }
        )
        counter = PostgresCounter(
            name: name,
            table: table,
            keys: columns.indices.map {
                PostgresCounter.Key(column: columns[$0], type: types[$0], collation: String(from: collations[$0]))
            },
            condition: try row.decode(String?.self, "condition"),
            amount: try row.decode(String?.self, "amount"),
            isPartitioned: try row.decode(String?.self, "kind") == "p",
            isUnlogged: try row.decode(String?.self, "persistence") == "u",
            isHashable: try row.decode(Bool.self, "is_hashable"),
            parent: parent
        )
        initialisedAt = try row.decode(Timestamp?.self, "initialised_at")
        backfilledKeys = try row.decode(Int.self, "backfilled_keys")
        isTableGone = try row.decode(String?.self, "table_name") == nil
        isParentGone = try parent != nil && row.decode(String?.self, "parent_table") == nil
        let end = row["backfilled_to"]
        // A bare nil would be the value NULL.
        backfilledTo = end.isNull ? Value?.none : end
    }

    /// Whether a number that is there already is passed over when it is filled.
    ///
    /// Until the first numbers are right, what stands in a column is of some other time, or of its default.
    func passesOver(_ options: BackfillOptions) -> Bool { options.skipsExisting && initialisedAt != nil }

    /// Throws if there is nothing left to count.
    func requireTables() throws(CounterError) {
        guard let gone else { return }
        throw outdated(gone)
    }

    /// That the tables are no longer what the counter was made for.
    func outdated(_ reason: String) -> CounterError {
        CounterError(
            .outdated,
            "\(definition.name) is out of date: \(reason); install it again with the tables as they are now, "
                + "or remove it"
        )
    }

    /// The parent, or nil within where there is none; nil if what is said of its keys does not match.
    private static func parent(_ row: Row) throws -> PostgresCounterParent?? {
        guard let column = try row.decode(String?.self, "parent_column") else { return .some(nil) }
        let names = try row.decode([String].self, "parent_keys")
        let types = try row.decode([String].self, "parent_types")
        let references = try row.decode([String].self, "parent_references")
        let equalities = try row.decode([String].self, "parent_equalities")
        guard [types, references, equalities].allSatisfy({ $0.count == names.count }) else { return nil }
        return PostgresCounterParent(
            table: QualifiedName(
                schema: try row.decode(String?.self, "parent_schema") ?? "dropped",
                name: try row.decode(String?.self, "parent_table") ?? "parent"
            ),
            column: column,
            keys: names.indices.map {
                PostgresCounterParent.Key(
                    column: names[$0],
                    type: types[$0],
                    reference: references[$0],
                    equality: equalities[$0]
                )
            }
        )
    }
}
