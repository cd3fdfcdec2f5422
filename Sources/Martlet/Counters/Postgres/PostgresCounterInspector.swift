import MartletCore

/// Finds out whether PostgreSQL can keep a counter, and writes its parts in PostgreSQL's own words.
struct PostgresCounterInspector: Sendable {
    let connection: any Connection

    /// Must run in a transaction that is rolled back: it makes a temporary table to try the definition on.
    func resolve(_ definition: CounterDefinition) async throws -> PostgresCounter {
        guard CounterName.isValid(definition.name.text) else { throw CounterError.invalidName(definition.name.text) }
        let table = try await relation(of: definition)
        var counter = PostgresCounter(
            name: definition.name,
            table: definition.table,
            keys: try await keys(of: definition),
            isPartitioned: table.isPartitioned,
            isUnlogged: table.isUnlogged
        )
        try await connection.run("CREATE TEMPORARY TABLE martlet_probe (LIKE \(definition.table))")
        if !counter.keys.isEmpty {
            try await probe(
                "key",
                "(\(counter.keyExpressions.joined(separator: ", ")))",
                "count \(definition.table) by \(definition.keyColumns.joined(separator: ", "))"
            )
            counter.isHashable = try await areHashable(counter.slotTypes)
        }
        if let condition = definition.condition {
            try await probe(
                "condition",
                "((true)) WHERE (\(condition)\n)",
                "count rows of \(definition.table) where \(condition)"
            )
        }
        if let sum = definition.sum {
            try await probe("amount", "((\(sum)\n))", "add up \(sum) of \(definition.table)")
        }
        // Whatever the path finds is written without its schema: so it finds nothing.
        try await connection.run("SET LOCAL search_path = ''")
        if definition.condition != nil { counter.condition = try await condition() }
        if let sum = definition.sum {
            counter.amount = try await amount("add up \(sum) of \(definition.table)")
        }
        if let wanted = definition.parent {
            let inspector = PostgresParentInspector(connection: connection, definition: definition, wanted: wanted)
            counter.parent = try await inspector.resolve(counter)
        }
        return counter
    }

    // MARK: The table

    private func relation(of definition: CounterDefinition) async throws -> (isPartitioned: Bool, isUnlogged: Bool) {
        let rows = try await connection.run(
            """
            SELECT c.relkind::text AS kind, c.relpersistence::text AS persistence, c.relispartition AS is_partition,
              n.nspname IN ('pg_catalog', 'information_schema', 'pg_toast', 'martlet') AS is_system,
              c.relkind = 'r' AND NOT c.relispartition AND EXISTS (
                SELECT FROM pg_catalog.pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent)) AS inherits,
              EXISTS (SELECT FROM pg_catalog.pg_partition_tree(c.oid) t
                JOIN pg_catalog.pg_class p ON p.oid = t.relid WHERE p.relkind = 'f') AS has_foreign
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = \(definition.table.schema) AND c.relname = \(definition.table.name)
            """
        )
        guard let row = rows.first else {
            throw CounterError(
                .invalidDefinition,
                "count \(definition.table): there is no such table; names are taken as the catalog has them, "
                    + "with their case"
            )
        }
        func refuse(_ reason: String) -> CounterError {
            CounterError(.unsupportedTable, "count \(definition.table): \(reason)")
        }
        let kind = try row.decode(String.self, "kind")
        switch kind {
        case "r", "p": break
        case "v", "m": throw refuse("it is a view, whose rows change without a trigger; count the table behind it")
        case "f": throw refuse("it is a foreign table, whose rows change elsewhere without a trigger")
        default: throw refuse("it is no table")
        }
        if try row.decode(String.self, "persistence") == "t" {
            throw refuse("it is a temporary table, which only its own session sees")
        }
        if try row.decode(Bool.self, "is_system") { throw refuse("it is a table of the system") }
        if try row.decode(Bool.self, "is_partition") {
            throw refuse("it is a partition, and writes through its parent do not fire its triggers; count the parent")
        }
        if try row.decode(Bool.self, "inherits") {
            throw refuse("it has or is a child by inheritance, and writes to one change the rows of the other unseen")
        }
        if try row.decode(Bool.self, "has_foreign") {
            throw refuse("one of its partitions is a foreign table, whose rows change elsewhere without a trigger")
        }
        return (kind == "p", try row.decode(String.self, "persistence") == "u")
    }

    // MARK: Its columns

