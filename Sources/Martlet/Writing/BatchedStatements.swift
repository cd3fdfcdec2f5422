import MartletCore

/// The statements that write many rows of a table at once.
///
/// On PostgreSQL the rows are locked in the order of their keys before the first of them is written: two batches that
/// share rows then wait for one another and never deadlock, whatever plan the write itself gets. SQLite has one writer.
struct BatchedStatements: Sendable {
    let table: QualifiedName
    let key: Identifier
    let dialect: Dialect

    private var tableSQL: String { table.quoted }
    private var keySQL: String { key.quoted }

    /// Locks rows whose keys are elements of the array bound to the first placeholder.
    private func lockedByKey(_ strength: String) -> String {
        """
        WITH locked AS MATERIALIZED (
            SELECT \(keySQL) AS key FROM \(tableSQL) WHERE \(keySQL) = ANY($1) ORDER BY \(keySQL) FOR \(strength)
        )
        """
    }

    func delete(_ keys: [Value]) -> BoundStatement {
        let text =
            switch dialect {
            case .postgres:
                lockedByKey("UPDATE")
                    + " DELETE FROM \(tableSQL) AS target USING locked WHERE target.\(keySQL) = locked.key"
            case .sqlite:
                "DELETE FROM \(tableSQL) WHERE \(KeyedSelection.condition(key, isAmong: 1, dialect))"
            }
        return BoundStatement(Statement(unsafeText: text), values: [.array(keys)])
    }

    /// One change for all rows; `touching` columns get the database's time.
    func update(_ keys: [Value], _ changes: [Identifier: Value], touching: [Identifier]) -> BoundStatement {
        let columns = changes.keys.sorted()
        let settings = columns.enumerated().map { "\($1.quoted) = $\($0 + 2)" } + clockSettings(touching)
        let text =
            switch dialect {
            case .postgres:
                lockedByKey("NO KEY UPDATE")
                    + " UPDATE \(tableSQL) AS target SET \(settings.joined(separator: ", ")) "
                    + "FROM locked WHERE target.\(keySQL) = locked.key"
            case .sqlite:
                "UPDATE \(tableSQL) SET \(settings.joined(separator: ", ")) "
                    + "WHERE \(KeyedSelection.condition(key, isAmong: 1, dialect))"
            }
        return BoundStatement(
            Statement(unsafeText: text),
            values: [.array(keys)] + columns.map { changes[$0] ?? .null }
        )
    }

    /// A change of its own for each row, which must have different keys.
    func update(
        _ changes: [(key: Value, values: [Identifier: Value])],
        touching: [Identifier]
    ) throws(EngineError) -> BoundStatement {
        let columns = Set(changes.flatMap(\.values.keys)).sorted()
        let partial = columns.filter { column in changes.contains { $0.values[column] == nil } }
        for change in changes where change.values.values.contains(where: \.isArray) {
            throw EngineError(
                .unsupported,
                "a batched update cannot set a column to an array, as the arrays of many rows would run together; "
                    + "update these rows one by one in a pipeline"
            )
        }
        let settings =
            columns.map { column in
                guard let flag = partial.firstIndex(of: column) else {
                    return "\(column.quoted) = given.\(column.quoted)"
                }
                // What is not given stays.
                return """
                    \(column.quoted) = CASE WHEN given.given_\(flag) THEN given.\(column.quoted) \
                    ELSE target.\(column.quoted) END
                    """
            } + clockSettings(touching)
        switch dialect {
        case .postgres: return postgresUpdate(changes, columns, partial, settings)
        case .sqlite: return sqliteUpdate(changes, columns, partial, settings)
        }
    }

    private func postgresUpdate(
        _ changes: [(key: Value, values: [Identifier: Value])],
        _ columns: [Identifier],
        _ partial: [Identifier],
        _ settings: [String]
    ) -> BoundStatement {
        // The branch that is never taken gives the array the type of the column, without a look at the catalog.
        let arrays = ([key] + columns).enumerated()
            .map { position, column in
                """
                CASE WHEN true THEN $\(position + 1) \
                ELSE (SELECT array_agg(\(column.quoted)) FROM \(tableSQL) WHERE false) END
                """
            }
        let flags = partial.indices.map { "$\(columns.count + 2 + $0)::boolean[]" }
        let names = ["martlet_key"] + columns.map(\.quoted) + partial.indices.map { "given_\($0)" }
        let text = """
            WITH given AS MATERIALIZED (
                SELECT * FROM unnest(\((arrays + flags).joined(separator: ", "))) \
            AS given (\(names.joined(separator: ", ")))
            ), locked AS MATERIALIZED (
                SELECT \(keySQL) AS key FROM \(tableSQL) WHERE \(keySQL) IN (SELECT martlet_key FROM given)
                ORDER BY \(keySQL) FOR NO KEY UPDATE
            )
            UPDATE \(tableSQL) AS target SET \(settings.joined(separator: ", "))
            FROM given, locked WHERE target.\(keySQL) = locked.key AND given.martlet_key = locked.key
            """
        let values: [Value] =
            [.array(changes.map(\.key))]
            + columns.map { column in .array(changes.map { $0.values[column] ?? .null }) }
            + partial.map { column in .array(changes.map { .bool($0.values[column] != nil) }) }
        return BoundStatement(Statement(unsafeText: text), values: values)
    }

    private func sqliteUpdate(
        _ changes: [(key: Value, values: [Identifier: Value])],
        _ columns: [Identifier],
        _ partial: [Identifier],
        _ settings: [String]
    ) -> BoundStatement {
        let names = ["martlet_key"] + columns.map(\.quoted) + partial.indices.map { "given_\($0)" }
        let selected = names.enumerated().map { "json_extract(value, '$[\($0)]') AS \($1)" }
        let text = """
            UPDATE \(tableSQL) AS target SET \(settings.joined(separator: ", "))
            FROM (SELECT \(selected.joined(separator: ", ")) FROM json_each($1)) AS given
            WHERE target.\(keySQL) = given.martlet_key
            """
        let rows = changes.map { change -> Value in
            let values = columns.map { change.values[$0] ?? .null }
            return .array([change.key] + values + partial.map { .bool(change.values[$0] != nil) })
        }
        return BoundStatement(Statement(unsafeText: text), values: [.array(rows)])
    }

    private func clockSettings(_ columns: [Identifier]) -> [String] {
        columns.map { "\($0.quoted) = \(DatabaseClock.timestamp(dialect))" }
    }
}

extension Value {
    fileprivate var isArray: Bool {
        if case .array = self { true } else { false }
    }
}
