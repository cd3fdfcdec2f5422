internal import MartletCore

/// Everything that is made for a counter, in the order in which it is made.
struct SQLiteCounterObjects {
    let shape: SQLiteCounterShape

    /// Tables first, then triggers in an order that matters.
    ///
    /// Of two triggers for the same event SQLite runs the later one first. What counts anew for a new parent comes
    /// first here, so that it has the last word where the parent is the counted table itself.
    var all: [SQLiteSchemaObject] {
        tables + SQLiteParentTriggers(shape: shape).all
            + SQLiteReplacementTriggers(shape: shape).all
            + SQLiteChangeTriggers(shape: shape).all
    }

    /// What keeps no number and can be made again at any time.
    var tables: [SQLiteSchemaObject] {
        var objects: [SQLiteSchemaObject] = []
        if shape.parent == nil {
            objects += [numbers]
            if hasNullableKey {
                let index = "martlet_key_\(shape.name)"
                objects.append(
                    .init(
                        kind: .index,
                        name: index,
                        sql: "CREATE UNIQUE INDEX \(index) ON \(shape.numbers)"
                            + " (\(shape.keyNames.joined(separator: ", ")))"
                    )
                )
            }
            objects.append(.init(kind: .view, name: shape.view, sql: view))
        }
        objects.append(doomed)
        if !shape.isDirect { objects.append(scratch) }
        return objects
    }

    /// WITHOUT ROWID saves a search for each change, but its key cannot be NULL.
    private var hasNullableKey: Bool {
        !shape.key.allSatisfy { $0.isNotNull || shape.table.identity.contains($0) } && !shape.key.isEmpty
    }

    private var numbers: SQLiteSchemaObject {
        let columns = zip(shape.keyNames, shape.key)
            .map { "\($0) \($1.declaration)\(hasNullableKey ? "" : " NOT NULL"), " }.joined()
        let text =
            if shape.key.isEmpty {
                "(i INTEGER PRIMARY KEY CHECK (i = 1), n INTEGER NOT NULL)"
            } else if hasNullableKey {
                "(\(columns)n INTEGER NOT NULL)"
            } else {
                "(\(columns)n INTEGER NOT NULL, PRIMARY KEY (\(shape.keyNames.joined(separator: ", ")))) WITHOUT ROWID"
            }
        return .init(kind: .table, name: shape.numbers, sql: "CREATE TABLE \(shape.numbers) \(text)")
    }

    private var doomed: SQLiteSchemaObject {
        let identity = zip(shape.identityNames, shape.table.identity).map { "\($0) \($1.declaration), " }.joined()
        let key = zip(shape.keyNames, shape.key).map { "\($0) \($1.declaration), " }.joined()
        return .init(
            kind: .table,
            name: shape.doomed,
            sql: "CREATE TABLE \(shape.doomed) (seq INTEGER PRIMARY KEY, \(identity)\(key)n INTEGER, gone INTEGER)"
        )
    }

    private var scratch: SQLiteSchemaObject {
        let columns = shape.weightColumns.map { "\($0.quoted) \($0.declaration)" }
        return .init(
            kind: .table,
            name: shape.scratch,
            sql: "CREATE TABLE \(shape.scratch) (\((columns + ["martlet_weight INTEGER"]).joined(separator: ", ")))"
        )
    }

    /// The numbers for everybody: those kept, or until they are right, those counted.
    private var view: String {
        let taken = Set(shape.key.map { $0.name.lowercased() })
        let number = taken.contains("number") ? "counter_number" : "number"
        let isReady =
            "EXISTS (SELECT 1 FROM \(SQLiteCounterRegistry.table)"
            + " WHERE name = '\(shape.name)' AND initialised_at IS NOT NULL)"
        let kept = zip(shape.keyNames, shape.key).map { "\($0) AS \($1.quoted), " }.joined()
        let counted = shape.key.map { "\($0.quoted), " }.joined()
        let grouping = " GROUP BY \(shape.key.map(\.quoted).joined(separator: ", "))"
        // Without key columns there is one row in all cases, so it is asked once which.
        guard !shape.key.isEmpty else {
            return """
                CREATE VIEW \(shape.view) AS SELECT CASE WHEN \(isReady) THEN (SELECT n FROM \(shape.numbers)) \
                ELSE (SELECT \(shape.aggregate) FROM \(shape.table.quoted)\(shape.restriction("WHERE"))) \
                END AS \(number)
                """
        }
        return """
            CREATE VIEW \(shape.view) AS SELECT \(kept)n AS \(number) FROM \(shape.numbers) WHERE \(isReady) \
            UNION ALL SELECT \(counted)\(shape.aggregate) FROM \(shape.table.quoted) \
            WHERE NOT \(isReady)\(shape.restriction("AND"))\(grouping)
            """
    }
}