    func keys(of definition: CounterDefinition) async throws -> [PostgresCounter.Key] {
        guard Set(definition.keyColumns).count == definition.keyColumns.count else {
            throw CounterError(.invalidDefinition, "count \(definition.table): a key column is named twice")
        }
        let rows = try await connection.run(
            """
            WITH RECURSIVE bare AS (
              SELECT k.i, a.atttypid AS type, a.attcollation AS collation
              FROM unnest(\(definition.keyColumns)::text[]) WITH ORDINALITY k(name, i)
              JOIN pg_catalog.pg_attribute a ON a.attname = k.name AND a.attnum > 0 AND NOT a.attisdropped
              WHERE a.attrelid = \(definition.table.quoted)::text::pg_catalog.regclass
              UNION ALL
              SELECT b.i, t.typbasetype, b.collation FROM bare b JOIN pg_catalog.pg_type t ON t.oid = b.type
              WHERE t.typtype = 'd'
            )
            SELECT b.i::int AS position, pg_catalog.format_type(b.type, -1) AS type, n.nspname AS type_schema,
              t.typname AS type_name, cn.nspname AS collation_schema, co.collname AS collation_name,
              n.nspname <> 'pg_catalog' AND EXISTS (SELECT FROM pg_catalog.pg_operator o
                WHERE o.oprname = '=' AND o.oprleft = b.type AND o.oprright = b.type) AS has_own_equality
            FROM bare b JOIN pg_catalog.pg_type t ON t.oid = b.type AND t.typtype <> 'd'
            JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            LEFT JOIN pg_catalog.pg_collation co ON co.oid = b.collation
            LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
            ORDER BY b.i
            """
        )
        guard rows.count == definition.keyColumns.count else {
            let found = Set(try rows.map { try $0.decode(Int.self, "position") })
            let missing = definition.keyColumns.enumerated().first { !found.contains($0.offset + 1) }
            let hint = try await hint(for: missing?.element, of: definition)
            throw CounterError(
                .invalidDefinition,
                "count \(definition.table): it has no column \(missing?.element ?? "of that name")\(hint)"
            )
        }
        return try zip(definition.keyColumns, rows)
            .map { column, row in
                let collation = try row.decode(String?.self, "collation_name")
                let schema = try row.decode(String?.self, "collation_schema")
                // Functions that are pinned to a path find only the equality of PostgreSQL's own types.
                if try row.decode(Bool.self, "has_own_equality") {
                    throw CounterError(
                        .invalidDefinition,
                        "count \(definition.table) by \(column): its type \(try row.decode(String.self, "type")) has "
                            + "an equality of its own; count by a column of a type that PostgreSQL comes with"
                    )
                }
                return PostgresCounter.Key(
                    column: column,
                    type: try typeSQL(row),
                    collation: collation.map { QualifiedName(schema: schema ?? "pg_catalog", name: $0).quoted }
                )
            }
    }

    /// Names a column that differs in case only.
    private func hint(for column: String?, of definition: CounterDefinition) async throws -> String {
        let others = try await connection.run(
            """
            SELECT a.attname::text FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = \(definition.table.quoted)::text::pg_catalog.regclass AND a.attnum > 0
              AND NOT a.attisdropped AND lower(a.attname) = lower(\(column ?? ""))
            """
        )
        guard let other = try others.first?.decode(String.self, at: 0) else { return "" }
        return ", but \(other): keep its case by quotes as in SQL, --by '\(Identifier(other).quoted)'"
    }

    /// With the schema, as the path of whoever reads it may be another.
    private func typeSQL(_ row: Row) throws -> String {
        let schema = try row.decode(String.self, "type_schema")
        return QualifiedName(schema: schema, name: try row.decode(String.self, "type_name")).quoted
    }

    private func areHashable(_ types: [String]) async throws -> Bool {
        let nulls = types.map { "CAST(NULL AS \($0))" }.joined(separator: ", ")
        do {
            return try await connection.savepoint("martlet_hash") { connection in
                try await connection.run("SELECT pg_catalog.hash_record(ROW(\(unsafeSQL: nulls)))")
                return true
            }
        } catch let error as EngineError where error.code != .connectionLost && error.code != .cancelled {
            return false
        }
    }

    // MARK: Its expressions

    /// An index says whether an expression is one, has no subquery, and depends on nothing but the row.
    private func probe(_ part: String, _ definition: String, _ attempt: String) async throws {
        do {
            try await connection.run(
                "CREATE INDEX martlet_probe_\(unsafeSQL: part) ON pg_temp.martlet_probe \(unsafeSQL: definition)"
            )
        } catch {
            guard error.code != .connectionLost, error.code != .cancelled else { throw error }
            throw CounterError(.invalidDefinition, "\(attempt): \(error.message)")
        }
    }

    /// The condition; nil if it is always true.
    private func condition() async throws -> String? {
        let rows = try await connection.run(
            """
            SELECT pg_catalog.pg_get_expr(i.indpred, i.indrelid) FROM pg_catalog.pg_index i
            WHERE i.indexrelid = 'pg_temp.martlet_probe_condition'::pg_catalog.regclass
            """
        )
        return try rows[0].decode(String?.self, at: 0).map(Self.parsedAlike)
    }

    /// The expression with its backslashes written so that every session reads the same.
    ///
    /// PostgreSQL writes literals for the session's `standard_conforming_strings`, and a writer may have another.
    private static func parsedAlike(_ expression: String) -> String {
        let bytes = Array(expression.utf8)
        var text = ""
        var end = 0
        for word in SQLWord.words(of: expression, dialect: .postgres) where word.kind == .literal {
            let literal = bytes[word.range]
            guard literal.first == UInt8(ascii: "'"), literal.contains(UInt8(ascii: "\\")) else { continue }
            text += String(decoding: bytes[end..<word.range.lowerBound], as: UTF8.self) + "E"
            text += String(decoding: literal.flatMap { $0 == UInt8(ascii: "\\") ? [$0, $0] : [$0] }, as: UTF8.self)
            end = word.range.upperBound
        }
        return text + String(decoding: bytes[end...], as: UTF8.self)
    }

    private func amount(_ attempt: String) async throws -> String {
        let row =
            try await
            connection.run(
                """
                SELECT pg_catalog.pg_get_indexdef(a.attrelid, 1, false) AS text,
                  pg_catalog.format_type(a.atttypid, -1) AS type
                FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = 'pg_temp.martlet_probe_amount'::pg_catalog.regclass AND a.attnum = 1
                """
            )[0]
        let type = try row.decode(String.self, "type")
        switch type {
        case "smallint", "integer", "bigint", "numeric": return Self.parsedAlike(try row.decode(String.self, "text"))
        case "real", "double precision":
            throw CounterError(
                .invalidDefinition,
                "\(attempt): sums of floating-point numbers depend on their order and cannot be exact; "
                    + "cast to numeric"
            )
        default: throw CounterError(.invalidDefinition, "\(attempt): it is of type \(type), which is no exact number")
        }
    }
}
